"""What is handed over, in figures that a contractor is paid by: pages, paper, cases, gaps, files; pure.

A page is counted once, in however many cases it stands, and beside that as often as it stands in a PDF; half a spread
that was cut apart is a page of its own.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from scanpipe.errors import PackageError
from scanpipe.messages import lazy
from scanpipe.model import BookId, Page, Part
from scanpipe.package.paper_area import ISO_MM, PageFigures, PagePaper, page_figures
from scanpipe.package.reports.manifest import CountChange, TicketRecord
from scanpipe.system.os_errors import describe
from scanpipe.system.plain_files import read_plain
from scanpipe.vocabularies import flags as flag_table
from scanpipe.vocabularies import reasons as reason_table

Condition: TypeAlias = Literal["", "blank", "damaged"]


class DeliveredPage(PagePaper, frozen=True, kw_only=True):
    """A page: its label in the book, its paper, and whether it is blank or damaged."""

    condition: Condition = ""

    @property
    def part(self) -> Part:
        """Where in the book it stands."""
        return Page.parse(self.page).part


class AbsentPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page that the paper book lacks, and what is said of it."""

    page: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.page} ({self.note})" if self.note else self.page


class DeliveredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file and what it is recognised by; `size` in bytes, `pdfs` in a ZIP."""

    name: str
    sha256: str
    size: int
    pdfs: int = 0


class DeliveredMatter(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF of cover or notes: its pages by their labels in the book, and whether it lies in a ZIP or beside it."""

    name: str
    sha256: str
    size: int
    pages: tuple[str, ...]
    place: Literal["zip", "beside"]

    @property
    def of_book(self) -> tuple[Page, ...]:
        """Its pages."""
        return tuple(map(Page.parse, self.pages))


class DeliveryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery of one book. `gaps` are numbers without a case as they are written, `missing` how many they are.

    `iso_sizes` tells whether a size close to one of ISO 216 counts as that one; `in_pdfs` is the label of each page of
    each PDF. `pdfs` counts the PDFs in the ZIPs, `rows` those of the workbook; `archives` are the ZIP or its parts in
    order, `matter` the PDFs of cover and notes; `own` are the labels of `own_pages`; `tickets` and `counts` are those
    of the changes since the revision before. The workbook goes by its name alone: people fill it in after it was
    published.
    """

    format: Literal[1] = 1
    unit_code: str
    unit_list: str
    unit_name: str
    kind: str
    kind_name: str
    year: int
    volume: int
    revision: int
    convention: str
    confidence: str
    pages: tuple[DeliveredPage, ...]
    cases: int
    gaps: tuple[str, ...]
    missing: int
    pdfs: int
    rows: int
    archives: tuple[DeliveredFile, ...]
    workbook: str
    matter: tuple[DeliveredMatter, ...] = ()
    absent: tuple[AbsentPage, ...] = ()
    iso_sizes: bool = False
    in_pdfs: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    tickets: tuple[TicketRecord, ...] = ()
    counts: tuple[CountChange, ...] = ()

    @property
    def own_pages(self) -> tuple[Page, ...]:
        """The pages that were accepted by the person who scanned them."""
        return tuple(map(Page.parse, self.own))

    @property
    def book(self) -> BookId:
        """Which book it is of."""
        return BookId(
            unit_code=self.unit_code, unit_list=self.unit_list, kind=self.kind, year=self.year, volume=self.volume
        )

    @property
    def figures(self) -> "Figures":
        """Its figures."""
        parts = [page.part for page in self.pages]
        conditions = [page.condition for page in self.pages]
        counted = self.count()
        return Figures(
            front=parts.count(Part.FRONT),
            body=parts.count(Part.BODY),
            back=parts.count(Part.BACK),
            papers=_papers((page.paper, 1, page.a4(iso_sizes=self.iso_sizes)) for page in self.pages),
            pages_in_pdfs=counted.pages_in_pdfs,
            a4_in_pdfs=counted.a4_in_pdfs,
            cases=self.cases,
            missing=self.missing,
            blank=conditions.count("blank"),
            damaged=conditions.count("damaged"),
            pdfs=self.pdfs,
            rows=self.rows,
        )

    def count(self) -> PageFigures:
        """Return its pages and their area, once and in PDFs."""
        return page_figures(self.pages, self.in_pdfs, iso_sizes=self.iso_sizes)

    def pages_in(self, condition: Condition) -> tuple[Page, ...]:
        """Return the pages in that condition."""
        return tuple(Page.parse(page.page) for page in self.pages if page.condition == condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCount:
    """How many pages are of one paper size, and their area in sheets of A4, to the hundredth."""

    name: str
    pages: int
    a4: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one book or of several; every sum is that of the figures shown, rounded as they are."""

    front: int
    body: int
    back: int
    papers: tuple[PaperCount, ...]
    pages_in_pdfs: int
    a4_in_pdfs: float
    cases: int
    missing: int
    blank: int
    damaged: int
    pdfs: int
    rows: int

    @property
    def pages(self) -> int:
        """How many pages there are in all."""
        return self.front + self.body + self.back

    @property
    def a4(self) -> float:
        """Their area in sheets of A4."""
        return round(sum(paper.a4 for paper in self.papers), 2)


