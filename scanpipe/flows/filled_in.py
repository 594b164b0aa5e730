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
from scanpipe.model import BookId
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
        taken: the published workbooks as they were read, by revision.
    """

    sources: tuple[Source, ...]
    written: Mapping[RowKey, Cells]
    told: tuple[str, ...]
    taken: Mapping[int, bytes]


@dataclass(slots=True, kw_only=True)
class _Found:
    """What has been found so far."""

    sources: list[Source] = field(default_factory=list)
    written: Mapping[RowKey, Cells] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    taken: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issued:
    """A revision: its row in the journal, its workbook's name, what scanpipe wrote into it, as far as that is known.

    `taken` is the digest of its workbook as the newest revision took it over, or else as it was published.
    """

    delivery: views.DeliveryRow
    name: str
    rows: IssuedRows | None
    taken: str


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
    return FilledIn(
        sources=tuple(found.sources), written=found.written, told=tuple(found.told), taken=dict(found.taken)
    )


def _issued(desk: Desk, delivery: views.DeliveryRow) -> _Issued:
    name = next((name for name in delivery.members if name.endswith(_WORKBOOK)), "")
    record = _blob(desk, delivery.members.get(name, ""))
    rows = decode_issued(record.read_bytes()) if record else None
    newest = desk.facts.deliveries[-1].revision
    taken = views.document(desk.station.journal, taken_key(desk.facts.book.id, by=newest, of=delivery.revision))
    return _Issued(delivery=delivery, name=name, rows=rows, taken=taken.digest if taken else delivery.workbook)


def taken_key(book: BookId, *, by: int, of: int) -> str:
    """Return the key in the journal of the workbook of revision `of` as revision `by` took it over."""
    return f"workbook {mark_of(book, of)} taken by r{by}"


def _add_last(desk: Desk, found: _Found, rows: IssuedRows, last: _Issued) -> None:
    """Add the workbook of the revision before: all that is in it goes on, typed since or taken over before."""
    path, *others = _in_folder(desk, last) or (None,)
    if path is None and last.name:
        text = _("{folder} holds no {name}: what was published is taken over, not what may have been typed since")
        found.told.append(text.format(folder=last.delivery.folder, name=last.name))
    published = _blob(desk, last.delivery.workbook)
    path = path or published
    form = last.rows or rows
    cases = moved_cases(form.scans, rows.scans) if last.rows else {}
    written = last.rows.cells if last.rows else {}
    found.written = {now: written[then] for then, now in cases.items() if now and then in written}
    if path:
        found.taken[last.delivery.revision] = path.read_bytes()
        stayed = _cells(published, form, form.unmatched_sheet) if published else {}
        _add(found, path, path.name, form, rows, before=written, cases=cases, stayed=stayed)
    for other in others:
        before = _cells(published, form) if published else {}
        _add(found, other, other.name, form, rows, before=before, cases=cases)


def _add_changed(desk: Desk, found: _Found, rows: IssuedRows, issued: _Issued) -> None:
    """Add the workbook of an older revision if people went on in it after it was last taken over: what they changed."""
    for path in _in_folder(desk, issued):
        data, name = path.read_bytes(), f"r{issued.delivery.revision}/{path.name}"
        if path.name == issued.name:
            found.taken[issued.delivery.revision] = data
        taken = _blob(desk, issued.taken)
        if taken and issued.rows and sha256(data).hexdigest() not in (issued.taken, issued.delivery.workbook):
            cases = moved_cases(issued.rows.scans, rows.scans)
            before = _cells(taken, issued.rows)
            _add(found, path, name, issued.rows, rows, before=before, cases=cases)


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
    stayed: Mapping[RowKey, Cells] | None = None,
) -> None:
    """Add the sheets of a workbook that has the form of its revision, under the headers of today.

    With `stayed`, the rows that were of no case when it was published, the sheet of those is added too: one whose
    number was put right since finds its case; the others stay by themselves, whoever has their number now.
    """
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
    if stayed is not None and form.unmatched_sheet in names:
        aside = _sheet(read_typed(path, sheet=form.unmatched_sheet, columns=form.columns).sheet, titles)
        by_themselves = dict.fromkeys(stayed)
        unmatched = f"{name}, {form.unmatched_sheet}"
        found.sources.append(Source(name=unmatched, sheet=aside, before={}, cases=by_themselves, aside=True))


def _cells(workbook: Path, form: IssuedRows, name: str = "") -> dict[RowKey, Cells]:
    """Return the rows of a sheet, that of the cases unless it is named, by case; none where there is no such sheet."""
    wanted = name or form.layout.sheet
    if name and name not in sheet_names(workbook):
        return {}
    sheet = read_typed(workbook, sheet=wanted, columns=form.columns).sheet
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


def _in_folder(desk: Desk, issued: _Issued) -> tuple[Path, ...]:
    """Return the workbooks of a revision in its folder: that of its name, and those saved under others, by their marks.

    Raises:
        WorkbookError: the one of its name is of another book or revision, put in its place.
    """
    folder, book = desk.station.folder / issued.delivery.folder, desk.facts.book.id
    wanted, named = mark_of(book, issued.delivery.revision), folder / issued.name
    others = tuple(path for path in sorted(folder.glob(f"*{_WORKBOOK}")) if path != named and _mark(path) == wanted)
    if not named.is_file():
        return others
    mark = read_mark(named)
    if mark not in (None, wanted):
        raise WorkbookError(
            _("{path} is not the workbook of {book}, r{revision}: it says that it is that of {mark}.").format(
                path=named, book=book, revision=issued.delivery.revision, mark=mark
            ),
            remedy=_("Nothing was taken from it. Move it away; if it is a copy of this book's, give it with --index."),
        )
    return (named, *others)


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
