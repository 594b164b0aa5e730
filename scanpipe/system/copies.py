"""Copies of many files that are proved: written, made durable, and read back from the disk, a batch at a time.

A file gets its name once it was read back. What is written for each file is short, since a store holds millions.
"""

import ctypes
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeVar

from scanpipe.system.fsio import TEMP_PREFIX, set_mode, sync_folder

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 1 << 20
_THREADS = 4
_LIBC = ctypes.CDLL(None, use_errno=True)
_MOUNTS = Path("/proc/self/mountinfo")
# One flush of such a disk makes all files on it durable. A server, or a program behind FUSE, is asked for each file.
_FLUSHED_AS_A_WHOLE = frozenset(
    ("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "vfat", "exfat", "ntfs3", "zfs", "tmpfs", "overlay", "nfs", "nfs4")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A file to be copied into a folder that is there, the sha256 that it must have, and the mode of the copy."""

    source: str
    folder: str
    name: str
    digest: str
    mode: int = 0o444

    @property
    def temporary(self) -> str:
        """Where the copy lies until it is proved."""
        return f"{self.folder}/{TEMP_PREFIX}{self.name}"


class CopyDiffers(OSError):
    """What was written reads back as something else: the disk of the copy fails."""


@contextmanager
def copying(disk: Path) -> Iterator["Copier"]:
    """Yield what copies to a disk, with threads of its own: they wait for the disk at the same time."""
    with ThreadPoolExecutor(_THREADS) as threads:
        yield Copier(threads, disk)


class Copier:
    """Copies batches of files, and reads what was copied before."""

    def __init__(self, threads: ThreadPoolExecutor, disk: Path) -> None:
        self._threads, self._disk = threads, disk
        self._each = file_system_of(disk) not in _FLUSHED_AS_A_WHOLE

    def copy(self, batch: Sequence[Copy]) -> tuple[Copy, ...]:
        """Copy files, replacing what had their names, and return those that could not be: the source is not whole.

        Raises:
            OSError: the disk of the copies fails, is full, or is away; what was copied before is whole.
            CopyDiffers: a copy reads back as something else.
        """
        read = self._shared(_written, batch)
        made = [copy for copy, whole in zip(batch, read, strict=True) if whole]
        if not self._each:
            _sync_disk(self._disk)
        self._shared(_proved_each if self._each else _proved, made)
        if self._each:
            for folder in sorted({copy.folder for copy in made}):
                sync_folder(Path(folder))
        else:
            _sync_disk(self._disk)
        return tuple(copy for copy, whole in zip(batch, read, strict=True) if not whole)

    def digests(self, files: Sequence[str]) -> list[str]:
        """Return the sha256 of each file as the disk has it; "" of one that cannot be read."""
        return self._shared(read_digest, files)

    def _shared(self, work: Callable[[T], R], things: Sequence[T]) -> list[R]:
        """Do a piece of work with each thing, each thread with a part of them; return what came out, in order."""
        size = -(-len(things) // _THREADS) or 1
        parts = [things[start : start + size] for start in range(0, len(things), size)]
        return list(chain.from_iterable(self._threads.map(lambda part: [work(thing) for thing in part], parts)))


def file_system_of(folder: Path) -> str:
    """Return the kind of file system that a folder lies on, "" where the system does not tell."""
    device = folder.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    with suppress(OSError):
        for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
            mount, _dash, kind = line.partition(" - ")
            if mount.split()[2] == wanted:
                return kind.split()[0]
    return ""


def read_digest(path: str) -> str:
    """Return the sha256 of a file as the disk has it, where that can be had; "" where it cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return _digest_of(handle)
    except OSError:
        return ""
    finally:
        os.close(handle)


def _digest_of(handle: int) -> str:
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    digest = hashlib.sha256()
    while chunk := os.read(handle, _CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _written(copy: Copy) -> bool:
    """Write the temporary file; return whether the source could be read and is what it should be."""
    try:
        source = os.open(copy.source, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        target = os.open(copy.temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            whole = _poured(source, target) == copy.digest
            set_mode(Path(copy.temporary), copy.mode)
        finally:
            os.close(target)
    finally:
        os.close(source)
    if not whole:
        Path(copy.temporary).unlink()
    return whole


def _poured(source: int, target: int) -> str:
    digest = hashlib.sha256()
    while chunk := _next(source):
        digest.update(chunk)
        left = memoryview(chunk)
        while left:
            left = left[os.write(target, left) :]
    return digest.hexdigest()


def _next(source: int) -> bytes:
    """Return the next part of a source; one that cannot be read further ends there, and its digest tells."""
    try:
        return os.read(source, _CHUNK)
    except OSError:
        return b""


def _proved_each(copy: Copy) -> None:
    _prove(copy, flush=True)


def _proved(copy: Copy) -> None:
    _prove(copy, flush=False)


def _prove(copy: Copy, *, flush: bool) -> None:
    """Read the temporary file back from the disk, and give it its name."""
    handle = os.open(copy.temporary, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if flush:
            os.fsync(handle)
        if _digest_of(handle) != copy.digest:
            raise CopyDiffers(0, "", f"{copy.folder}/{copy.name}")
    finally:
        os.close(handle)
    Path(copy.temporary).rename(f"{copy.folder}/{copy.name}")


def _sync_disk(folder: Path) -> None:
    """Write down all that waits to be written on the disk of a folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if _LIBC.syncfs(handle):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(handle)
