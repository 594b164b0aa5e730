"""Masters of delivered books are freed once two backups on other disks hold them; whoever needs one brings it back.

Both backups are read for the very masters just before, and the journal says first which ones hold them. So a master is
in the store, or in two backups that were seen whole.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from scanpipe.errors import StateError, StationLocked, UsageError
from scanpipe.flows.backup.target import Target, readable_target, target_errors_named
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.plan import Status
from scanpipe.flows.book.readiness import blockers
from scanpipe.flows.locking import held_backups, held_book
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.state.backups import BackupRow, free_masters, newest_backups
from scanpipe.state.books import find_book, open_books
from scanpipe.state.masters import changed_since, delivery_row, freeable_masters
from scanpipe.system.copies import copying
from scanpipe.system.fsio import store_errors_named, sync_folder

_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PrunedBook:
    """What became of the masters of a book.

    Attributes:
        book: its name.
        masters: how many were freed, or would be.
        size: their bytes.
        kept: why none was freed; "" where some were, or there is none left.
        doubtful: how many stay, since one of the two backups has not each of them whole.
    """

    book: str
    masters: int = 0
    size: int = 0
    kept: LazyText | str = ""
    doubtful: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A backup whose disk is connected, and what the journal says of it."""

    target: Target
    row: BackupRow


def disk_of(folder: Path) -> int:
    """Return which disk a folder lies on."""
    return folder.stat().st_dev


def prune(
    station: Station, names: Sequence[str] = (), *, dry_run: bool = False, disk: Callable[[Path], int] = disk_of
) -> Iterator[PrunedBook]:
    """Free the masters of these books, by default of all, where that is safe; yield what became of each book's.

    Args:
        station: the station.
        names: the books.
        dry_run: tell what would be freed; the backups are read all the same.
        disk: tells which disk a folder lies on.

    Raises:
        UsageError: station.toml does not allow it.
        StateError: fewer than two backups on two other disks are connected.
        StationLocked: a backup is being made.
        BookUnknown: there is no such book.
    """
    if not (station.settings.backup.prune or dry_run):
        raise UsageError(
            lazy("This station frees no masters."), remedy=lazy("Set prune = true under [backup] in station.toml.")
        )
    rows = [find_book(station.journal, name) for name in names] if names else open_books(station.journal)
    with held_backups(station), ExitStack() as opened:
        copies = _two_elsewhere(station, list(_connected(station, opened)), disk)
        for row in rows:
            name = row.book.id.full_name
            try:
                with held_book(station, name):
                    yield _pruned(station, name, copies, dry_run=dry_run)
            except StationLocked as error:
                yield PrunedBook(book=name, kept=error.text)


def _connected(station: Station, opened: ExitStack) -> Iterator[_Copy]:
    for row in newest_backups(station.journal):
        with suppress(StateError):
            target = opened.enter_context(readable_target(Path(row.folder)))
            if target.id == row.target:
                yield _Copy(target=target, row=row)


def _two_elsewhere(station: Station, copies: Sequence[_Copy], disk: Callable[[Path], int]) -> tuple[_Copy, _Copy]:
    own = disk(station.store.folder)
    for first, second in combinations(copies, 2):
        if len({own, disk(first.target.folder), disk(second.target.folder)}) == 3:
            return first, second
    raise StateError(
        lazy("Masters are freed only when two backups on two other disks hold them, and both disks are connected."),
        remedy=lazy("Connect both disks. Run 'scanpipe backup FOLDER' for each of them."),
    )


def _pruned(station: Station, name: str, copies: tuple[_Copy, _Copy], *, dry_run: bool) -> PrunedBook:
    facts = book_facts(station, name)
    if why := _why_kept(station, facts, copies):
        return PrunedBook(book=name, kept=why)
    masters = [each for each in freeable_masters(station.journal, facts.row) if station.store.has(each)]
    freed, size = 0, 0
    for start in range(0, len(masters), _BATCH):
        proved = _held_by_both(masters[start : start + _BATCH], copies)
        freed += len(proved)
        size += sum(station.store.path(digest).stat().st_size for digest in proved)
        if not dry_run:
            _free(station, facts.row, proved, copies)
    return PrunedBook(book=name, masters=freed, size=size, doubtful=len(masters) - freed)


def _why_kept(station: Station, facts: BookFacts, copies: tuple[_Copy, _Copy]) -> LazyText | str:
    """Return why the masters of a book stay, "" where they need not."""
    if not facts.deliveries:
        return lazy("not delivered yet")
    accepted = all(state.status in (Status.ACCEPTED, Status.ABSENT) for state in facts.pages)
    if blockers(facts) or not accepted or changed_since(station.journal, facts.row, facts.deliveries[-1]):
        return lazy("changed since it was delivered, or not wholly accepted")
    delivered = delivery_row(station.journal, facts.row, facts.deliveries[-1].revision)
    if any(copy.row.newest_delivery < delivered for copy in copies):
        return lazy("not backed up on both disks since it was delivered")
    return ""


def _held_by_both(masters: Sequence[str], copies: tuple[_Copy, _Copy]) -> list[str]:
    """Read masters on both disks, and return those that both have whole."""
    whole = list(masters)
    for copy in copies:
        with target_errors_named(copy.target.folder):
            copy.target.require_there()
            with copying(copy.target.folder) as reader:
                found = reader.digests([str(copy.target.store.path(digest)) for digest in whole])
        whole = [digest for digest, real in zip(whole, found, strict=True) if digest == real]
    return whole


def _free(station: Station, book: int, digests: Sequence[str], copies: tuple[_Copy, _Copy]) -> None:
    """Write which backups hold these masters, and then remove them from the store."""
    targets = copies[0].target.id, copies[1].target.id
    free_masters(station.journal, digests, book=book, targets=targets, person=station.person)
    with store_errors_named(station.store.folder):
        for digest in digests:
            station.store.path(digest).unlink(missing_ok=True)
        for folder in {station.store.path(digest).parent for digest in digests}:
            sync_folder(folder)
