"""Durable files: atomic writes, folder syncs, names in NFC.

`write_atomic` guarantees that a reader sees the old file or the whole new one, and that after it returns the new one
survives a power cut on a file system that honours fsync. It does not guarantee that a crash leaves no temporary file:
those start with `.tmp-` and are never read. `write_new` guarantees the same of a file that was not there before.
Who may read what is written is for the umask to say.
"""

import errno
import os
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scanpipe.errors import DiskFull, StoreFailed
from scanpipe.messages import LazyText, lazy
from scanpipe.system.os_errors import describe, remedy_for

TEMP_PREFIX = ".tmp-"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_THERE = {errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
"""What a disk says that lacks links, modes, or the flushing of folders: FAT, or a share, or a program behind FUSE."""


def readable_name(name: str) -> str:
    r"""Return a file name as text that can be shown and stored: bytes in it that are no UTF-8 read \xf4."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def nfc(text: str) -> str:
    """Return `text` in Unicode normal form C, the only form that names and rows are kept in."""
    return unicodedata.normalize("NFC", text)


@contextmanager
def disk_errors_named(target: Path) -> Iterator[None]:
    """Turn the system's "no space left" into an error that names the folder and the way out.

    Raises:
        DiskFull: no room, or over quota.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise disk_full(target) from error


def disk_full(target: Path) -> DiskFull:
    """Return the error that says that there was no room for `target`."""
    return DiskFull(
        lazy("The disk is full; {target} was not written.", target=target),
        remedy=lazy("No data was lost. Free some space and run the same command again."),
    )


@contextmanager
def store_errors_named(target: Path) -> Iterator[None]:
    """Turn what the system says of a file of the station into an error that is the station's, never a page's.

    Raises:
        DiskFull: no room, or over quota.
        StoreFailed: anything else.
    """
    try:
        yield
    except OSError as error:
        raise of_the_station(error, target) from error


def of_the_station(error: OSError, target: Path | None = None) -> DiskFull | StoreFailed:
    """Return the error of the station that says what the system said of `target`, by default of the file it names."""
    path = target or Path(str(error.filename or "?"))
    if error.errno in NO_ROOM:
        return disk_full(path)
    return StoreFailed(
        lazy("{path}: {reason}.", path=path, reason=describe(error)), remedy=remedy_for(error, otherwise=_mend())
    )


def _mend() -> LazyText:
    return lazy("The pages are not the cause. Solve the problem and run the same command again.")


def set_mode(path: Path, mode: int) -> None:
    """Give a file, or folder, a mode, as far as its disk knows modes."""
    with _if_known():
        path.chmod(mode)


def sync_folder(folder: Path) -> None:
    """Make renames within `folder` survive a power cut, as far as its disk can."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with _if_known():
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _if_known() -> Iterator[None]:
    """Let pass that a disk does not know what is asked of it."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_THERE:
            raise


def sync_tree(folder: Path) -> None:
    """Make every file and folder below `folder` survive a power cut, before it is published by a rename."""
    for place, _folders, files in os.walk(folder):
        for name in files:
            handle = os.open(Path(place) / name, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        sync_folder(Path(place))


@contextmanager
def temporary_file(folder: Path) -> Iterator[Path]:
    """Yield the path of a new empty file in `folder`; it is gone afterwards unless it was renamed."""
    with _temporary(folder, 0o600) as (path, handle):
        os.close(handle)
        yield path


@contextmanager
def _temporary(folder: Path, mode: int) -> Iterator[tuple[Path, int]]:
    """Yield a new empty file in `folder` and a handle to write it; its mode is `mode` less what the umask takes."""
    path = folder / f"{TEMP_PREFIX}{secrets.token_hex(8)}"
    with disk_errors_named(folder):
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        except OSError as error:
            error.filename = str(folder)  # the name of the temporary file would tell nobody anything
            raise
    try:
        yield path, handle
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def write_atomic(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write `data` so that `path` holds either its old content or all of the new.

    Raises:
        DiskFull: no room; the old content is untouched.
    """
    with _written_beside(path, data, mode) as temporary:
        temporary.rename(path)


def write_new(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write `data` to a file that is not there yet; whoever else makes it at the same moment, nothing is overwritten.

    Raises:
        FileExistsError: something of that name is there; it is untouched.
        DiskFull: no room.
    """
    with _written_beside(path, data, mode) as temporary:
        try:
            os.link(temporary, path, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NOT_THERE:
                raise
            # FAT knows no links. An empty file takes the name, which nobody but this process replaces then.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
            temporary.rename(path)


@contextmanager
def _written_beside(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """Yield a temporary file beside `path` with all of `data`, safe on the disk; then make the folder safe."""
    with _temporary(path.parent, mode) as (temporary, handle), disk_errors_named(path):
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        yield temporary
        sync_folder(path.parent)
