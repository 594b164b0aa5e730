"""Finding what people typed: in the published workbooks of a book as they are now, and in one that is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from scanpipe.errors import BlobDamaged, ConventionError, WorkbookError
from scanpipe.flows.books import BookFacts
from scanpipe.flows.station import Station
from scanpipe.messages import _
from scanpipe.package.naming.convention import Convention
from scanpipe.package.naming.workbook_rules import Columns
from scanpipe.package.workbook.filled import ReadSheet, RowKey, SheetRow, read_workbook, row_key
from scanpipe.package.workbook.issued import Cells, IssuedRows, decode_issued, moved_cases
from scanpipe.package.workbook.merge import Source
from scanpipe.package.workbook.sheet import sheet_names
from scanpipe.package.workbook.typed import Mark, mark_of, read_mark, read_typed
from scanpipe.state import views

_WORKBOOK = ".xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the workbooks of a book come from: the station, the book, its rules, and the one that a person gives."""

    station: Station
    facts: BookFacts
    convention: Convention
    given: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledIn:
    """What was found.

    Attributes:
        sources: the sheets that people had.
        written: what scanpipe wrote in the revision before, by the case of today.
        told: what cannot be taken over, or was looked for in vain, in words.
    """

    sources: tuple[Source, ...]
    written: Mapping[RowKey, Cells]
    told: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Found:
    """What has been found so far."""

    sources: list[Source] = field(default_factory=list)
    written: Mapping[RowKey, Cells] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issued:
    """A revision: its row in the journal, its workbook's name, what scanpipe wrote into it, as far as that is known."""

    delivery: views.DeliveryRow
    name: str
    rows: IssuedRows | None


def find_filled_in(desk: Desk, rows: IssuedRows) -> FilledIn:
    """Return what people typed; `rows` is what scanpipe knows now.

    Raises:
        WorkbookError: a workbook cannot be read, is of another book, or something in it would be lost.
    """
    found = _Found()
    issued = [_issued(desk, delivery) for delivery in desk.facts.deliveries]
    for revision in issued[:-1]:
        _add_changed(desk, found, rows, revision)
    if issued:
        _add_last(desk, found, rows, issued[-1])
    if desk.given:
        _add_given(desk, found, rows, issued)
    return FilledIn(sources=tuple(found.sources), written=found.written, told=tuple(found.told))


def _issued(desk: Desk, delivery: views.DeliveryRow) -> _Issued:
    name = next((name for name in delivery.members if name.endswith(_WORKBOOK)), "")
    record = _blob(desk, delivery.members.get(name, ""))
    rows = decode_issued(record.read_bytes()) if record else None
    return _Issued(delivery=delivery, name=name, rows=rows)


def _add_last(desk: Desk, found: _Found, rows: IssuedRows, last: _Issued) -> None:
    """Add the workbook of the revision before: all that is in it goes on, typed since or taken over before."""
    path = _in_folder(desk, last)
    if path is None and (desk.station.folder / last.delivery.folder).is_dir():
        text = _("{folder} holds no {name}: what was published is taken over, not what may have been typed since")
        found.told.append(text.format(folder=last.delivery.folder, name=last.name))
    path = path or _blob(desk, last.delivery.workbook)
    form = last.rows or rows
    cases = moved_cases(form.scans, rows.scans) if last.rows else {}
    written = last.rows.cells if last.rows else {}
    found.written = {now: written[then] for then, now in cases.items() if now and then in written}
    if path:
        _add(found, path, last.name, form, rows, before=written, cases=cases, whole=True)


def _add_changed(desk: Desk, found: _Found, rows: IssuedRows, issued: _Issued) -> None:
    """Add the workbook of an older revision if people went on in it after the next was made: only what they changed."""
    path, published = _in_folder(desk, issued), _blob(desk, issued.delivery.workbook)
    if path and published and issued.rows and sha256(path.read_bytes()).hexdigest() != issued.delivery.workbook:
        cases = moved_cases(issued.rows.scans, rows.scans)
        before = _cells(published, issued.rows)
        _add(found, path, f"r{issued.delivery.revision}/{issued.name}", issued.rows, rows, before=before, cases=cases)


def _add_given(desk: Desk, found: _Found, rows: IssuedRows, issued: list[_Issued]) -> None:
    """Add the workbook that a person gives: what is different from the revision that it says it was made from."""
    path = desk.given
    assert path is not None
    mark = read_mark(path)
    _refuse_foreign(desk, path, mark)
    of = next(
        (one for one in issued if mark and one.delivery.revision == mark.revision), issued[-1] if issued else None
    )
    form = of.rows if of and of.rows else rows
    published = _blob(desk, of.delivery.workbook) if of and of.rows else None
    cases = moved_cases(form.scans, rows.scans) if of and of.rows else {}
    before = _cells(published, form) if published else {}
    _add(found, path, path.name, form, rows, before=before, cases=cases, emptied=mark is not None)


