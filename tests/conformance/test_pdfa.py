"""What veraPDF, the validator of the PDF Association's members, says of delivered PDFs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from scanpipe.messages import language_context
from scanpipe.model import Book
from scanpipe.package.cases.page_sets import Gap
from scanpipe.package.findings import warning
from scanpipe.package.pages.signing import load_signer, sign_pdf
from scanpipe.package.reports.delivery_note import Parties, delivery_note_pdf
from scanpipe.package.reports.printing import print_pdf
from scanpipe.package.reports.report import BookReport, render_report
from tests.conformance.conftest import PageSetPdf, Verdicts
from tests.made_keys import PASSPHRASE, write_key
from tests.sample_delivery import DELIVERY, sample_delivery

NO_OUTPUT_INTENT = "6.2.4.3-2"
SIGNED = {"rsa": "colour", "ec": "many"}  # kind of key, page set

REPORT = BookReport(
    book=Book(id=DELIVERY.book, unit_name=DELIVERY.unit_name, pages=9),
    revision=1,
    convention="default",
    confidence="có căn cứ",
    unit=DELIVERY.unit_name,
    figures=DELIVERY.count(),
    body=9,
    cases=(),
    gaps=(Gap(year=2010, first=4, last=4),),
    findings=(warning("pdf-size", "KS.2010.01.001.pdf", "mỗi trang A4 chiếm 299 kB"),),
    tools={"scanpipe": "0.1.0"},
)

Validator = Callable[[str, Sequence[Path]], Verdicts]


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
        }
    for name, content in papers.items():
        (folder / f"{name}.pdf").write_bytes(content)
        yield folder / f"{name}.pdf"


@pytest.fixture(scope="module")
def verdicts(
    verapdf: Validator, page_sets: dict[str, PageSetPdf], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Verdicts]:
    """What veraPDF says of every file, by level; it takes longer to start than to judge them."""
    folder = tmp_path_factory.mktemp("judged")
    cases = [*(each.path for each in page_sets.values()), *sign(page_sets, folder)]
    return {
        "2b": verapdf("2b", [*cases, spoil(page_sets, folder), *write_papers(folder)]),
        "2u": verapdf("2u", cases),
    }


def conforming(verdicts: Verdicts, names: Iterable[str]) -> bool:
    return {name: verdicts[name] for name in names} == dict.fromkeys(names, frozenset())


@pytest.mark.parametrize("level", ["2b", "2u"])
def test_a_signed_page_set_stays_what_it_was(verdicts: dict[str, Verdicts], level: str) -> None:
    assert conforming(verdicts[level], SIGNED)


@pytest.mark.parametrize("level", ["2b", "2u"])
def test_every_page_set_is_pdfa(verdicts: dict[str, Verdicts], page_sets: dict[str, PageSetPdf], level: str) -> None:
    assert conforming(verdicts[level], page_sets)


def test_a_page_set_without_output_intent_is_not_pdfa(verdicts: dict[str, Verdicts]) -> None:
    assert NO_OUTPUT_INTENT in verdicts["2b"]["broken"]


def test_papers_are_pdfa_2b(verdicts: dict[str, Verdicts]) -> None:
    assert conforming(verdicts["2b"], ("note", "long note", "report"))
