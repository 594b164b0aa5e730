"""Blobs by content: `ab/abcd...` is the file whose sha256 is abcd...; written once, never changed, never deleted."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from scanpipe.errors import BlobDamaged
from scanpipe.fsio import disk_errors_named, sync_folder, write_atomic
from scanpipe.messages import _


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
        """Return whether the blob is there."""
        return self.path(digest).is_file()

    def put(self, data: bytes) -> str:
        """Keep `data` durably and return its digest: temporary file, fsync, rename, fsync of the folder.

        Raises:
            DiskFull: no room; nothing was kept.
        """
        digest = digest_of(data)
        target = self.path(digest)
        if target.is_file() and digest_of(target.read_bytes()) == digest:
            return digest
        with disk_errors_named(target):
            if not target.parent.is_dir():
                target.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(self.folder)
        write_atomic(target, data, mode=0o444)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the blob's content, checked against its name.

        Raises:
            BlobDamaged: it is gone, or its content is not what its name promises.
        """
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise _damaged(self.path(digest), _("is gone")) from None
        if digest_of(data) != digest:
            raise _damaged(self.path(digest), _("has been changed"))
        return data

    def digests(self) -> Iterator[str]:
        """Yield the name of every blob, in order."""
        for folder in sorted(self.folder.glob("??")):
            yield from sorted(path.name for path in folder.iterdir() if len(path.name) == 64)


def _damaged(path: Path, how: str) -> BlobDamaged:
    return BlobDamaged(
        _("The stored file {path} {how}.").format(path=path, how=how),
        remedy=_("Restore it from a backup, or reject its page with --rescan; 'scanpipe check' lists all such files."),
    )
