"""Only plain files are opened: what is none is refused before it is, and never waited for."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from scanpipe.system.os_errors import describe
from scanpipe.system.plain_files import open_plain, read_plain


def test_a_plain_file_is_read_through_a_link_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "b").symlink_to("a")
    with open_plain(tmp_path / "b") as stream:
        assert stream.read() == b"abc"
    assert read_plain(tmp_path / "a", most=3) == b"abc"


def test_a_file_larger_than_is_taken_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    os.truncate(tmp_path / "a", 1 << 40)
    with pytest.raises(OSError, match="larger than 1 MB"):
        read_plain(tmp_path / "a", most=1_000_000)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(path))


def _link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [_pipe, _socket, _link_to_a_device])
def test_what_is_no_plain_file_is_refused_by_name(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "a.xlsx"
    make(path)
    with pytest.raises(OSError) as raised:
        open_plain(path)
    assert raised.value.filename == str(path)
    assert "pipe or a device" in str(describe(raised.value))


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_plain(tmp_path)
