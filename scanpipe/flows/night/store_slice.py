"""A part of the store is read each night, so that bit rot is found in time; nothing is changed or freed."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from scanpipe.flows.night.attention import Attention
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.state.check import Folders, compare_store, damaged_blobs
from scanpipe.state.nights import add_reading, last_readings

_NEVER = datetime.min.replace(tzinfo=UTC)
_MADE = ("image", "mask", "words", "text_layer", "writing")
FOLDERS = tuple(f"{number:02x}" for number in range(256))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRead:
    """What was read of the store: folders, files and bytes, and how many files are damaged or gone."""

    folders: int = 0
    files: int = 0
    bytes: int = 0
    damaged: int = 0

    def __add__(self, other: "StoreRead") -> "StoreRead":
        return StoreRead(
            folders=self.folders + other.folders,
            files=self.files + other.files,
            bytes=self.bytes + other.bytes,
            damaged=self.damaged + other.damaged,
        )


def due_folders(read: Mapping[str, datetime], now: datetime, *, days: int) -> tuple[str, ...]:
    """Return the folders that a night reads, those that were read longest ago first.

    They are as many as the time since the last reading asks for, so that all are read within `days`; and all that were
    last read longer ago than that.
    """
    if not days:
        return ()
    since = now - max(read.values()) if read else timedelta(days=1)
    share = math.ceil(len(FOLDERS) * max(since / timedelta(days=1), 0.5) / days)
    oldest = sorted(FOLDERS, key=lambda name: (read.get(name, _NEVER), name))
    overdue = sum(1 for when in read.values() if now - when > timedelta(days=days))
    return tuple(oldest[: max(share, overdue)])


def read_slice(station: Station, now: datetime, more: Callable[[], bool]) -> Iterator[Attention | StoreRead]:
    """Read the part of the store that is due, folder by folder while `more`; yield what is damaged, and the sum."""
    due = due_folders(last_readings(station.journal), now, days=station.settings.nightly.store_days)
    there, damaged = {}, []
    for name in takewhile(lambda _name: more(), due):
        there[name] = station.store.digests_in(name)
        damaged += [digest for digest, broken in damaged_blobs(station.store, there[name]) if broken]
    whole = [digest for digests in there.values() for digest in digests]
    report = compare_store(station.journal, Folders(names=frozenset(there)), whole, damaged)
    found = StoreRead()
    for name, digests in there.items():
        size = sum(map(station.store.size, digests))
        lost = tuple(digest for digest in report.owners if digest[:2] == name)
        add_reading(station.journal, name, files=len(digests), size=size, damaged=lost)
        found += StoreRead(folders=1, files=len(digests), bytes=size, damaged=len(lost))
    for digest, owner in report.owners.items():
        yield _told(digest, owner)
    yield found


def _told(digest: str, owner: str) -> Attention:
    """Return what is told of a damaged file: of which book and page it is, and the way out."""
    book, _blank, rest = owner.partition(" ")
    page, _blank, part = rest.rpartition(" ")
    if part == "master":
        remedy = lazy(
            "restore it from a backup, or have the page scanned again: scanpipe reject {book} {page} --rescan",
            book=book,
            page=page,
        )
    elif part in _MADE:
        remedy = lazy("run 'scanpipe process {book}', which makes it again", book=book)
    else:
        remedy = lazy("restore it from a backup, or run 'scanpipe deliver BOOK', which makes PDFs again")
    text = lazy(
        "{what}: the stored file {digest} is damaged or gone; {remedy}", what=owner, digest=digest, remedy=remedy
    )
    return Attention.of("stored-file-damaged", text)
