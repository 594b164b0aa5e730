"""Settings, keys and packages go into a backup as blobs, too: their names and modes stand in the snapshot."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanpipe.flows.backup.blobs import blob_copy, make_folders, put_aside
from scanpipe.flows.backup.snapshot import KeptFile, Snapshot
from scanpipe.flows.backup.station_files import StationFiles
from scanpipe.flows.backup.target import Target
from scanpipe.state.check import Share
from scanpipe.system.copies import Copier, copying

_TRIES, _BATCH = 3, 500
_PRIVATE = 0o400


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFiles:
    """The files that the backup has, the paths of those that it has not, and by digest of those once damaged there."""

    files: tuple[KeptFile, ...]
    left_out: tuple[str, ...]
    damaged: dict[str, str]


def keep_files(
    station: Path, files: StationFiles, target: Target, before: Snapshot | None, *, reread: Share | None = None
) -> KeptFiles:
    """Copy the files of a station that the target lacks; what is as it was at the snapshot `before` is not read again.

    With `reread`, a share of what the target has is read; damaged files are put aside there. A file that changes while
    it is read is tried again, and left out in the end. So is one that only its owner may read, where the target's disk
    would show it to everybody.

    Raises:
        OSError: the target's disk fails.
    """
    known = {file.path: file for file in before.files} if before else {}
    with copying(target.folder) as copier:
        there = {file.digest for file in known.values() if target.store.has(file.digest)}
        put_away = put_aside(
            copier, target.store, sorted(digest for digest in there if reread and reread.holds(digest))
        )
        kept = {path: same for path, what in files.kept.items() if (same := _same(known.get(path), what, target))}
        for _try in range(_TRIES):
            for batch in _batches(sorted(files.kept.keys() - kept.keys())):
                kept |= {file.path: file for file in _copied(copier, station, batch, target)}
    shown = _shown_to_all(target, kept)
    return KeptFiles(
        files=tuple(kept[path] for path in sorted(kept) if path not in shown),
        left_out=tuple(sorted({*files.left_out, *shown, *(files.kept.keys() - kept.keys())})),
        damaged={file.digest: path for path, file in kept.items() if file.digest in put_away},
    )


def _same(known: KeptFile | None, what: os.stat_result, target: Target) -> KeptFile | None:
    """Return a file as the snapshot before has it, if it is the same still and its blob is there."""
    if known is None or (known.size, known.mtime_ns, known.mode) != _how(what):
        return None
    return known if _there(target, known.digest, known.size) else None


def _there(target: Target, digest: str, size: int) -> bool:
    """Whether a target has a blob, as long as it is to be."""
    what = _stat(target.store.path(digest))
    return what is not None and what.st_size == size


def _how(what: os.stat_result) -> tuple[int, int, int]:
    return what.st_size, what.st_mtime_ns, stat.S_IMODE(what.st_mode) & 0o777


def _batches(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(paths), _BATCH):
        yield paths[start : start + _BATCH]


def _copied(copier: Copier, station: Path, paths: Sequence[str], target: Target) -> Iterator[KeptFile]:
    """Copy files and yield those that stayed as they were meanwhile."""
    found = {path: what for path in paths if (what := _stat(station / path))}
    digests = dict(zip(found, copier.digests([str(station / path) for path in found]), strict=True))
    read = {path: digest for path, digest in digests.items() if digest}
    make_folders(target.store.folder, {digest[:2] for digest in read.values()})
    due = {digest: path for path, digest in read.items() if not _there(target, digest, found[path].st_size)}
    copies = [blob_copy(station / path, target.store, digest, mode=_mode(found[path])) for digest, path in due.items()]
    failed = {copy.digest for copy in copier.copy(copies)}
    for path, digest in read.items():
        size, mtime_ns, mode = _how(found[path])
        if digest not in failed:
            yield KeptFile(path=path, digest=digest, size=size, mode=mode, mtime_ns=mtime_ns)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _mode(what: os.stat_result) -> int:
    return 0o444 if stat.S_IMODE(what.st_mode) & 0o077 else _PRIVATE


def _shown_to_all(target: Target, kept: Mapping[str, KeptFile]) -> frozenset[str]:
    """Return the private files that others could read on the target, whose blobs are removed there."""
    public = {file.digest for file in kept.values() if file.mode & 0o077}
    private = [file for file in kept.values() if file.digest not in public]
    shown = [file for file in private if target.store.path(file.digest).stat().st_mode & 0o077]
    for digest in {file.digest for file in shown}:
        target.store.path(digest).unlink()
    return frozenset(file.path for file in shown)