def _add(
    found: _Found,
    path: Path,
    name: str,
    form: IssuedRows,
    rows: IssuedRows,
    *,
    before: Mapping[RowKey, Cells],
    cases: Mapping[RowKey, RowKey | None],
    emptied: bool = False,
    whole: bool = False,
) -> None:
    """Add the sheets of a workbook that has the form of its revision, under the headers of today."""
    names = sheet_names(path)
    main = form.layout.sheet if form.layout.sheet in names else names[0]
    titles = dict(zip(_titles(form.columns), _titles(rows.columns), strict=True))
    typed = read_typed(path, sheet=main, columns=form.columns)
    left = [_("{name}: {what} is not taken over").format(name=name, what=what) for what in typed.left_out]
    other = [sheet for sheet in names if sheet not in (main, form.layout.notes_sheet, form.unmatched_sheet)]
    left += [_("{name}: the sheet {sheet} is not taken over").format(name=name, sheet=sheet) for sheet in other]
    found.told += left
    renamed = {key: _renamed(cells, titles) for key, cells in before.items()}
    sheet = _sheet(typed.sheet, titles)
    found.sources.append(Source(name=f"{name}, {main}", sheet=sheet, before=renamed, cases=cases, emptied=emptied))
    if whole and form.unmatched_sheet in names:
        aside = _sheet(read_typed(path, sheet=form.unmatched_sheet, columns=form.columns).sheet, titles)
        found.sources.append(Source(name=f"{name}, {form.unmatched_sheet}", sheet=aside, before={}, aside=True))


def _cells(published: Path, form: IssuedRows) -> dict[RowKey, Cells]:
    """Return the rows of a workbook as it was published, by case."""
    sheet = read_typed(published, sheet=form.layout.sheet, columns=form.columns).sheet
    return {key: row.cells for row in sheet.rows if (key := row_key(row, form.columns))}


def _sheet(sheet: ReadSheet, titles: Mapping[str, str]) -> ReadSheet:
    return ReadSheet(
        headers=tuple(titles.get(header, header) for header in sheet.headers),
        rows=tuple(SheetRow(line=row.line, cells=_renamed(row.cells, titles)) for row in sheet.rows),
    )


def _renamed(cells: Cells, titles: Mapping[str, str]) -> dict[str, str]:
    return {titles.get(column, column): value for column, value in cells.items()}


def _titles(columns: Columns) -> tuple[str, ...]:
    return msgspec.structs.astuple(columns)


def _in_folder(desk: Desk, issued: _Issued) -> Path | None:
    """Return the workbook in the folder of a revision, under its name or, by its mark, under any other."""
    folder = desk.station.folder / issued.delivery.folder
    if (folder / issued.name).is_file():
        return folder / issued.name
    wanted = mark_of(desk.facts.book.id, issued.delivery.revision)
    return next((path for path in sorted(folder.glob(f"*{_WORKBOOK}")) if _mark(path) == wanted), None)


def _mark(path: Path) -> Mark | None:
    try:
        return read_mark(path)
    except WorkbookError:
        return None


def _refuse_foreign(desk: Desk, path: Path, mark: Mark | None) -> None:
    """Refuse a given workbook that is of another book: the same numbers would stand for other people in it."""
    book, rules, convention = desk.facts.book.id, desk.convention.workbook, desk.convention
    headers = set(read_workbook(path, kind=book.kind, rules=rules).headers) if mark is None else set()
    of = [other for other in rules.layouts if other != book.kind and headers & rules.own_columns(other, than=book.kind)]
    try:
        named = convention.parse_workbook_name(path.name)
        foreign = not named.agrees_with(book)
    except ConventionError:
        foreign = False
    if of or foreign or (mark and mark.book != mark_of(book, 0).book):
        raise WorkbookError(
            _("{path} is a workbook of another book than {book}.").format(path=path, book=book),
            remedy=_("Nothing was taken from it. Give the workbook of this book."),
        )


def _blob(desk: Desk, digest: str) -> Path | None:
    """Return the file of a blob that is there and whole; none where nothing is known of it."""
    try:
        if digest:
            desk.station.store.get(digest)
            return desk.station.store.path(digest)
    except BlobDamaged:
        pass
    return None
