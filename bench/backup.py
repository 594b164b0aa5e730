"""How fast a store of many small files is backed up, beside `cp -a` and `sync` of the same files in the same run.

    python bench/backup.py FOLDER [FILES] [BYTES]

FOLDER is on the disk to be measured; a station, a copy and a backup are made in it, and removed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scanpipe.flows.backup.back_up import BackupReport, back_up
from scanpipe.flows.station import Station, create_station, open_station
from scanpipe.state.journal import Value

_ROW: dict[str, Value] = {"device": "bench", "profile": "", "dpi": 300.0, "report": "{}", "person": ""}
_BATCH = 10_000


def main(folder: Path, files: int = 100_000, size: int = 4096) -> None:
    """Print files/s and MB/s of each way."""
    place = folder / "bench-backup"
    shutil.rmtree(place, ignore_errors=True)
    create_station(place / "station")
    with open_station(place / "station", purpose="bench") as station:
        for digests in _stored(station, files, size):
            station.journal.add_facts("selftest", [{**_ROW, "digest": digest} for digest in digests])
        os.sync()
        since = time.monotonic()
        subprocess.run(["cp", "-a", place / "station" / "store", place / "copy"], check=True)
        os.sync()
        _show("cp -a; sync", files, size, time.monotonic() - since)
        for what, reread in (("backup, the first", None), ("backup, nothing new", None), ("backup --check", (1, 1))):
            since, cpu = time.monotonic(), time.process_time()
            *_events, report = back_up(station, place / "backup", reread=reread)
            assert isinstance(report, BackupReport)
            assert report.blobs.blobs == files
            _show(what, files, size, time.monotonic() - since, time.process_time() - cpu)
    shutil.rmtree(place)


def _stored(station: Station, files: int, size: int) -> Iterator[list[str]]:
    for number in range(256):
        (station.store.folder / f"{number:02x}").mkdir(exist_ok=True)
    filling = os.urandom(size)
    for start in range(0, files, _BATCH):
        digests = []
        for number in range(start, min(start + _BATCH, files)):
            data = number.to_bytes(8, "big") + filling[8:]
            digests.append(hashlib.sha256(data).hexdigest())
            station.store.path(digests[-1]).write_bytes(data)
        yield digests


def _show(what: str, files: int, size: int, seconds: float, cpu: float = 0) -> None:
    rate = f"{files / seconds:8.0f} files/s {files * size / seconds / 1e6:8.1f} MB/s"
    print(f"{what:24} {seconds:8.1f} s {rate}  CPU {cpu:.1f} s", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
