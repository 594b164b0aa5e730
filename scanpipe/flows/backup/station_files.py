"""Which files of a station a backup holds beside journal and store: all that people, or a delivery, put there."""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from scanpipe.flows.station import BACKUPS, JOURNAL, LOCKS, OUT, SPOOL, STORE, Station
from scanpipe.system.fsio import TEMP_PREFIX

CACHE = "cache"
_PASSPHRASE = ".passphrase"
# They are copied by themselves, or made again by themselves.
_NOT_KEPT = (STORE, SPOOL, LOCKS, BACKUPS, CACHE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFiles:
    """The files to be copied, by their paths in the station, each with what the system says of it; and those left out.

    A passphrase never lies beside the key that it opens.
    """

    kept: dict[str, os.stat_result]
    left_out: tuple[str, ...]


def station_files(station: Station, revisions: Collection[str]) -> StationFiles:
    """Return the files beside journal and store.

    `revisions` are the folders of those that the copied journal knows: a revision that is published meanwhile belongs
    to the next backup.
    """
    kept, left_out = {}, []
    for path, what in _walk(station.folder, Path(), frozenset(revisions)):
        if stat.S_ISREG(what.st_mode) and path.suffix != _PASSPHRASE:
            kept[str(path)] = what
        else:
            left_out.append(str(path))
    signature = station.settings.deliver.signature
    if signature and not (station.folder / signature).resolve().is_relative_to(station.folder):
        left_out.append(signature)
    return StationFiles(kept=kept, left_out=tuple(left_out))


def _walk(station: Path, folder: Path, revisions: frozenset[str]) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield all that lies below a folder of the station but folders, with its path; links within lead nowhere."""
    for entry in sorted(os.scandir(station / folder), key=lambda entry: entry.name):
        path = folder / entry.name
        top = len(path.parts) == 1  # a station may have its parts on other disks, by links
        if entry.name.startswith(TEMP_PREFIX) or (top and _made_again(entry.name)):
            continue
        try:
            is_folder, what = entry.is_dir(follow_symlinks=top), entry.stat(follow_symlinks=top)
        except FileNotFoundError:
            continue  # it was a moment ago
        if not is_folder:
            yield path, what
        elif not _unknown_revision(path, revisions):
            yield from _walk(station, path, revisions)


def _made_again(name: str) -> bool:
    return name in _NOT_KEPT or name.startswith(JOURNAL)


def _unknown_revision(path: Path, revisions: frozenset[str]) -> bool:
    """Whether a folder is a published revision, out/UNIT/BOOK/r2, that the copied journal does not know."""
    return path.parts[0] == OUT and len(path.parts) == 4 and path.name[:1] == "r" and str(path) not in revisions
