"""Copying what one store has and another lacks: a batch at a time, each blob proved before it gets its name."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from scanpipe.state.check import Share
from scanpipe.state.store import Store
from scanpipe.system.copies import Copier, Copy, copying
from scanpipe.system.fsio import TEMP_PREFIX, sync_folder

_BATCH, _BATCH_BYTES = 2000, 256_000_000
Folders = Iterable[tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedBlobs:
    """What became of some blobs.

    Attributes:
        blobs: how many are in the copy now.
        size: their bytes.
        copied: how many were copied.
        copied_size: the bytes of those.
        damaged: those that were damaged in the copy, and were put aside there.
        missing: those that the source could not give: they are away there, or damaged.
    """

    blobs: int = 0
    size: int = 0
    copied: int = 0
    copied_size: int = 0
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __add__(self, other: "CopiedBlobs") -> "CopiedBlobs":
        """Return both together."""
        return CopiedBlobs(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})


def by_folder(db: sqlite3.Connection, query: str) -> tuple[int, Folders]:
    """Return how many digests a query selects, and the same ordered, folder by folder of a store.

    They wait in a table of the connection that is no part of its file: there may be millions.
    """
    db.execute("CREATE TEMP TABLE wanted (digest TEXT PRIMARY KEY) WITHOUT ROWID")
    db.execute(f"INSERT OR IGNORE INTO wanted {query}")
    total = int(db.execute("SELECT count(*) FROM wanted").fetchone()[0])
    return total, _folders(db)


def _folders(db: sqlite3.Connection) -> Iterator[tuple[str, Sequence[str]]]:
    for number in range(256):
        prefix = f"{number:02x}"
        rows = db.execute("SELECT digest FROM wanted WHERE digest >= ? AND digest < ?", (prefix, prefix + "g"))
        yield prefix, [row[0] for row in rows]


def copy_blobs(
    wanted: Folders, source: Store, copy: Store, *, reread: Share | None = None, before: Callable[[], None]
) -> Iterator[CopiedBlobs]:
    """Copy the blobs that the copy lacks, or has in another size, and yield, batch by batch, what became of all.

    Args:
        wanted: the digests, folder by folder.
        source: where they are.
        copy: where they are to be.
        reread: the share of those there that are read as well; damaged ones are put aside and copied again.
        before: called before each folder; it stops by an error.

    Raises:
        OSError: the disk of the copy fails; all that was yielded is durable.
    """
    due: list[tuple[str, int]] = []
    with copying(copy.folder) as copier:
        for prefix, digests in wanted:
            before()
            here, there = _sizes(source.folder / prefix), _swept_sizes(copy.folder / prefix)
            damaged = put_aside(copier, copy, [d for d in digests if d in there and reread and reread.holds(d)])
            there = {digest: size for digest, size in there.items() if digest not in damaged}
            whole = [
                digest for digest in digests if digest in there and there[digest] == here.get(digest, there[digest])
            ]
            lacking = set(digests) - set(whole)
            due += [(digest, here[digest]) for digest in sorted(lacking) if digest in here]
            yield CopiedBlobs(
                blobs=len(whole),
                size=sum(there[digest] for digest in whole),
                damaged=tuple(damaged),
                missing=tuple(digest for digest in digests if digest not in here),
            )
            while len(due) >= _BATCH or sum(size for _digest, size in due) >= _BATCH_BYTES:
                batch = _first(due)
                yield _copied(copier, batch, source, copy)
                del due[: len(batch)]
        while batch := _first(due):
            before()
            yield _copied(copier, batch, source, copy)
            del due[: len(batch)]


def _first(due: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return as many of these as one batch may hold, at least one."""
    size = 0
    batch: list[tuple[str, int]] = []
    for digest, each in due[:_BATCH]:
        size += each
        if batch and size > _BATCH_BYTES:
            break
        batch.append((digest, each))
    return batch


def _copied(copier: Copier, batch: Sequence[tuple[str, int]], source: Store, copy: Store) -> CopiedBlobs:
    make_folders(copy.folder, {digest[:2] for digest, _size in batch})
    failed = copier.copy([blob_copy(source.path(digest), copy, digest) for digest, _size in batch])
    missing = tuple(each.digest for each in failed)
    sizes = [size for digest, size in batch if digest not in missing]
    return CopiedBlobs(blobs=len(sizes), size=sum(sizes), copied=len(sizes), copied_size=sum(sizes), missing=missing)


def blob_copy(source: Path, copy: Store, digest: str, *, mode: int = 0o444) -> Copy:
    """Return that a file is to be copied into a store, as the blob that it is."""
    target = copy.path(digest)
    return Copy(source=str(source), folder=str(target.parent), name=target.name, digest=digest, mode=mode)


def make_folders(parent: Path, names: Iterable[str]) -> None:
    """Make folders in one that is there; where that is away, with its disk, nothing is made."""
    new = [name for name in sorted(names) if not (parent / name).is_dir()]
    for name in new:
        (parent / name).mkdir(exist_ok=True)
    if new:
        sync_folder(parent)


def put_aside(copier: Copier, copy: Store, digests: Sequence[str]) -> list[str]:
    """Read blobs and retire those that are damaged; return these."""
    found = copier.digests([str(copy.path(digest)) for digest in digests])
    damaged = [digest for digest, real in zip(digests, found, strict=True) if digest != real]
    for digest in damaged:
        copy.retire(digest)
    return damaged


def _sizes(folder: Path) -> dict[str, int]:
    """Return the sizes of the files in a folder, none where it is not there."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry.stat().st_size for entry in entries}
    except FileNotFoundError:
        return {}


def _swept_sizes(folder: Path) -> dict[str, int]:
    """Return the same without what a killed run left, which is removed."""
    sizes = _sizes(folder)
    for name in [name for name in sizes if name.startswith(TEMP_PREFIX)]:
        (folder / name).unlink()
        del sizes[name]
    return sizes
