"""Blobs by content: `ab/abcd...` is the file whose sha256 is abcd...; written once, never changed.

None is deleted but masters that two backups hold (`flows/backup/prune.py`).
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scanpipe.errors import BlobDamaged
from scanpipe.messages import LazyText, lazy
from scanpipe.system.fsio import of_the_station, store_errors_named, sync_folder, write_atomic

_DAMAGED = "damaged"


def digest_of(data: bytes) -> str:
    """Return the sha256 of `data` as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


class Store:
    """A folder of blobs; safe for many processes at once, since equal names mean equal content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Return where the blob is or would be."""
        return self.folder / digest[:2] / digest

    def has(self, digest: str) -> bool:
        """Return whether the blob is there.

        Raises:
            StoreFailed: nobody can tell.
        """
        try:  # a book has a thousand blobs, and Path would take most of the time
            return stat.S_ISREG(os.stat(f"{self.folder}/{digest[:2]}/{digest}").st_mode)  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise of_the_station(error, self.path(digest)) from error

    def put(self, data: bytes) -> str:
        """Keep `data` durably and return its digest: temporary file, fsync, rename, fsync of the folder.

        Raises:
            DiskFull: no room; nothing was kept.
            StoreFailed: the store cannot be written; nothing was kept.
        """
        digest = digest_of(data)
        target = self.path(digest)
        if _is_whole(target):
            return digest
        with store_errors_named(target):
            if not target.parent.is_dir():
                target.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(self.folder)
            write_atomic(target, data, mode=0o444)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the blob's content, checked against its name.

        Raises:
            BlobDamaged: it is gone, or its content is not what its name promises.
            StoreFailed: it, or the whole store, cannot be read.
        """
        path = self.path(digest)
        with store_errors_named(path):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                self.folder.stat()  # a store that is away, with its disk, is no fault of this blob
                raise _damaged(path, lazy("is missing")) from None
        if digest_of(data) != digest:
            raise _damaged(path, lazy("was changed"))
        return data

    def retire(self, digest: str) -> None:
        """Move a damaged blob to `damaged/`, out of the way of a whole one; one that is gone stays gone."""
        folder = self.folder / _DAMAGED
        with suppress(FileNotFoundError):
            damaged = self.path(digest)
            stamp = damaged.stat().st_mtime_ns  # the same blob may be damaged more than once
            folder.mkdir(exist_ok=True)
            damaged.rename(folder / f"{digest}-{stamp}")
            sync_folder(folder)

    def size(self, digest: str) -> int:
        """Return how many bytes the blob has, 0 where it is gone."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            return 0

    def digests(self) -> Iterator[str]:
        """Yield the name of every blob, in order."""
        for folder in sorted(self.folder.glob("??")):
            yield from self.digests_in(folder.name)

    def digests_in(self, name: str) -> list[str]:
        """Return the names of the blobs whose first two digits are these, in order."""
        folder = self.folder / name
        return sorted(path.name for path in folder.iterdir() if len(path.name) == 64) if folder.is_dir() else []


def _is_whole(path: Path) -> bool:
    """Return whether the blob is there as its name promises; one that cannot be read is written again."""
    try:
        return digest_of(path.read_bytes()) == path.name
    except OSError:
        return False


def _damaged(path: Path, how: LazyText) -> BlobDamaged:
    return BlobDamaged(
        lazy("The stored file {path} {how}.", path=path, how=how),
        remedy=lazy(
            "Run 'scanpipe check' to identify the file. Bring a master back from a backup ('scanpipe restore FOLDER "
            "--masters BOOK'), or reject its page with --rescan. Run 'scanpipe process' to make other files again."
        ),
    )
