"""The rows of a book's workbook beside its pages: what stands in them, and what a person types into them."""

from collections.abc import Mapping
from dataclasses import dataclass

from scanpipe.errors import UsageError, VerdictOutdated
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.cases import parse_case
from scanpipe.flows.locking import held_book
from scanpipe.flows.review.pages import name_of
from scanpipe.flows.station import Station
from scanpipe.flows.workbook.issued import WorkbookContext
from scanpipe.flows.workbook.workbooks import issued_rows, typed_so_far
from scanpipe.messages import LazyText, lazy
from scanpipe.model import CaseKey, Page
from scanpipe.package.workbook.issued_rows import IssuedRows, encode_issued
from scanpipe.state.typed import CellPlace, type_cell, typed_cells
from scanpipe.system.printable import printable

_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """The row of a case: its pages, and what stands in its cells; `typed` are those that people typed."""

    key: CaseKey
    pages: tuple[Page, ...]
    cells: Mapping[str, str]
    typed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRows:
    """The workbook of a book as its next revision will have it.

    Attributes:
        columns: the headers, those first that people compare with the page.
        number: the header of the case number.
        fixed: the headers whose cells nobody types: scanpipe counts them, or the book states them.
        rows: a row for each case.
        conflicts: what people should read.
    """

    columns: tuple[str, ...]
    number: str
    fixed: tuple[str, ...]
    rows: tuple[CaseRow, ...]
    conflicts: tuple[LazyText, ...]


def case_rows(station: Station, row: int) -> CaseRows:
    """Return the rows of a book by its row.

    Raises:
        BookUnknown: there is none.
        WorkbookError: the workbook of a revision cannot be read.
    """
    facts = book_facts(station, name_of(station, row))
    convention = convention_of(station, facts.book)
    rows = issued_rows(facts, convention.workbook)
    context = WorkbookContext(station=station, facts=facts, convention=convention)
    collected, typed = typed_so_far(context, rows)
    columns = rows.columns
    looked_at = (columns.number, columns.volume, columns.page, columns.date)
    pages = {each.key: each.pages for each in facts.sets.sets}
    return CaseRows(
        columns=tuple(dict.fromkeys((*looked_at, *rows.layout.headers, *typed.columns))),
        number=columns.number,
        fixed=(columns.serial, columns.volume),
        rows=tuple(
            CaseRow(
                key=key.case,
                pages=pages.get(key.case, ()),
                cells={**cells, **typed.cells.get(key, {})},
                typed=frozenset((*typed.cells.get(key, {}), *typed.confirmed.get(key, {}))),
            )
            for key, cells in rows.cells.items()
        ),
        conflicts=(*typed.conflicts, *collected.notices),
    )


def type_into(station: Station, row: int, case: str, header: str, *, value: str, shown: str) -> None:
    """Keep what a person typed into a cell as it was typed; the next delivery merges it.

    Args:
        station: the station.
        row: the row of the book.
        case: the number of the case, with its year where it is not the book's.
        header: the column.
        value: what is to stand there; nothing empties the cell.
        shown: what the person saw there.

    Raises:
        BookUnknown: there is no such book.
        UsageError: there is no such case or column, or nobody types there; or the text cannot stand in a workbook.
        VerdictOutdated: somebody typed there meanwhile.
        StationLocked: another process works on the book.
    """
    name = name_of(station, row)
    with held_book(station, name):
        facts = book_facts(station, name)
        rows = issued_rows(facts, convention_of(station, facts.book).workbook)
        key = parse_case(case, year=facts.book.id.year)
        _refuse_untypable(rows, key, header, value)
        place = CellPlace(rows=station.store.put(encode_issued(rows)), year=key.year, number=key.number, header=header)
        _refuse_outdated(station, facts, place, shown)
        if value != shown:
            type_cell(station.journal, row, place, value=value, shown=shown, person=station.person)


def _refuse_untypable(rows: IssuedRows, case: CaseKey, header: str, value: str) -> None:
    columns = rows.columns
    if case not in {key.case for key in rows.cells}:
        raise UsageError(lazy("The book has no case {case}.", case=case))
    if header not in rows.layout.headers or header in (columns.serial, columns.number, columns.volume):
        raise UsageError(lazy("Nobody can type into the column {header}.", header=header))
    if value != printable(value) or len(value) > _LONGEST:
        raise UsageError(lazy("This text cannot stand in a workbook."))


def _refuse_outdated(station: Station, facts: BookFacts, place: CellPlace, shown: str) -> None:
    typed = typed_cells(station.journal, facts.row).get(place)
    if typed and typed.value and typed.value != shown:
        raise VerdictOutdated(lazy("Somebody typed {value!r} here meanwhile.", value=typed.value))