def total(figures: Sequence[Figures]) -> Figures:
    """Add up the figures of several books."""
    return Figures(
        front=sum(book.front for book in figures),
        body=sum(book.body for book in figures),
        back=sum(book.back for book in figures),
        papers=_papers((paper.name, paper.pages, paper.a4) for book in figures for paper in book.papers),
        pages_in_pdfs=sum(book.pages_in_pdfs for book in figures),
        a4_in_pdfs=round(sum(book.a4_in_pdfs for book in figures), 2),
        cases=sum(book.cases for book in figures),
        missing=sum(book.missing for book in figures),
        blank=sum(book.blank for book in figures),
        damaged=sum(book.damaged for book in figures),
        pdfs=sum(book.pdfs for book in figures),
        rows=sum(book.rows for book in figures),
    )


def condition(
    flags: Collection[str], *, capture_flags: Collection[str] = (), reasons: Collection[str] = ()
) -> Condition:
    """Return what is to be said of a page's paper.

    It is blank where no writing was found on the enhanced page. It is damaged where its writing is faint or its paper
    stained (by its flags, on the capture or on the enhanced page), or where a person sent it back for that reason,
    however well it could be mended.

    Args:
        flags: of the enhanced page.
        capture_flags: of what the scanner gave.
        reasons: for which a person rejected it, before it was accepted.
    """
    if "blank" in flags:
        return "blank"
    noticed = {*flags, *capture_flags} & flag_table.DAMAGE
    return "damaged" if noticed or reason_table.DAMAGE & {*reasons} else ""


def encode_delivery_record(record: DeliveryRecord) -> bytes:
    """Return canonical JSON: keys sorted, UTF-8, indented by two, a line break at the end."""
    plain = msgspec.to_builtins(record)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2).encode() + b"\n"


def read_delivery_record(path: Path) -> DeliveryRecord:
    """Read what `encode_delivery_record` wrote.

    Raises:
        PackageError: no such file, or not what it should hold.
    """
    try:
        record = msgspec.json.decode(read_plain(path), type=DeliveryRecord)
        record.count()
    except (OSError, ValueError) as error:
        raise PackageError(
            lazy("{path} cannot be read ({error}).", path=path, error=describe(error)),
            remedy=lazy("Restore the folder of the delivery."),
        ) from error
    return record


def _papers(rows: Iterable[tuple[str, int, float]]) -> tuple[PaperCount, ...]:
    """Return rows of (paper, pages, A4) added up by paper, the sizes of ISO 216 first, from large to small."""
    pages: Counter[str] = Counter()
    a4: dict[str, float] = {}
    for name, count, area in rows:
        pages[name] += count
        a4[name] = a4.get(name, 0.0) + area
    order = sorted(pages, key=lambda name: (name not in ISO_MM, name))
    return tuple(PaperCount(name=name, pages=pages[name], a4=round(a4[name], 2)) for name in order)
