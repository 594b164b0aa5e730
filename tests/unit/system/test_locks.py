"""A lock says who holds it and is free when its holder is gone; a process's own folder goes with it."""

import errno
import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scanpipe.errors import DiskFull, StateError, StationLocked
from scanpipe.system.locks import exclusive_lock, holder_of, own_folder
from tests.unit.system.test_fsio import room_for


def held(path: Path, purpose: str = "capture") -> AbstractContextManager[None]:
    return exclusive_lock(path, what="The book KS.2010.01", purpose=purpose, person="Lan")


def test_a_second_holder_is_told_who_has_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    first, second = held(lock, "process"), held(lock)
    with first, pytest.raises(StationLocked) as caught, second:
        pass
    assert f"process {os.getpid()}" in str(caught.value.text)
    assert str(caught.value.text).startswith("The book KS.2010.01 is in use by 'scanpipe process' (Lan, process")
    assert caught.value.exit_code == 31


def test_a_lock_can_be_taken_again_when_it_is_free(tmp_path: Path) -> None:
    for purpose in ("a rather long purpose", "capture"):
        with held(tmp_path / "lock", purpose):
            assert json.loads((tmp_path / "lock").read_text())["purpose"] == purpose


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"pid": 1}'])
def test_a_lock_whose_note_is_unreadable_still_holds(tmp_path: Path, content: str) -> None:
    lock = tmp_path / "lock"
    with held(lock, "process"):
        lock.write_text(content)
        with pytest.raises(StationLocked, match="another scanpipe"), held(lock):
            pass


def test_a_lock_on_a_full_disk_is_a_full_disk(tmp_path: Path) -> None:
    with room_for(0), pytest.raises(DiskFull), held(tmp_path / "lock"):
        pass
    with held(tmp_path / "lock"):
        pass


HOLDER = """
import sys, time
from pathlib import Path
from scanpipe.system.locks import exclusive_lock
with exclusive_lock(Path(sys.argv[1]), what="The book", purpose="nightly", person="Hoa"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_is_free_once_its_holder_was_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(StationLocked, match=str(holder.pid)), held(lock):
            pass
        holder.kill()
        holder.wait()
        with held(lock):
            pass


def test_of_many_only_one_gets_the_lock(tmp_path: Path) -> None:
    turns: list[str] = []
    barrier = threading.Barrier(8)

    def reach_for_it() -> None:
        barrier.wait()
        try:
            with held(tmp_path / "lock"):
                turns.append("held")
                time.sleep(1)
        except StationLocked:
            turns.append("refused")

    threads = [threading.Thread(target=reach_for_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turns) == ["held"] + ["refused"] * 7


def test_a_place_that_cannot_be_locked_is_an_error_of_the_station(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(StateError, match="No locks available"), held(tmp_path / "lock"):
        pass


def test_whoever_looks_is_told_the_holder_and_takes_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "book-1"
    assert holder_of(lock) is None
    with held(lock):
        found = holder_of(lock)
        assert found and (found.purpose, found.person, found.pid) == ("capture", "Lan", os.getpid())
    assert holder_of(lock) is None
    with held(lock):
        pass


def test_the_note_tells_what_its_holder_marked_once_it_held_the_lock(tmp_path: Path) -> None:
    lock, refused = tmp_path / "lock", []

    def mark() -> int:
        with pytest.raises(StationLocked), held(lock):
            pass
        refused.append("another")
        return 37

    with exclusive_lock(lock, what="The book", purpose="capture", person="Lan", mark=mark):
        found = holder_of(lock)
        assert found and (found.mark, refused) == (37, ["another"])


def test_a_look_does_not_get_in_the_way_of_who_takes_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.touch()
    with lock.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.05, lambda: fcntl.flock(looking, fcntl.LOCK_UN)).start()
        with held(lock):
            pass


OWNER = """
import sys, time
from pathlib import Path
from scanpipe.system.locks import own_folder
with own_folder(Path(sys.argv[1])) as folder:
    (folder / "page.raw").write_bytes(b"pixels")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_folder_goes_with_its_process_and_never_sooner(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    with subprocess.Popen([sys.executable, "-c", OWNER, str(spool)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        other = Path(owner.stdout.readline().strip())
        (spool / "old.raw").write_bytes(b"left by a process of another time")
        (spool / "old").mkdir()
        with own_folder(spool) as mine:
            assert {path.name for path in spool.iterdir()} == {mine.name, other.name}
            assert (other / "page.raw").read_bytes() == b"pixels"
        assert list(spool.iterdir()) == [other]
        owner.kill()
        owner.wait()
        assert other.is_dir()
        with own_folder(spool) as mine:
            assert list(spool.iterdir()) == [mine]
    assert list(spool.iterdir()) == []


def test_of_many_who_come_at_once_each_gets_a_folder_that_stays(tmp_path: Path) -> None:
    barrier, kept = threading.Barrier(8), []

    def work() -> None:
        barrier.wait()
        for _ in range(20):
            with own_folder(tmp_path / "spool") as folder:
                (folder / "page").write_bytes(b"x")
                kept.append((folder / "page").is_file())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == [True] * 160
    assert list((tmp_path / "spool").iterdir()) == []
