"""Pictures for the screen that were made once, in a folder of the station that may be deleted at any time."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

_MOST_BYTES = 2_000_000_000
_ROOM = 0.8  # so much is left after old ones were removed


class ScreenCache:
    """Pictures by key, as many as fit into so many bytes, those used last; safe for several threads and processes.

    What cannot be written or read is made again: nothing here is worth an error.
    """

    def __init__(self, folder: Path, most_bytes: int = _MOST_BYTES) -> None:
        self._folder, self._most = folder, most_bytes
        self._guard = Lock()
        self._size: int | None = None

    def has(self, key: str) -> bool:
        """Return whether it was made."""
        return self._path(key).is_file()

    def get(self, key: str) -> bytes | None:
        """Return a picture, and keep it longer; None where it is to be made."""
        with suppress(OSError):
            path = self._path(key)
            data = path.read_bytes()
            os.utime(path)
            return data or None
        return None

    def put(self, key: str, data: bytes) -> None:
        """Keep a picture, and remove those used longest ago where there are too many."""
        with suppress(OSError):
            with self._guard:
                self._make_room(len(data))
            path = self._path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{path.name}.{os.getpid()}")
            fresh.write_bytes(data)
            fresh.replace(path)

    def _make_room(self, size: int) -> None:
        if self._size is None:
            self._size = sum(size for _at, size, _path in self._files())
        self._size += size
        if self._size > self._most:
            self._size = size + self._swept(self._most * _ROOM - size)

    def _swept(self, room: float) -> int:
        """Remove what was used longest ago, until at most so many bytes are left; return how many."""
        files = sorted(self._files())
        left = sum(size for _at, size, _path in files)
        for _at, size, path in files:
            if left <= room:
                break
            with suppress(OSError):
                path.unlink()
            left -= size
        return left

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                found = path.stat()
                yield found.st_mtime, found.st_size, path

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key
