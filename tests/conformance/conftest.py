"""Page sets as scanpipe delivers them, made once, and veraPDF, fetched once into .cache/verapdf."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from scanpipe.ocr.tesseract import read_page
from scanpipe.package.pages.encode import encode_page
from scanpipe.package.pages.pdf import PdfPage, build_pdf
from tests.page_drawings import DrawnPage, draw_page

ROOT = Path(__file__).parents[2]
A3_LANDSCAPE, A4 = (420, 297), (210, 297)
LOW_LETTERS_MM = 0.5
BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # a run of a few seconds gains nothing from more
_AS_DECLARED = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a PDF declares that it is, "2U" or "2B", and the clauses of it that it breaks."""

    level: str
    broken: frozenset[str] = frozenset()


Validator = Callable[[Sequence[Path]], Mapping[str, Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSetPdf:
    """A delivered PDF and the pages it was made of."""

    path: Path
    pages: Sequence[DrawnPage]


@pytest.fixture(scope="session")
def page_sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PageSetPdf]:
    folder = tmp_path_factory.mktemp("pdf")
    page_sets = {
        "colour": [draw_page()],
        "grey": [draw_page(colour=False, dpi=200)],
        "many": [draw_page(), draw_page(colour=False), draw_page(()), draw_page(size_mm=(74, 105), grain=4)],
        "spread": [draw_page(size_mm=A3_LANDSCAPE, dpi=150)],
        "blank": [draw_page((), size_mm=A4, dpi=200)],
        "black": [draw_page(), replace(black := draw_page(colour=False), image=black.mask)],
        "low": [draw_page(grain=2), draw_page(colour=False, grain=2)],
    }
    return {
        name: PageSetPdf(path=_write(folder / f"{name}.pdf", pages, LOW_LETTERS_MM * (name == "low")), pages=pages)
        for name, pages in page_sets.items()
    }


@pytest.fixture(scope="session")
def verapdf() -> Validator:
    """Return a function from files to veraPDF's verdicts by their names: it takes longer to start than to judge them.

    Without Java there is nothing to run and the test is skipped; with Java, a veraPDF that cannot be had is a failure.
    """
    java = shutil.which("java")
    if java is None:
        pytest.skip("veraPDF needs Java, and there is none on this machine")
    fetched = subprocess.run([ROOT / "scripts" / "fetch-verapdf"], capture_output=True, text=True)
    if fetched.returncode:
        pytest.fail(f"Java is there but veraPDF could not be had:\n{fetched.stderr}")
    program = ["-cp", f"{fetched.stdout.strip()}/*", "org.verapdf.apps.GreenfieldCliWrapper", "--format", "json"]
    command = [java, *BRIEF, *program]
    return lambda paths: _verdicts(json.loads(_output([*command, "--flavour", _AS_DECLARED, *map(str, paths)])))


def _write(path: Path, pages: Sequence[DrawnPage], letter_mm: float) -> Path:
    built = build_pdf(
        [_as_pdf_page(page, letter_mm) for page in pages], title="Khai sinh 012a/2010", subject="Phường Đông Thọ"
    )
    path.write_bytes(built)
    return path


def _as_pdf_page(page: DrawnPage, letter_mm: float) -> PdfPage:
    image = encode_page(page.image, page.mask, budget_kb_per_a4=100, letter_mm=letter_mm)
    reading = read_page(page.image, language="vie", spool=Path(tempfile.gettempdir()))
    return PdfPage(image=image, text_layer=reading.text_layer)


def _output(command: Sequence[str]) -> str:
    """Run veraPDF; it ends with 0 where all files conform and 1 where one does not."""
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def _verdicts(report: dict[str, dict[str, list[dict[str, object]]]]) -> dict[str, Verdict]:
    return {Path(str(job["itemDetails"]["name"])).stem: _verdict(job) for job in report["report"]["jobs"]}  # type: ignore[index]


def _verdict(job: dict[str, object]) -> Verdict:
    (result,) = job["validationResult"]  # type: ignore[misc]
    rules = result["details"]["ruleSummaries"]
    broken = frozenset(f"{rule['clause']}-{rule['testNumber']}" for rule in rules)
    assert result["compliant"] == (not broken)
    return Verdict(level=result["profileName"].removeprefix("PDF/A-").partition(" ")[0], broken=broken)
