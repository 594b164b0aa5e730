"""What veraPDF, the validator of the PDF Association's members, says of delivered PDFs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pikepdf

from scanpipe.messages import speaking
from scanpipe.model import Book
from scanpipe.package.cases.page_sets import Gap
from scanpipe.package.findings import warning
from scanpipe.package.pages.signing import load_signer, sign_pdf
from scanpipe.package.reports.delivery_note import Parties, handover_pdf
from scanpipe.package.reports.printing import print_pdf
from scanpipe.package.reports.report import BookReport, render_report
from tests.conformance.conftest import PageSetPdf, Verdicts
from tests.handed_over import HANDOVER, handover
from tests.made_keys import PASSPHRASE, write_key

NO_OUTPUT_INTENT = "6.2.4.3-2"

REPORT = BookReport(
    book=Book(id=HANDOVER.book, unit_name=HANDOVER.unit_name, pages=9),
    revision=1,
    convention="default",
    confidence="có căn cứ",
    unit=HANDOVER.unit_name,
    figures=HANDOVER.count(),
    body=9,
    cases=(),
    gaps=(Gap(year=2010, first=4, last=4),),
    findings=(warning("pdf-size", "KS.2010.01.001.pdf", "mỗi trang A4 chiếm 299 kB"),),
    tools={"scanpipe": "0.1.0"},
)

Validator = Callable[[str, Sequence[Path]], Verdicts]


def signed(page_sets: dict[str, PageSetPdf], folder: Path) -> list[Path]:
    """Sign one page set by each kind of key."""
    paths = []
    for kind, name in (("rsa", "colour"), ("ec", "many")):
        write_key(folder / f"{kind}.p12", kind)
        signer = load_signer(folder / f"{kind}.p12", passphrase=PASSPHRASE)
        paths.append(folder / f"{kind}.pdf")
        paths[-1].write_bytes(sign_pdf(page_sets[name].path.read_bytes(), signer, at=datetime.now(UTC)))
    return paths


def test_a_signed_page_set_stays_what_it_was(
    verapdf: Validator, page_sets: dict[str, PageSetPdf], tmp_path: Path
) -> None:
    paths = signed(page_sets, tmp_path)
    for level in ("2b", "2u"):
        assert verapdf(level, paths) == {"rsa": frozenset(), "ec": frozenset()}


def test_every_page_set_is_pdfa_2b_and_one_without_output_intent_is_not(
    verapdf: Validator, page_sets: dict[str, PageSetPdf], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(page_sets["colour"].path) as document:
        del document.Root.OutputIntents
        document.save(broken)
    verdicts = verapdf("2b", [*(each.path for each in page_sets.values()), broken])
    assert NO_OUTPUT_INTENT in verdicts["broken"]
    assert {name: verdicts[name] for name in page_sets} == dict.fromkeys(page_sets, frozenset())


def test_every_page_set_is_pdfa_2u(verapdf: Validator, page_sets: dict[str, PageSetPdf]) -> None:
    verdicts = verapdf("2u", [each.path for each in page_sets.values()])
    assert verdicts == dict.fromkeys(page_sets, frozenset())


def test_papers_are_pdfa_2b(verapdf: Validator, tmp_path: Path) -> None:
    with speaking("vi"):
        papers = {
            "one": handover_pdf([HANDOVER], Parties()),
            "many": handover_pdf([handover(volume=n) for n in range(1, 20)], Parties(contractor="Công ty Số hóa")),
            "report": print_pdf(render_report(REPORT, language="vi")),
        }
    for name, content in papers.items():
        (tmp_path / f"{name}.pdf").write_bytes(content)
    assert verapdf("2b", sorted(tmp_path.iterdir())) == dict.fromkeys(papers, frozenset())
