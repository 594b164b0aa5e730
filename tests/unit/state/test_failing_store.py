"""What the disk does to the station is the station's fault: it has a name, and no page or document is to blame."""

import errno
import os
from pathlib import Path

import pytest

from scanpipe.engine.base import Failure
from scanpipe.errors import BlobDamaged, DiskFull, StoreFailed
from scanpipe.flows.process.run import raise_stopping
from scanpipe.state.store import Store, digest_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "store").mkdir()
    return Store(tmp_path / "store")


def failing(monkeypatch: pytest.MonkeyPatch, call: str, code: int) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(
        f"{'pathlib.Path' if call in {'rename', 'mkdir', 'unlink', 'read_bytes'} else 'os'}.{call}", fail
    )


@pytest.mark.parametrize("call", ["mkdir", "open", "fsync", "rename", "unlink"])
@pytest.mark.parametrize("code", [errno.EIO, errno.EROFS, errno.EACCES])
def test_whatever_call_fails_the_station_is_to_blame(
    store: Store, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    if call == "unlink":
        failing(monkeypatch, "rename", code)  # a temporary file is left to be removed
    failing(monkeypatch, call, code)
    with pytest.raises(StoreFailed, match=str(store.folder)) as caught:
        store.put(b"a page")
    assert str(caught.value.remedy)
    with pytest.raises(StoreFailed):
        raise_stopping(Failure.of(caught.value))


def test_a_master_that_the_disk_does_not_give_is_no_fault_of_its_page(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = store.put(b"a page")
    failing(monkeypatch, "read_bytes", errno.EIO)
    with pytest.raises(StoreFailed, match="the disk failed"):
        store.get(digest)


def test_a_store_that_is_away_with_its_disk_has_lost_no_page(store: Store) -> None:
    with pytest.raises(BlobDamaged, match="is missing"):
        store.get(digest_of(b"never kept"))
    store.folder.rmdir()
    with pytest.raises(StoreFailed):
        store.get(digest_of(b"never kept"))


def test_what_cannot_be_read_is_written_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = store.put(b"a page")
    with monkeypatch.context() as patched:
        failing(patched, "read_bytes", errno.EIO)
        assert store.put(b"a page") == digest
    assert store.get(digest) == b"a page"


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.EIO, StoreFailed), (errno.EMFILE, StoreFailed), (errno.ENOSPC, DiskFull)]
)
def test_a_worker_that_the_machine_fails_stops_the_batch(code: int, kind: type[Exception]) -> None:
    failure = Failure.of(OSError(code, os.strerror(code), "/srv/tmp/page.tif"))
    assert failure.trace == ""
    with pytest.raises(kind, match=r"/srv/tmp/page\.tif"):
        raise_stopping(failure)


def test_a_picture_that_cannot_be_read_is_its_own_fault() -> None:
    raise_stopping(Failure.of(OSError("image file is truncated")))
    raise_stopping(Failure.of(FileNotFoundError(errno.ENOENT, "no such file", "x")))
