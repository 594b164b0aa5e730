"""A station that signs: each PDF once for the same pages and certificate, and nothing at all where it cannot sign."""

import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate

from scanpipe.flows.book.books import BookDetails, add_book
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.delivery.deliver import Delivered, deliver
from scanpipe.flows.delivery.signatures import PASSPHRASE as VARIABLE
from scanpipe.flows.doctor import Need, examine
from scanpipe.flows.process.run import process
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.station import Station, open_station
from scanpipe.package.pages.signing import holds, load_signer
from scanpipe.package.verify.inspect import inspect_pdf
from tests.conftest import Cli, make_small_station
from tests.signing_keys import PASSPHRASE, write_key
from tests.small_books import for_ticket

BOOK = "KS.2010.01"
CANNOT_SIGN = 45


def work(folder: Path, *steps: Callable[[Station], Any]) -> Any:
    """Take some steps on a station; return what the last one returns."""
    with open_station(folder, purpose="test") as station:
        return [step(station) for step in steps][-1]


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory, page_folder: Path) -> Path:
    """A book of a cover and three cases of a page each, all accepted."""
    folder = make_small_station(tmp_path_factory.mktemp("accepted") / "station")
    details = BookDetails(pages=3, cases=3, front=1, rule="pages:1")
    work(
        folder,
        lambda station: add_book(station, kind="KS", year=2010, volume=1, unit="14758", details=details),
        lambda station: list(capture_folder(station, BOOK, page_folder)),
        lambda station: list(process(station)),
        lambda station: accept(station, BOOK, ()),
    )
    return folder


@pytest.fixture
def station(accepted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    return Path(shutil.copytree(accepted, tmp_path / "station"))


@pytest.fixture
def certificate(station: Path) -> Certificate:
    """The station signs; what opens its key stands in a file."""
    switch(station, "key.p12")
    (station / "key.passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    (station / "key.passphrase").chmod(0o600)
    return write_key(station / "key.p12")


def switch(station: Path, key: str) -> None:
    settings = station / "station.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    named = [f'signature = "{key}"' if line.startswith("signature = ") else line for line in lines]
    settings.write_text("\n".join(named), encoding="utf-8")


def delivered(folder: Path) -> Delivered:
    return work(folder, lambda station: deliver(station, BOOK))


def pdfs(made: Delivered) -> dict[str, bytes]:
    """Return every scan of a revision, those of the ZIP and those beside it."""
    (zipped,) = made.archives
    beside = {path.name: path.read_bytes() for path in zipped.parent.glob(f"{BOOK}.*.pdf")}
    with zipfile.ZipFile(zipped) as archive:
        return beside | {name: archive.read(name) for name in archive.namelist()}


def is_signed(pdf: bytes) -> bool:
    signatures = inspect_pdf(pdf).signatures
    return len(signatures) == 1 and holds(pdf, signatures[0])


def test_without_a_word_of_it_nothing_is_signed(station: Path) -> None:
    assert not [name for name, pdf in pdfs(delivered(station)).items() if inspect_pdf(pdf).signatures]


def test_cases_and_cover_are_signed_and_are_else_what_they_were(station: Path, certificate: Certificate) -> None:
    signed = pdfs(delivered(station))
    switch(station, "")
    unsigned = pdfs(delivered(station))
    assert len(signed) == 4 and all(is_signed(pdf) for pdf in signed.values())
    assert {name: pdf[: len(unsigned[name])] for name, pdf in signed.items()} == unsigned


def test_nothing_is_signed_twice(station: Path, certificate: Certificate) -> None:
    first = delivered(station)
    again = delivered(station)
    assert (again.new, again.revision) == (False, 1)
    work(
        station,
        lambda opened: reject(for_ticket(opened), BOOK, ["2"], reason="faded", redo="plain"),
        lambda opened: list(process(opened)),
        lambda opened: accept(opened, BOOK, ()),
    )
    second = delivered(station)
    before, after = pdfs(first), pdfs(second)
    assert second.revision == 2
    assert {name for name in before if before[name] != after[name]} == {"KS.2010.01.002.pdf"}
    assert is_signed(after["KS.2010.01.002.pdf"])


def test_another_certificate_signs_all_anew_and_the_one_before_finds_its_own_again(
    station: Path, certificate: Certificate
) -> None:
    first = delivered(station)
    (station / "key.p12").rename(station / "old.p12")
    write_key(station / "key.p12", "rsa")
    second = delivered(station)
    (station / "old.p12").rename(station / "key.p12")
    third = delivered(station)
    assert (second.revision, third.revision) == (2, 3)
    assert all(is_signed(pdf) and pdf != pdfs(first)[name] for name, pdf in pdfs(second).items())
    assert pdfs(third) == pdfs(first)


def spoil(station: Path, how: str) -> None:
    key, passphrase = station / "key.p12", station / "key.passphrase"
    match how:
        case "wrong":
            passphrase.write_text("wrong")
        case "none":
            passphrase.unlink()
        case "shared":
            passphrase.chmod(0o640)
        case "gone":
            key.unlink()
        case "damaged":
            key.write_bytes(key.read_bytes()[:100])
        case "expired":
            write_key(key, days=(-30, -0.01))
        case "early":
            write_key(key, days=(0.01, 30))
        case "bare":
            passphrase.unlink()
            write_key(key, passphrase="")
            key.chmod(0o644)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("wrong", "key.p12 cannot be opened: the passphrase is wrong"),
        ("none", "key.p12 cannot be opened: no passphrase was given"),
        ("shared", "chmod 600"),
        ("gone", "key.p12 cannot be read: the file or folder does not exist"),
        ("damaged", "key.p12 cannot be opened"),
        ("expired", "The certificate in"),
        ("early", "The certificate in"),
        ("bare", "key.p12 holds the passphrase of the key"),
    ],
)
def test_what_cannot_be_signed_is_neither_made_nor_published(
    cli: Cli, station: Path, certificate: Certificate, how: str, told: str
) -> None:
    spoil(station, how)
    refused = cli("deliver", BOOK, station=station)
    assert (refused.code, told in refused.err, str(station / "key.p") in refused.err) == (CANNOT_SIGN, True, True)
    assert "SCANPIPE_SIGNATURE_PASSPHRASE" in refused.err and "Traceback" not in refused.err
    assert not list((station / "out").rglob("*.*"))
    with sqlite3.connect(station / "journal.sqlite") as journal:
        assert journal.execute("SELECT count(*) FROM document").fetchone() == (0,)
    journal.close()


