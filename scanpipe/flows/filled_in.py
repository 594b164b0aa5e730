"""Finding what people typed: in the published workbooks of a book as they are now, and in one that is given."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from scanpipe.errors import ConventionError, WorkbookError
from scanpipe.flows.issued_workbooks import (
    WORKBOOK,
    Desk,
    Issued,
    TakenFile,
    blob,
    issued_workbook,
    taken_of,
    unconfirmed,
)
from scanpipe.messages import Text, _, later
from scanpipe.package.papers.delivery_note import NOTE_WORKBOOK
from scanpipe.package.workbook.filled import RowKey
from scanpipe.package.workbook.issued import Cells, IssuedRows, moved_cases
from scanpipe.package.workbook.merge import Source
from scanpipe.package.workbook.read_back import read_main
from scanpipe.package.workbook.sources import TypedSheets, TypedWorkbook, read_sources
from scanpipe.package.workbook.typed import Mark, mark_of, read_mark

_OTHER_FORMS = frozenset({".ods", ".fods", ".xls", ".xlsm", ".xlsb", ".csv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledIn:
    """What was found.

    Attributes:
        sources: the sheets that people had.
        written: what scanpipe wrote in the revision before, by the case of today.
        told: what cannot be taken over, or was looked for in vain, in words.
        taken: the workbooks in the folders of the revisions as they were read, by revision and file name.
    """

    sources: tuple[Source, ...]
    written: Mapping[RowKey, Cells]
    told: tuple[Text, ...]
    taken: Mapping[TakenFile, bytes]


@dataclass(slots=True, kw_only=True)
class _Found:
    """What has been found so far."""

    sources: list[Source] = field(default_factory=list)
    written: Mapping[RowKey, Cells] = field(default_factory=dict)
    told: list[Text] = field(default_factory=list)
    taken: dict[TakenFile, bytes] = field(default_factory=dict)

    def add(self, sheets: TypedSheets) -> None:
        """Add the sheets of a workbook."""
        self.sources += sheets.sources
        self.told += sheets.told


def find_filled_in(desk: Desk, rows: IssuedRows) -> FilledIn:
    """Return what people typed; `rows` is what scanpipe knows now.

    Raises:
        WorkbookError: a workbook cannot be read, is of another book, or something in it would be lost.
    """
    found = _Found()
    issued = [issued_workbook(desk, delivery) for delivery in desk.facts.deliveries]
    for revision in issued[:-1]:
        _add_changed(desk, found, rows, revision)
    if issued:
        _add_last(desk, found, rows, issued[-1])
    if desk.given:
        _add_given(desk, found, rows, issued)
    return FilledIn(
        sources=tuple(found.sources), written=found.written, told=tuple(found.told), taken=dict(found.taken)
    )


def _add_last(desk: Desk, found: _Found, rows: IssuedRows, last: Issued) -> None:
    """Add the workbook of the revision before: all that is in it goes on, typed since or taken over before."""
    paths = _in_folder(desk, found, last)
    if not paths and last.name:
        found.told.append(
            later(
                "{folder} holds no {name}: what was published is taken over, not what may have been typed since",
                folder=last.delivery.folder,
                name=last.name,
            )
        )
    published = blob(desk, last.delivery.workbook)
    cases = moved_cases(last.rows.scans, rows.scans) if last.rows else {}
    written = last.rows.cells if last.rows else {}
    found.written = {now: written[then] for then, now in cases.items() if now and then in written}
    for place, path in enumerate(paths or filter(None, [published])):
        workbook = TypedWorkbook(
            path=path,
            name=_name(last, path.name if paths else last.name),
            form=last.rows or rows,
            cases=cases,
            handed=published,
            written=unconfirmed(desk, last) if place == 0 else None,
            emptied=place > 0,
        )
        with _or_moved_away() if paths else nullcontext():
            found.add(read_sources(workbook, rows))
    found.taken |= {(last.delivery.revision, path.name): path.read_bytes() for path in paths}


def _add_changed(desk: Desk, found: _Found, rows: IssuedRows, issued: Issued) -> None:
    """Add the workbooks of an older revision that people went on in after they were last taken over: their changes."""
    for path in _in_folder(desk, found, issued):
        data, before = path.read_bytes(), taken_of(desk, issued, path.name)
        found.taken[issued.delivery.revision, path.name] = data
        taken = blob(desk, before.last)
        if taken and issued.rows and sha256(data).hexdigest() not in before.digests:
            workbook = TypedWorkbook(
                path=path,
                name=_name(issued, path.name),
                form=issued.rows,
                cases=moved_cases(issued.rows.scans, rows.scans),
                handed=taken,
                emptied=True,
            )
            with _or_moved_away():
                found.add(read_sources(workbook, rows))


def _name(issued: Issued, file: str) -> str:
    return f"r{issued.delivery.revision}/{file}"


@contextmanager
def _or_moved_away() -> Iterator[None]:
    """Tell, of a workbook in the folder of a revision, that it need not be mended."""
    try:
        yield
    except WorkbookError as error:
        way = _("Or move it away: then what was published is taken over, not what may have been typed since.")
        raise WorkbookError(error.message, remedy=f"{error.remedy} {way}".strip()) from error


def _add_given(desk: Desk, found: _Found, rows: IssuedRows, issued: list[Issued]) -> None:
    """Add the workbook that a person gives: what is different from the revision that it says it was made from."""
    path = desk.given
    assert path is not None
    mark = read_mark(path)
    named = next((one for one in issued if mark and one.delivery.revision == mark.revision), None)
    of = named or (issued[-1] if issued else None)
    form = of.rows if of and of.rows else rows
    _refuse_foreign(desk, path, mark, form)
    if named is None:
        _refuse_unmarked(path, issued)
    workbook = TypedWorkbook(
        path=path,
        name=path.name,
        form=form,
        cases=moved_cases(form.scans, rows.scans) if of and of.rows else {},
        handed=blob(desk, of.delivery.workbook) if of and of.rows else None,
        emptied=mark is not None,
    )
    found.add(read_sources(workbook, rows))


def _refuse_unmarked(path: Path, issued: Sequence[Issued]) -> None:
    """Refuse a workbook of no known revision where its numbers may stand for other cases than in the newest one."""
    scans = [one.rows.scans for one in issued if one.rows]
    if any(then != now for older in scans for then, now in moved_cases(older, scans[-1]).items()):
        raise WorkbookError(
            _("{path} does not say which revision it is of, and cases were numbered anew since the first.").format(
                path=path
            ),
            remedy=_(
                "Nothing was taken from it. Type it into a copy of the newest workbook, and give that with --index."
            ),
        )


def _in_folder(desk: Desk, found: _Found, issued: Issued) -> tuple[Path, ...]:
    """Return the workbooks of a revision in its folder: that of its name, and those saved under others, by their marks.

    Raises:
        WorkbookError: the one of its name is of another book or revision, put in its place.
    """
    folder, book = desk.station.folder / issued.delivery.folder, desk.facts.book.id
    wanted, named = mark_of(book, issued.delivery.revision), folder / issued.name
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    files = [path for path in files if path != named and not _is_other(path)]
    beside = [path for path in files if path.suffix.lower() == WORKBOOK]
    others = tuple(path for path in beside if _mark(path) == wanted)
    found.told += [
        later(
            "{name} does not say that it is a workbook of r{revision}: it is not taken over (give it with --index)",
            name=_name(issued, path.name),
            revision=issued.delivery.revision,
        )
        for path in beside
        if path not in others
    ]
    found.told += [
        later("{name}: it is not taken over (save it as .xlsx)", name=_name(issued, path.name))
        for path in files
        if path.suffix.lower() in _OTHER_FORMS
    ]
    if not named.is_file():
        return others
    with _or_moved_away():
        mark = read_mark(named)
    if mark not in (None, wanted):
        raise WorkbookError(
            _("{path} is not the workbook of {book}, r{revision}: it says that it is that of {mark}.").format(
                path=named, book=book, revision=issued.delivery.revision, mark=mark
            ),
            remedy=_("Nothing was taken from it. Move it away; if it is a copy of this book's, give it with --index."),
        )
    return (named, *others)


def _is_other(path: Path) -> bool:
    """Tell whether a file is a delivery note, or only says that Excel has the workbook open."""
    return path.name == NOTE_WORKBOOK or path.name.startswith("~$")


def _mark(path: Path) -> Mark | None:
    try:
        return read_mark(path)
    except WorkbookError:
        return None


def _refuse_foreign(desk: Desk, path: Path, mark: Mark | None, form: IssuedRows) -> None:
    """Refuse a given workbook that is of another book: the same numbers would stand for other people in it."""
    book, rules, convention = desk.facts.book.id, desk.convention.workbook, desk.convention
    headers = set(read_main(path, form).headers) if mark is None else set()
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
