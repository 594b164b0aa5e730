"""A signed PDF is the PDF as it was and a signature that others find valid; what was changed since is found."""

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from scanpipe.errors import PackageError, SigningError
from scanpipe.package.pages import signing
from scanpipe.package.pages.signing import Signer, holds, load_signer, sign_pdf
from scanpipe.package.verify.inspect import inspect_pdf
from scanpipe.package.verify.metadata import read_xmp
from scanpipe.package.verify.pdfs import verify_pdf
from tests.signing_keys import PASSPHRASE, SUBJECT, certify, make_key, write_key
from tests.unit.package.conftest import make_pdf

NAME = "KS.2010.01.001.pdf"
AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PDF = make_pdf(pages=2, title=NAME.removesuffix(".pdf"))
KINDS = pytest.mark.parametrize("kind", ["rsa", "ec"])


def signer_of(folder: Path, kind: str = "ec", **about: object) -> Signer:
    write_key(folder / "key.p12", kind, **about)
    return load_signer(folder / "key.p12", passphrase=str(about.get("passphrase", PASSPHRASE)))


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sign_pdf(PDF, signer_of(tmp_path_factory.mktemp("key")), at=AT)


@KINDS
@pytest.mark.parametrize("passphrase", [PASSPHRASE, ""])
def test_pyhanko_finds_the_signature_valid_and_nothing_left_out(tmp_path: Path, kind: str, passphrase: str) -> None:
    certificate = write_key(tmp_path / "key.p12", kind, passphrase=passphrase)
    data = sign_pdf(PDF, load_signer(tmp_path / "key.p12", passphrase=passphrase), at=AT)
    (found,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    root = Certificate.load(certificate.public_bytes(Encoding.DER))
    status = validate_pdf_signature(found, ValidationContext(trust_roots=[root], allow_fetching=False))
    assert status.bottom_line and status.trusted
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert status.signer_reported_dt == AT


@KINDS
def test_poppler_finds_the_signature_valid(tmp_path: Path, kind: str) -> None:
    pdfsig = "pdfsig"
    (tmp_path / NAME).write_bytes(sign_pdf(PDF, signer_of(tmp_path, kind), at=AT))
    told = subprocess.run([pdfsig, "-nocert", tmp_path / NAME], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in told and "Total document signed" in told
    assert f"Common Name: {SUBJECT}" in told and "ETSI.CAdES.detached" in told


def test_the_signature_is_appended_cannot_be_seen_and_leaves_the_description_as_it_was(signed: bytes) -> None:
    assert signed.startswith(PDF)
    with pikepdf.open(io.BytesIO(PDF)) as before, pikepdf.open(io.BytesIO(signed)) as after:
        assert read_xmp(after) == read_xmp(before)
        assert dict(after.docinfo.items()) == dict(before.docinfo.items())
        (field,) = after.Root.AcroForm.Fields
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]


def test_a_signed_pdf_is_as_good_a_member_of_a_package(signed: bytes, convention) -> None:
    plain, _findings = verify_pdf(NAME, PDF, convention)
    facts, findings = verify_pdf(NAME, signed, convention)
    assert facts and plain and (facts.pages, facts.titles, len(facts.signatures)) == (plain.pages, plain.titles, 1)
    assert not [finding for finding in findings if finding.code != "pdf-size"]


def codes(data: bytes, convention) -> set[str]:
    return {finding.code for finding in verify_pdf(NAME, data, convention)[1]} - {"pdf-size"}


def test_a_byte_changed_since_the_signature_is_found(signed: bytes, convention) -> None:
    changed = signed.replace(b"(word)", b"(Word)", 1)
    assert changed != signed
    assert codes(changed, convention) == {"pdf-signature"}


def test_what_was_added_after_the_signature_is_told(signed: bytes, convention) -> None:
    assert codes(signed + b"\n% added\n" + signed[signed.rindex(b"startxref") :], convention) == {"pdf-after-signature"}


def test_a_signature_that_leaves_out_more_than_itself_does_not_hold(signed: bytes) -> None:
    (signature,) = inspect_pdf(signed).signatures
    start, length, resumed, rest = signature.byte_range
    assert holds(signed, signature)
    for byte_range in [(start, length - 1, resumed, rest), (1, length, resumed, rest), (start, length, resumed)]:
        assert not holds(signed, replace(signature, byte_range=byte_range))


def test_a_pdf_of_endless_signatures_is_refused(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pdf.Root.Copies = pikepdf.Array([pikepdf.Dictionary(ByteRange=[0, 1, 2, 3], Contents=b"") for _ in range(200)])
        pdf.save(stream := io.BytesIO())
    with pytest.raises(PackageError, match="too many signatures"):
        inspect_pdf(stream.getvalue())


def test_a_time_stamp_is_not_judged(signed: bytes) -> None:
    (signature,) = inspect_pdf(signed).signatures
    assert holds(signed[:100], replace(signature, form="/ETSI.RFC3161"))
    assert not holds(signed[:100], signature)


def test_a_damaged_signature_is_judged_without_failing(signed: bytes) -> None:
    (signature,) = inspect_pdf(signed).signatures
    _start, length, resumed, _rest = signature.byte_range
    judged = []
    for place in range(0, len(signature.cms), 5):
        cms = bytearray(signature.cms)
        cms[place] ^= 0x88
        pdf = signed[: length + 1] + bytes(cms).hex().encode() + signed[resumed - 1 :]
        judged.append(holds(pdf, replace(signature, cms=bytes(cms))))
    assert judged.count(False) > 0.9 * len(judged)


def test_without_pyhanko_signatures_are_not_judged_and_cannot_be_made(
    signed: bytes, tmp_path: Path, convention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "find_spec", lambda _name: None)
    assert codes(signed.replace(b"(word)", b"(Word)", 1), convention) == set()
    with pytest.raises(SigningError, match=r"scanpipe\[sign\]"):
        signer_of(tmp_path)


def test_a_key_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match=r"nowhere\.p12 cannot be read: the file or folder does not exist"):
        load_signer(tmp_path / "nowhere.p12", passphrase="")


@pytest.mark.parametrize(
    ("passphrase", "told"), [("wrong", "the passphrase is wrong"), ("", "no passphrase was given")]
)
def test_a_key_does_not_open_without_its_passphrase(tmp_path: Path, passphrase: str, told: str) -> None:
    write_key(tmp_path / "key.p12")
    with pytest.raises(SigningError, match=rf"key\.p12 cannot be opened: {told}"):
        load_signer(tmp_path / "key.p12", passphrase=passphrase)


def test_a_file_without_a_key_is_refused(tmp_path: Path) -> None:
    certificate = pkcs12.serialize_key_and_certificates(None, None, certify(make_key("ec")), None, NoEncryption())
    for name, data in {"certificate.p12": certificate, "text.p12": b"no key"}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SigningError, match=f"{name} cannot be opened"):
            load_signer(tmp_path / name, passphrase="")