def test_the_environment_goes_before_the_file(
    station: Path, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    (station / "key.passphrase").write_text("wrong")
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    assert all(is_signed(pdf) for pdf in pdfs(delivered(station)).values())


def test_a_key_without_a_passphrase_may_lie_anywhere(station: Path, tmp_path: Path) -> None:
    write_key(tmp_path / "bare.pfx", "rsa", passphrase="")
    switch(station, str(tmp_path / "bare.pfx"))
    assert all(is_signed(pdf) for pdf in pdfs(delivered(station)).values())


def needs(station: Path) -> list[Need]:
    return [need for need in examine(station) if need.name == "signature"]


def test_doctor_tells_of_the_signature_where_there_is_one(station: Path) -> None:
    assert needs(station) == []


@pytest.mark.parametrize(("days", "level", "told"), [(400.5, "ok", "400 more days"), (7.5, "advice", "7 more days")])
def test_doctor_counts_the_days_of_the_certificate(
    station: Path, certificate: Certificate, days: float, level: str, told: str
) -> None:
    write_key(station / "key.p12", days=(-1, days))
    (need,) = needs(station)
    assert (need.level, told in need.text) == (level, True)


def test_doctor_says_what_keeps_from_signing(station: Path, certificate: Certificate) -> None:
    spoil(station, "wrong")
    (need,) = needs(station)
    assert (need.level, "the passphrase is wrong" in need.text) == ("fault", True)


def test_the_fingerprint_is_that_of_the_certificate(station: Path, certificate: Certificate) -> None:
    signer = load_signer(station / "key.p12", passphrase=PASSPHRASE)
    assert signer.fingerprint == certificate.fingerprint(SHA256()).hex()
