"""Separator sheets as PDF: one that begins a book, one that begins each case, and those of bars without data.

Each code stands twice, far apart, so that one may be torn off, spotted or folded; bars stand at both ends. The words
say to whoever finds the sheet that it is no page of the book.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import segno
from markupsafe import Markup

from scanpipe.messages import language
from scanpipe.package.reports.printing import fill_in, print_pdf
from scanpipe.separator import NARROW_MM, PATCH_3, PATCH_T, WIDE_MM, Separator
from scanpipe.system.fsio import nfc

SheetPaper: TypeAlias = Literal["A4", "A5"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetBook:
    """The book as its sheets name it: label (`KS.2010.01`), kind, year, volume, and unit with district and province."""

    label: str
    kind_name: str
    year: int
    volume: int
    unit_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    top_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measures:
    """Of a paper: its size, its codes, its largest type."""

    width_mm: int
    height_mm: int
    code_mm: int
    number_pt: int


_MEASURES: Final = {
    "A4": _Measures(width_mm=210, height_mm=297, code_mm=75, number_pt=80),
    "A5": _Measures(width_mm=148, height_mm=210, code_mm=52, number_pt=40),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    separator: Separator | None
    code: Markup
    bars: tuple[_Bar, ...]


def separator_sheets_pdf(
    book: SheetBook, separators: Sequence[Separator], *, patches: int = 0, paper: SheetPaper = "A4"
) -> bytes:
    """Return sheets as PDF/A-2b, one on each page: those with data in their order, then so many with bars alone.

    Raises:
        ToolMissing: Pango is not installed.
    """
    sheets = [*map(_with_data, separators), *[_Sheet(separator=None, code=Markup(), bars=_bars(PATCH_T))] * patches]
    html = fill_in(
        "separator-sheets.html",
        book=book,
        unit_name=nfc(book.unit_name),
        sheets=sheets,
        paper=paper,
        measures=_MEASURES[paper],
        bars_mm=sum(_steps_mm(PATCH_3)),
        language=language(),
    )
    return print_pdf(html)


def _with_data(separator: Separator) -> _Sheet:
    # The highest level of correction: 30 % of a code may be lost.
    drawn = segno.make_qr(separator.text, error="h").svg_inline(omitsize=True, border=0)
    return _Sheet(separator=separator, code=Markup(drawn), bars=_bars(PATCH_3))


def _bars(code: str) -> tuple[_Bar, ...]:
    steps = _steps_mm(code)
    return tuple(_Bar(top_mm=sum(steps[:place]), height_mm=steps[place]) for place in range(0, len(steps), 2))


def _steps_mm(code: str) -> list[float]:
    """Return how high each bar and each space between two bars is, from the top."""
    widths = [WIDE_MM if bar == "W" else NARROW_MM for bar in code]
    return [step for width in widths for step in (width, NARROW_MM)][:-1]
