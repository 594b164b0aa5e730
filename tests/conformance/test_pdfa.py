"""What veraPDF, the validator of the PDF Association's members, says of delivered PDFs."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from scanpipe.messages import language_context
from scanpipe.package.pages.signing import load_signer, sign_pdf
from scanpipe.package.reports.correction_request import correction_request_pdf
from scanpipe.package.reports.delivery_note import Parties, delivery_note_pdf
from scanpipe.package.reports.printing import print_pdf
from scanpipe.package.reports.report import render_report
from tests.conformance.conftest import PageSetPdf, Validator, Verdict
from tests.sample_delivery import DELIVERY, REPORT, REQUEST, sample_delivery
from tests.signing_keys import PASSPHRASE, write_key

NO_OUTPUT_INTENT = "6.2.4.3-2"
SIGNED = {"rsa": "colour", "ec": "many"}  # kind of key, page set


def sign(page_sets: dict[str, PageSetPdf], folder: Path) -> Iterator[Path]:
    """Sign one page set by each kind of key."""
    for kind, name in SIGNED.items():
        write_key(folder / f"{kind}.p12", kind)
        signer = load_signer(folder / f"{kind}.p12", passphrase=PASSPHRASE)
        (folder / f"{kind}.pdf").write_bytes(sign_pdf(page_sets[name].path.read_bytes(), signer, at=datetime.now(UTC)))
        yield folder / f"{kind}.pdf"


def spoil(page_sets: dict[str, PageSetPdf], folder: Path) -> Path:
    """Take the output intent from a page set."""
    broken = folder / "broken.pdf"
    with pikepdf.open(page_sets["colour"].path) as document:
        del document.Root.OutputIntents
        document.save(broken)
    return broken


def write_papers(folder: Path) -> Iterator[Path]:
    with language_context("vi"):
        papers = {
            "note": delivery_note_pdf([DELIVERY], Parties()),
            "long note": delivery_note_pdf(
                [sample_delivery(volume=n) for n in range(1, 20)], Parties(contractor="Công ty Số hóa")
            ),
            "report": print_pdf(render_report(REPORT, language="vi")),
            "request": correction_request_pdf(REQUEST),
        }
    for name, content in papers.items():
        (folder / f"{name}.pdf").write_bytes(content)
        yield folder / f"{name}.pdf"


@pytest.fixture(scope="module")
def verdicts(
    verapdf: Validator, page_sets: dict[str, PageSetPdf], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Verdict]:
    """What veraPDF says of every file, by what the file declares that it is."""
    folder = tmp_path_factory.mktemp("judged")
    cases = [*(each.path for each in page_sets.values()), *sign(page_sets, folder)]
    return verapdf([*cases, spoil(page_sets, folder), *write_papers(folder)])


def test_every_page_set_is_pdfa_2u(verdicts: Mapping[str, Verdict], page_sets: dict[str, PageSetPdf]) -> None:
    assert {name: verdicts[name] for name in page_sets} == dict.fromkeys(page_sets, Verdict(level="2U"))


def test_a_signed_page_set_stays_what_it_was(verdicts: Mapping[str, Verdict]) -> None:
    assert {name: verdicts[name] for name in SIGNED} == dict.fromkeys(SIGNED, Verdict(level="2U"))


def test_a_page_set_without_output_intent_is_not_pdfa(verdicts: Mapping[str, Verdict]) -> None:
    assert NO_OUTPUT_INTENT in verdicts["broken"].broken


def test_papers_are_pdfa_2b(verdicts: Mapping[str, Verdict]) -> None:
    papers = ("note", "long note", "report", "request")
    assert {name: verdicts[name] for name in papers} == dict.fromkeys(papers, Verdict(level="2B"))
