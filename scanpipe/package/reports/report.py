"""The report of a delivered book, as one HTML file that needs nothing else; its PDF is the same page, printed.

What is printed is bounded: setting the type of a row takes some 0.3 MB, and nobody turns 300 sheets of digests.

No clock in here: the same facts give the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scanpipe.model import Book, Page, PageSet
from scanpipe.package.cases.page_sets import Gap
from scanpipe.package.findings import Finding
from scanpipe.package.paper_area import PageFigures
from scanpipe.package.reports.manifest import Changes
from scanpipe.package.reports.numbers import number, page_range
from scanpipe.package.reports.printing import fill_in

_MOST_CELLS: Final = 200
"""So many cells that people typed otherwise are listed; all of them are in the manifest."""

MOST_PRINTED: Final = 1_000
"""So many rows of each table are printed: more than a book of 200 leaves has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in the report: its page set, its PDF, and the mean confidence (0-100) of the words read, if any."""

    page_set: PageSet
    file: str
    size: int
    sha256: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLine:
    """Front or back matter in the report; `file` is empty where it is only listed."""

    pages: tuple[Page, ...]
    file: str = ""
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFlag:
    """Something noticed on a page that a person should know."""

    page: Page
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFigures:
    """How well OCR read a book: words, their mean confidence (0-100), share (0-1) of letters in unsure words."""

    words: int
    confidence: float
    unsure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BookReport:
    """Everything that the report of a delivery shows.

    `unit` is its name with district and province, "" where none is known; `figures` count all pages, `body` those
    without cover and notes; `stated` is what people state about the paper book, and what follows for its cases;
    `own` are the pages that were accepted by the person who scanned them; `tools` maps a program to its version.
    """

    book: Book
    revision: int
    convention: str
    confidence: str
    unit: str
    figures: PageFigures
    body: int
    cases: tuple[CaseLine, ...]
    matter: tuple[MatterLine, ...] = ()
    gaps: tuple[Gap, ...] = ()
    stated: tuple[str, ...] = ()
    own: tuple[Page, ...] = ()
    flags: tuple[PageFlag, ...] = ()
    findings: tuple[Finding, ...] = ()
    changes: Changes | None = None
    text: TextFigures | None = None
    tools: Mapping[str, str]


def render_report(report: BookReport, *, language: str, most_rows: int | None = None) -> str:
    """Return the report as HTML.

    Args:
        report: what it shows.
        language: the language code that its texts are in, e.g. "vi".
        most_rows: so many rows of each table at most; all of them if None.
    """
    return fill_in(
        "report.html",
        report=report,
        book=report.book,
        language=language,
        page_range=page_range,
        number=number,
        most_cells=_MOST_CELLS,
        most_rows=most_rows,
    )
