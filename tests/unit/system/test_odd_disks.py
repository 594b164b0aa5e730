"""Disks that lack what others have: links, modes, the flushing of folders."""

import errno
import hashlib
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from scanpipe.system.copies import Copy, copying
from scanpipe.system.fsio import set_mode, sync_folder, write_atomic, write_new


@pytest.fixture(params=[errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL])
def bare_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk such as FAT behind FUSE, or a share: it says that it does not know what is asked of it."""

    def unknown(*_words: Any, **_more: Any) -> NoReturn:
        raise OSError(request.param, os.strerror(request.param))

    flush = os.fsync

    def flush_files(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").is_dir():
            unknown()
        flush(handle)

    for name in ("chmod", "fchmod", "link"):
        monkeypatch.setattr(os, name, unknown)
    monkeypatch.setattr(os, "fsync", flush_files)


@pytest.mark.usefixtures("bare_disk")
def test_files_are_written_and_copied_on_a_disk_without_links_and_modes(tmp_path: Path) -> None:
    write_new(tmp_path / "new", b"ink")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "new", b"other ink")
    write_atomic(tmp_path / "kept", b"ink")
    set_mode(tmp_path / "kept", 0o400)
    copy = Copy(
        source=str(tmp_path / "new"),
        folder=str(tmp_path),
        name="copy",
        digest=hashlib.sha256(b"ink").hexdigest(),
    )
    with copying(tmp_path) as copier:
        assert copier.copy([copy]) == ()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(
        ("copy", "kept", "new"), b"ink"
    )


def test_a_disk_that_fails_is_told_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_handle: int) -> NoReturn:
        raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="the disk fails"):
        sync_folder(tmp_path)
