"""Durable files: all or nothing, also on a full disk and after a kill."""

import errno
import os
import resource
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.errors import DiskFull
from scanpipe.system.fsio import (
    TEMP_PREFIX,
    disk_errors_named,
    nfc,
    sync_folder,
    sync_tree,
    temporary_file,
    write_atomic,
    write_new,
)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let files of this process grow to `size` bytes only, as on a disk that has just filled up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600), (0, 0o666)])
@pytest.mark.parametrize("write", [write_atomic, write_new])
def test_a_file_is_written_whole_and_readable_by_whom_the_umask_says(
    tmp_path: Path, umask: int, mode: int, write: Callable[[Path, bytes], None]
) -> None:
    target = tmp_path / "a.json"
    before = os.umask(umask)
    try:
        write(target, b"one")
    finally:
        os.umask(before)
    write_atomic(tmp_path / "b.json", b"one")
    write_atomic(tmp_path / "b.json", b"other")
    assert (target.read_bytes(), (tmp_path / "b.json").read_bytes()) == (b"one", b"other")
    assert target.stat().st_mode & 0o777 == mode
    assert names(tmp_path) == ["a.json", "b.json"]


def test_on_a_full_disk_the_old_content_stays_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_atomic(target, b"old")
    with room_for(1000), pytest.raises(DiskFull) as caught:
        write_atomic(target, b"x" * 5000)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]
    assert str(target) in str(caught.value.text)
    assert caught.value.exit_code == 33
    write_atomic(target, b"x" * 5000)
    assert target.stat().st_size == 5000


def test_a_full_device_is_named_too() -> None:
    with pytest.raises(DiskFull, match="/dev/full"), disk_errors_named(Path("/dev/full")):
        Path("/dev/full").write_bytes(b"x")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_every_way_to_have_no_room_is_a_full_disk(number: int) -> None:
    with pytest.raises(DiskFull), disk_errors_named(Path("page")):
        raise OSError(number, os.strerror(number))


def test_other_errors_of_the_system_stay_what_they_are() -> None:
    with pytest.raises(PermissionError), disk_errors_named(Path("page")):
        raise PermissionError(errno.EACCES, "no")


def test_a_temporary_file_is_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), temporary_file(tmp_path) as path:
        assert path.name.startswith(TEMP_PREFIX)
        assert path.parent == tmp_path
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_a_temporary_file_may_be_renamed_away(tmp_path: Path) -> None:
    with temporary_file(tmp_path) as path:
        path.rename(tmp_path / "kept")
    assert names(tmp_path) == ["kept"]


WRITER = """
import sys
from pathlib import Path
from scanpipe.system.fsio import write_atomic
target = Path(sys.argv[1])
size = 200_000
print("started", flush=True)
while True:
    for letter in b"abcdef":
        write_atomic(target, bytes([letter]) * size)
"""


def test_a_reader_never_sees_a_torn_file_and_a_kill_leaves_none(tmp_path: Path) -> None:
    target = tmp_path / "page"
    for attempt in range(5):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE)
        with writer:
            assert writer.stdout
            writer.stdout.readline()
            until = time.monotonic() + 0.1 + attempt * 0.013
            while time.monotonic() < until or not target.exists():
                if target.exists():
                    assert_whole(target.read_bytes())
            writer.kill()
        assert_whole(target.read_bytes())
        assert all(name == "page" or name.startswith(TEMP_PREFIX) for name in names(tmp_path))


def assert_whole(content: bytes) -> None:
    assert len(content) == 200_000
    assert len(set(content)) == 1


def test_folders_are_synced_down_to_the_last_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("one", "a/two", "a/b/three"):
        (tmp_path / name).write_text(name)
    synced: set[str] = set()
    real = os.fsync

    def noted(handle: int) -> None:
        synced.add(str(Path(f"/proc/self/fd/{handle}").readlink().relative_to(tmp_path)))
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    sync_tree(tmp_path)
    assert synced == {".", "one", "a", "a/two", "a/b", "a/b/three"}
    synced.clear()
    sync_folder(tmp_path / "a")
    assert synced == {"a"}


@given(st.text())
def test_names_are_composed_once_and_for_all(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)
    assert nfc(unicodedata.normalize("NFD", text)) == nfc(text)


def test_vietnamese_letters_are_one_character_each() -> None:
    assert nfc(unicodedata.normalize("NFD", "Nguyễn")) == "Nguyễn"
    assert len(nfc(unicodedata.normalize("NFD", "ễ"))) == 1
