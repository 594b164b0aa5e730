"""Things that people have open for a while, over all processes of one computer that share a folder.

Each process keeps its claims in a file of its own, which it locks as long as it lives (`flock`): the claims of one that
died count no more, however it died. Nothing lasts longer than its lease either.
"""

import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from scanpipe.system.fsio import store_errors_named

LEASE_S = 60.0


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A thing, by its name, that somebody has open: `holder` tells one window from another, `person` is for people."""

    thing: str
    holder: str
    person: str
    until: float


class Claims:
    """The claims of one process, kept in `folder` in a file that begins with `name`; safe for several threads."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._guard = threading.Lock()
        self._claims: dict[str, Claim] = {}
        self._file: BinaryIO | None = None

    def claim(self, thing: str, *, holder: str, person: str) -> Claim | None:
        """Claim a thing, and give up what the holder had before; return the claim of somebody else that forbids it.

        Raises:
            StoreFailed: the folder cannot be written.
        """
        with self._guard, self._mutex():
            self._forget(holder)
            self._drop_lapsed()
            taken = next((each for each in self._all() if each.thing == thing and each.holder != holder), None)
            if taken is None:
                until = time.time() + LEASE_S
                self._claims[holder] = Claim(thing=thing, holder=holder, person=person, until=until)
            self._write()
            return taken

    def release(self, holder: str) -> None:
        """Give up what the holder had."""
        with self._guard, self._mutex():
            if self._forget(holder):
                self._write()

    def others(self, holder: str) -> tuple[Claim, ...]:
        """Return what others have open."""
        with self._guard, self._mutex():
            return tuple(each for each in self._all() if each.holder != holder)

    def close(self) -> None:
        """Give up everything."""
        with self._guard:
            if self._file:
                Path(self._file.name).unlink(missing_ok=True)
                self._file.close()
                self._file = None

    def _forget(self, holder: str) -> bool:
        return self._claims.pop(holder, None) is not None

    def _drop_lapsed(self) -> None:
        """Forget claims of windows that were left without a word; each window has another holder."""
        now = time.time()
        self._claims = {holder: claim for holder, claim in self._claims.items() if claim.until > now}

    def _all(self) -> Iterator[Claim]:
        now = time.time()
        for each in (*self._claims.values(), *self._of_other_processes()):
            if each.until > now:
                yield each

    def _of_other_processes(self) -> Iterator[Claim]:
        for path in self._folder.glob(f"{self._name}-*"):
            if self._file and path.name == Path(self._file.name).name:
                continue
            with suppress(OSError, msgspec.DecodeError), path.open("rb") as stream:  # its server may end meanwhile
                if _locked(stream):  # nobody holds it: its process died
                    path.unlink(missing_ok=True)
                else:
                    yield from msgspec.json.decode(stream.read(), type=list[Claim])

    def _write(self) -> None:
        with store_errors_named(self._folder):
            if self._file is None:
                handle, name = tempfile.mkstemp(prefix=f"{self._name}-", dir=self._folder)
                os.close(handle)
                self._file = Path(name).open("r+b", buffering=0)  # noqa: SIM115  # held as long as the process lives
                _locked(self._file)
            self._file.seek(0)
            self._file.truncate()
            self._file.write(msgspec.json.encode(list(self._claims.values())))

    @contextmanager
    def _mutex(self) -> Iterator[None]:
        """Keep other processes from claiming meanwhile, for an instant."""
        with store_errors_named(self._folder):
            self._folder.mkdir(exist_ok=True)
            stream = (self._folder / self._name).open("ab")
        with stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


def _locked(stream: BinaryIO) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
