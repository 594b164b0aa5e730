"""The workbook of a revision: what scanpipe knows of each case, and what people have typed in so far."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from scanpipe.errors import BlobDamaged, ConventionError, WorkbookError
from scanpipe.flows.books import BookFacts
from scanpipe.flows.station import Station
from scanpipe.messages import _
from scanpipe.package.convention import Convention
from scanpipe.package.filled import RowKey, read_filled, read_workbook, row_key
from scanpipe.package.index import case_rows, known_cells, write_workbook
from scanpipe.package.merge import Source, Written, merge_typed
from scanpipe.package.sheet import sheet_names
from scanpipe.state import views


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """The workbook as scanpipe alone would write it, and with what was typed; `conflicts` are for people to read."""

    known: bytes
    content: bytes
    conflicts: tuple[str, ...] = ()

    @property
    def known_digest(self) -> str:
        """The sha256 of what scanpipe knows: it decides whether a new revision is due."""
        return sha256(self.known).hexdigest()

    @property
    def digest(self) -> str:
        """The sha256 of the workbook itself."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the workbooks of a book come from: the station, the book, its rules, and the one that a person gives."""

    station: Station
    facts: BookFacts
    convention: Convention
    given: Path | None = None
    name: str = field(init=False)

    def __post_init__(self) -> None:
        """Keep what every workbook of the book is called."""
        object.__setattr__(self, "name", self.convention.workbook_name(self.facts.book.id))


def known_workbook(desk: Desk) -> Workbook:
    """Return the workbook with nothing typed in."""
    rules, kind = desk.convention.workbook, desk.facts.book.id.kind
    known = write_workbook(_known(desk), kind=kind, rules=rules)
    return Workbook(known=known, content=known)


def filled_workbook(desk: Desk) -> Workbook:
    """Return the workbook with what was typed into the one of the revision before and into the one given.

    Raises:
        WorkbookError: one of them cannot be read, or something in it would be lost.
    """
    rules, kind, known = desk.convention.workbook, desk.facts.book.id.kind, _known(desk)
    _refuse_foreign(desk)
    sources = [source for path in _filled(desk) for source in _sources(desk, path)]
    typed = merge_typed(known, sources, written=_written(desk), columns=rules.columns)
    skipped = [line for path in _filled(desk) for line in _skipped_sheets(desk, path)]
    return Workbook(
        known=write_workbook(known, kind=kind, rules=rules),
        content=write_workbook(known, kind=kind, rules=rules, typed=typed),
        conflicts=(*typed.conflicts, *skipped),
    )


def keep_workbook(station: Station, workbook: Workbook) -> None:
    """Put both forms into the store, so that the next revision can tell what was typed, wherever this one goes."""
    for content in {workbook.known, workbook.content}:
        digest = station.store.put(content)
        if views.document(station.journal, f"workbook {digest}") is None:
            station.journal.add_fact("document", key=f"workbook {digest}", digest=digest, facts="{}")


def _known(desk: Desk) -> dict[RowKey, dict[str, str]]:
    rows = case_rows(desk.facts.book, desk.facts.sets.sets)
    return known_cells(rows, desk.convention.workbook)


def _filled(desk: Desk) -> Iterator[Path]:
    """Yield the workbooks that may have been filled in: the last one published, as it is now, and the one given."""
    last = desk.facts.deliveries[-1] if desk.facts.deliveries else None
    if last:
        published = desk.station.folder / last.folder / desk.name
        kept = published if published.is_file() else _blob(desk.station, last.workbook)
        yield from (kept,) if kept else ()
    if desk.given:
        yield desk.given


def _refuse_foreign(desk: Desk) -> None:
    """Refuse a given workbook that is of another book: the same numbers would stand for other people in it."""
    if desk.given is None:
        return
    kind, rules, convention = desk.facts.book.id.kind, desk.convention.workbook, desk.convention
    headers = set(read_workbook(desk.given, kind=kind, rules=rules).headers)
    of = [other for other in rules.layouts if other != kind and headers & rules.own_columns(other, than=kind)]
    try:
        named = convention.parse_workbook_name(desk.given.name)
        foreign = not named.agrees_with(desk.facts.book.id)
    except ConventionError:
        foreign = False
    if of or foreign:
        raise WorkbookError(
            _("{path} is a workbook of another book than {book}.").format(path=desk.given, book=desk.facts.book.id),
            remedy=_("Nothing was taken from it. Give the workbook of this book."),
        )


def _sources(desk: Desk, path: Path) -> Iterator[Source]:
    rules, kind = desk.convention.workbook, desk.facts.book.id.kind
    name = path.name if path.suffix else desk.name
    for sheet in (rules.unmatched_sheet, rules.layout(kind).sheet):
        if sheet != rules.unmatched_sheet or sheet in sheet_names(path):
            yield Source(name=f"{name}, {sheet}", sheet=read_filled(path, sheet=sheet, columns=rules.columns))


def _skipped_sheets(desk: Desk, path: Path) -> Iterator[str]:
    rules, layout = desk.convention.workbook, desk.convention.workbook.layout(desk.facts.book.id.kind)
    names = sheet_names(path)
    taken = {layout.sheet if layout.sheet in names else names[0], layout.notes_sheet, rules.unmatched_sheet}
    for sheet in names:
        if sheet not in taken:
            yield _("{path}: the sheet {sheet} is not taken over").format(path=path, sheet=sheet)


def _written(desk: Desk) -> Written:
    """Return what scanpipe wrote into the workbooks of all revisions: a person may have filled in any of them."""
    kind, rules = desk.facts.book.id.kind, desk.convention.workbook
    written: defaultdict[RowKey, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    digests = {delivery.members.get(desk.name, "") for delivery in desk.facts.deliveries}
    for known in filter(None, (_blob(desk.station, digest) for digest in digests)):
        for row in read_workbook(known, kind=kind, rules=rules).rows:
            if key := row_key(row, rules.columns):
                for column, value in row.cells.items():
                    written[key][column].add(value)
    return written


def _blob(station: Station, digest: str) -> Path | None:
    """Return the file of a blob that is there and whole; none where nothing is known of it."""
    if not digest:
        return None
    try:
        station.store.get(digest)
    except BlobDamaged:
        return None
    return station.store.path(digest)
