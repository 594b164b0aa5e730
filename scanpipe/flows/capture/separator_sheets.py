"""Printing the separator sheets of a book: its cover sheet, and one for each case."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import convention_of
from scanpipe.flows.book.cases import parse_case
from scanpipe.flows.book.units import unit_full_name
from scanpipe.flows.station import Station
from scanpipe.messages import PAPER_LANGUAGE, language_context, lazy
from scanpipe.model import Book, CaseKey
from scanpipe.package.naming.case_number import split_number
from scanpipe.package.reports.separator_sheets import SheetBook, SheetPaper, separator_sheets_pdf
from scanpipe.separator import Separator
from scanpipe.state.books import find_book
from scanpipe.system.outputs import Output, Outputs

_MOST_SHEETS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsRequest:
    """Which sheets a person asks for.

    Attributes:
        cases: numbers and ranges of them: "1-97", "12a", "3,5/2011"; empty is from `first` to `last`.
        first: the first number; None is the first of the book.
        last: the last number; None is that of the stated total.
        patches: so many sheets of bars without data. Where no case is named they replace the sheets of the cases.
        cover_only: only the cover sheet.
        paper: what is printed on.
    """

    cases: str = ""
    first: int | None = None
    last: int | None = None
    patches: int = 0
    cover_only: bool = False
    paper: SheetPaper = "A4"


def write_separator_sheets(
    station: Station, name: str, target: Path, request: SheetsRequest, *, force: bool = False
) -> int:
    """Write the sheets of a book as one PDF in Vietnamese; return how many pages it has.

    Raises:
        UsageError: a case number or range is wrong, the total of cases is not stated, or the file is there (unless
            `force`).
        BookUnknown: there is no such book.
        ToolMissing: Pango is not installed.
        DiskFull: no room.
    """
    book = find_book(station.journal, name).book
    cases = asked_cases(book, request)
    outputs = Outputs(folder=target.parent, force=force)
    outputs.check([Output(name=target.name, source=str(book.id))])
    words = SheetBook(
        label=book.id.label,
        kind_name=convention_of(station, book).kinds[book.id.kind].vietnamese,
        year=book.id.year,
        volume=book.id.volume,
        unit_name=unit_full_name(book),
    )
    separators = [Separator(book=book.id.full_name, case=case) for case in (None, *cases)]
    with language_context(PAPER_LANGUAGE):
        pdf = separator_sheets_pdf(words, separators, patches=request.patches, paper=request.paper)
    target.parent.mkdir(parents=True, exist_ok=True)
    outputs.write(target.name, pdf)
    return len(separators) + request.patches


def asked_cases(book: Book, request: SheetsRequest) -> tuple[CaseKey, ...]:
    """Return the cases that get a sheet, each once, in the order asked for.

    Raises:
        UsageError: as `write_separator_sheets` says.
    """
    named = request.first is not None or request.last is not None
    if request.cases and named:
        raise UsageError(lazy("Use either --cases, or --from and --to."))
    if request.cover_only or (request.patches and not request.cases and not named):
        return ()
    cases = tuple(dict.fromkeys(_named(book, request.cases) if request.cases else _counted(book, request)))
    if len(cases) + request.patches > _MOST_SHEETS:
        raise UsageError(lazy("More than {limit} sheets are too many for one file.", limit=_MOST_SHEETS))
    return cases


def _named(book: Book, text: str) -> Iterator[CaseKey]:
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not dash:
            yield parse_case(part, year=book.id.year)
            continue
        low, high = split_number(first), split_number(last)
        if not low or not high or low[1] or high[1]:
            raise UsageError(
                lazy("{text!r} is not a valid range of case numbers.", text=part),
                remedy=lazy("Use, for example, 1-97 or 12a."),
            )
        yield from _range(book, low[0], high[0])


def _counted(book: Book, request: SheetsRequest) -> Iterator[CaseKey]:
    first = book.first_number if request.first is None else request.first
    if request.last is None and book.cases is None:
        raise UsageError(
            lazy("{book}: the total of cases is not stated.", book=book.id),
            remedy=lazy("State the total (scanpipe book amend BOOK --cases N), or name the cases: --cases 1-97."),
        )
    last = request.last if request.last is not None else book.first_number + (book.cases or 0) - 1
    yield from _range(book, first, last)


def _range(book: Book, first: int, last: int) -> Iterator[CaseKey]:
    if first > last:
        raise UsageError(
            lazy("{text!r} is not a valid range of case numbers.", text="-".join(map(str, (first, last)))),
            remedy=lazy("Use, for example, 1-97 or 12a."),
        )
    # One beyond the limit is enough for it to be told.
    for number in range(first, min(last, first + _MOST_SHEETS) + 1):
        yield CaseKey(year=book.id.year, number=str(number))
