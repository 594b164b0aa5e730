"""Do the station's records hold together? Blobs are read, rows are looked up; nothing is changed.

A million pages take hours to read, so the store can be checked a share at a time, and from where a check was stopped.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from scanpipe.errors import BlobDamaged, StoreFailed
from scanpipe.state.backups import freed_masters
from scanpipe.state.journal import Journal
from scanpipe.state.references import references
from scanpipe.state.store import Store


class Part(Protocol):
    """A part of the store."""

    def holds(self, digest: str) -> bool:
        """Whether a blob is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The blobs of some of the store's folders, which are named by the first two digits of their digests."""

    names: frozenset[str]

    def holds(self, digest: str) -> bool:
        """Whether a blob is one of them."""
        return digest[:2] in self.names


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The blobs to be read: those of share `number` of `of`, behind the digest `after`."""

    number: int = 1
    of: int = 1
    after: str = ""

    def holds(self, digest: str) -> bool:
        """Whether a blob is one of them; digests are spread evenly, so shares are equal."""
        return digest > self.after and int(digest[:8], 16) % self.of == self.number - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReport:
    """What was found in the store: `damaged` and `dangling` blobs are lost, `orphans` are not used.

    `owners` says, of each damaged or dangling digest, what it is: "KS.2010.01 12 master". `freed` masters are not there
    because backups hold them.
    """

    blobs: int = 0
    damaged: tuple[str, ...] = ()
    dangling: tuple[str, ...] = ()
    owners: dict[str, str] = field(default_factory=dict)
    orphans: tuple[str, ...] = ()
    freed: int = 0


def due_blobs(store: Store, share: Share) -> tuple[str, ...]:
    """Return the digests of the share that are there, in order."""
    return tuple(filter(share.holds, store.digests()))


def damaged_blobs(store: Store, digests: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Read each blob and yield its digest and whether it is damaged."""
    for digest in digests:
        yield digest, not _whole(store, digest)


def compare_store(journal: Journal, share: Part, there: Collection[str], damaged: Sequence[str]) -> StoreReport:
    """Compare what the store holds of a share with what the journal knows."""
    wanted = {digest: owner for digest, owner in references(journal).items() if share.holds(digest)}
    away, freed = wanted.keys() - set(there), freed_masters(journal).keys()
    dangling = tuple(sorted(away - freed))
    return StoreReport(
        blobs=len(there),
        damaged=tuple(damaged),
        dangling=dangling,
        owners={digest: wanted[digest] for digest in (*damaged, *dangling) if digest in wanted},
        orphans=tuple(digest for digest in there if digest not in wanted),
        freed=len(away & freed),
    )


def check_store(journal: Journal, store: Store, share: Share | None = None) -> StoreReport:
    """Read every blob of a share and compare it with its name and with the journal."""
    share = share or Share()
    there = due_blobs(store, share)
    damaged = [digest for digest, broken in damaged_blobs(store, there) if broken]
    return compare_store(journal, share, there, damaged)


def _whole(store: Store, digest: str) -> bool:
    try:
        store.get(digest)
    except (BlobDamaged, StoreFailed):
        return False
    return True


def check_journal(journal: Journal) -> tuple[str, ...]:
    """Return what is wrong with the journal's file and with what its rows refer to."""
    try:
        lines = [row[0] for row in journal.db.execute("PRAGMA integrity_check(20)")]
        broken = [f"{row[0]} row {row[1]} -> {row[2]}" for row in journal.db.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        return (str(error),)
    return tuple(line for line in lines if line != "ok") + tuple(broken)
