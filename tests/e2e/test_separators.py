"""The sheets that a person prints are those of the book, and are read back."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from scanpipe.capture.separators import SeparatorSheet, read_separator
from scanpipe.model import CaseKey
from scanpipe.raster import Raster
from scanpipe.separator import Separator
from tests.conftest import Cli

BOOK = "KS.2010.01"
ADD = ("book", "add", "KS", "--year", 2010, "--unit", "14758@2025-06-30", "--volume", 1)


@pytest.fixture
def book(cli: Cli, station: Path) -> Path:
    done = cli(*ADD, "--cases", 3, "--first-number", 12, station=station)
    assert done.code == 0, done.err
    return station


def sheets(pdf: Path) -> list[SeparatorSheet | None]:
    """Print a PDF and scan it at 200 dpi."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [np.asarray(page.render(scale=200 / 72).to_numpy(), np.uint8)[..., :3].copy() for page in document]
    document.close()
    return [read_separator(Raster(pixels=pixels, dpi=200)) for pixels in pages]


def separator(number: str, year: int = 2010) -> SeparatorSheet:
    case = CaseKey(year=year, number=number) if number else None
    return SeparatorSheet(separator=Separator(book="14758@2025-06-30/KS.2010.01", case=case))


def test_the_sheets_of_a_book_are_its_cover_and_one_for_each_case(cli: Cli, book: Path, tmp_path: Path) -> None:
    done = cli("separators", BOOK, "-o", tmp_path / "sheets.pdf", station=book)
    assert done.code == 0, done.err
    assert "4 sheets" in done.out
    assert sheets(tmp_path / "sheets.pdf") == [separator(number) for number in ("", "12", "13", "14")]


def test_a_file_that_is_there_stays(cli: Cli, book: Path, tmp_path: Path) -> None:
    (tmp_path / "sheets.pdf").write_text("mine")
    done = cli("separators", BOOK, "-o", tmp_path / "sheets.pdf", "--cover-only", station=book)
    assert done.code == 2
    assert (tmp_path / "sheets.pdf").read_text() == "mine"
    assert cli("separators", BOOK, "-o", tmp_path / "sheets.pdf", "--cover-only", "--force", station=book).code == 0
    assert sheets(tmp_path / "sheets.pdf") == [separator("")]


def test_single_cases_small_paper_and_bars_are_printed_when_asked_for(cli: Cli, book: Path, tmp_path: Path) -> None:
    asked = ("--cases", "12a,3/2011", "--patch", 1, "--paper", "A5")
    assert cli("separators", BOOK, "-o", tmp_path / "new" / "sheets.pdf", *asked, station=book).code == 0
    found = sheets(tmp_path / "new" / "sheets.pdf")
    assert found == [separator(""), separator("12a"), separator("3", 2011), SeparatorSheet(patch=True)]
