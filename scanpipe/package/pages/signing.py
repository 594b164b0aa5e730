"""One invisible PAdES signature on a finished PDF (ETSI EN 319 142-1, level B-B; ISO 32000-1, 12.8), without a network.

It is appended: what was there keeps its bytes, and PDF/A stays PDF/A. The only place that knows pyHanko, an optional
part of the installation.
"""

import asyncio
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanpipe.errors import SigningError
from scanpipe.messages import _, lazy
from scanpipe.system.os_errors import describe, remedy_for
from scanpipe.system.plain_files import read_plain

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSigner, SimpleSigner

FIELD: Final = "Signature"
_DETACHED = ("/ETSI.CAdES.detached", "/adbe.pkcs7.detached")
# Signatures by elliptic curves differ in length, by a few bytes.
_SPARE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key with its certificate: `fingerprint` is the certificate's sha256, `subject` whom it names.

    `room` is how many bytes its signatures take.
    """

    fingerprint: str
    subject: str
    not_before: datetime
    not_after: datetime
    room: int
    pdf_signer: "PdfSigner" = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A digital signature as it lies in a PDF: its form, the two stretches of bytes it covers, its CMS (RFC 5652)."""

    form: str
    byte_range: tuple[int, ...]
    cms: bytes

    @property
    def end(self) -> int:
        """Where the bytes that it covers end."""
        return sum(self.byte_range[2:])

    def covered(self, pdf: bytes) -> bytes | None:
        """Return the bytes that it covers: all up to `end` but itself; None where it leaves out anything else."""
        start, length, resumed, _rest = self.byte_range
        if start or pdf[length:resumed].lower() != b"<%b>" % self.cms.hex().encode():
            return None
        return pdf[:length] + pdf[resumed : self.end]


def installed() -> bool:
    """Return whether this machine can sign, and tell whether a signature holds."""
    return find_spec("pyhanko") is not None


def load_signer(path: Path, *, passphrase: str) -> Signer:
    """Open a PKCS#12 file of a key, its certificate and those above it; an empty `passphrase` opens one that has none.

    Raises:
        SigningError: it cannot be read or opened, and the message names it; or pyHanko is not installed.
    """
    if not installed():
        raise SigningError(
            lazy("PDFs cannot be signed: pyHanko is not installed."),
            remedy=lazy("Install it: pip install 'scanpipe[sign]'."),
        )
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.signers.pdf_cms import select_suitable_signing_md

    try:
        data = read_plain(path)
    except OSError as error:
        text = lazy("{path} cannot be read: {reason}.")
        raise SigningError(text.format(path=path, reason=describe(error)), remedy=remedy_for(error)) from error
    key = _opened(path, data, passphrase)
    certificate = key.signing_cert
    assert certificate is not None
    algorithm = select_suitable_signing_md(certificate.public_key)
    described = PdfSignatureMetadata(field_name=FIELD, md_algorithm=algorithm, subfilter=SigSeedSubFilter.PADES)
    return Signer(
        fingerprint=certificate.sha256.hex(),
        subject=certificate.subject.human_friendly,
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        room=_length(key, algorithm) + _SPARE_BYTES,
        pdf_signer=PdfSigner(described, key),
    )


def _opened(path: Path, data: bytes, passphrase: str) -> "SimpleSigner":
    from pyhanko.sign.signers import SimpleSigner

    load: Callable[..., SimpleSigner] = SimpleSigner.load_pkcs12_data
    try:
        return load(data, [], passphrase.encode() or None)
    except Exception as error:
        # A wrong passphrase, a damaged file, one without a key: each leads to errors of several types.
        text = (
            _("{path} cannot be opened: the passphrase is wrong, or the file has no key with a certificate.")
            if passphrase
            else _("{path} cannot be opened: no passphrase was given, or the file has no key with a certificate.")
        )
        raise SigningError(text.format(path=path)) from error


def _length(key: "SimpleSigner", algorithm: str) -> int:
    """Return how long a signature is, by making one."""
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    digest = hashlib.new(algorithm).digest()
    signing = key.async_sign(digest, algorithm, use_pades=True, signed_attr_settings=PdfCMSSignedAttributes())
    return len(asyncio.run(signing).dump())


def sign_pdf(pdf: bytes, signer: Signer, *, at: datetime) -> bytes:
    """Return the PDF with a signature that says it was made `at` that time (with its time zone)."""
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    session = signer.pdf_signer.init_signing_session(_appending_to(pdf))
    session.system_time = at
    document = session.prepare_tbs_document(None, bytes_reserved=2 * signer.room)  # it is written in hexadecimal digits
    output = io.BytesIO()
    prepared, _output = document.digest_tbs_document(output=output)
    asyncio.run(document.perform_signature(prepared.document_digest, PdfCMSSignedAttributes()))
    return output.getvalue()


def _appending_to(pdf: bytes) -> "IncrementalPdfFileWriter":
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class SignatureAlone(IncrementalPdfFileWriter):
        """Leaves the document's description as it is, where pyHanko would put its own name and its own clock's time."""

        def _update_meta(self) -> None: ...

    return SignatureAlone(io.BytesIO(pdf))


def holds(pdf: bytes, signature: Signature) -> bool:
    """Return whether the signature was made over these very bytes with the key of its certificate.

    Whose certificate that is, and whether it may be trusted, is not asked. Time-stamps, and signatures of forms that
    are out of use (ISO 32000-1, 12.8.3), are taken to hold.
    """
    if signature.form not in _DETACHED:
        return True
    try:
        covered = signature.covered(pdf)
        return covered is not None and _matches(signature.cms, covered)
    except Exception:
        # A damaged signature may lead to any error.
        return False


def _matches(cms: bytes, covered: bytes) -> bool:
    from asn1crypto.cms import ContentInfo
    from pyhanko.sign.general import extract_certificate_info, extract_signer_info
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    signed: Any = ContentInfo.load(cms)["content"]
    signer = extract_signer_info(signed)
    digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native, covered).digest()
    return all(validate_sig_integrity(signer, extract_certificate_info(signed).signer_cert, "data", digest))
