"""The machine that holds a folder: this one, or the server of its share."""

import socket
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from scanpipe.engine.cluster.holder import holder_addresses


def test_a_folder_on_a_disk_of_this_machine_is_held_by_it(tmp_path: Path) -> None:
    assert "127.0.0.1" in holder_addresses(tmp_path)


@pytest.mark.parametrize(
    ("share", "kind"), [("10.9.8.7:/station", "nfs4"), ("//10.9.8.7/station", "cifs"), ("[::5]:/station", "nfs")]
)
def test_a_folder_on_a_share_is_held_by_its_server(
    share: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = [SimpleNamespace(device="/dev/sda", fstype="ext4", mountpoint="/")]
    mounts.append(SimpleNamespace(device=share, fstype=kind, mountpoint=str(tmp_path.resolve())))
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: mounts)
    (tmp_path / "store").mkdir()
    assert holder_addresses(tmp_path / "store") == {"::5" if "::5" in share else "10.9.8.7"}


def test_a_server_that_nobody_knows_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = SimpleNamespace(device="nas:/station", fstype="nfs", mountpoint=str(tmp_path.resolve()))

    def unknown(*_arguments: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(psutil, "disk_partitions", lambda all: [share])
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert holder_addresses(tmp_path) == frozenset()
