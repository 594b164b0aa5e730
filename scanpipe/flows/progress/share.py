"""Progress files on a share: each station writes its own, whoever merges reads them all."""

import logging
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from scanpipe.errors import ScanpipeError, UsageError
from scanpipe.flows.progress.figures import StationFile
from scanpipe.flows.progress.own import station_books
from scanpipe.flows.progress.signature import holds, require_signatures, sign
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.system.fsio import write_atomic
from scanpipe.system.os_errors import describe
from scanpipe.system.plain_files import read_plain

log = logging.getLogger(__name__)
SUFFIX: Final = ".progress"
_MOST_BYTES = 16_000_000


class _Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The second line of a file: what its first line was signed with."""

    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file that does not count, and why."""

    name: str
    reason: LazyText


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFiles:
    """What lies on a share: the files that count, those that do not, and the stations that are trusted from now on."""

    files: tuple[StationFile, ...]
    left_out: tuple[LeftOut, ...]
    new: Mapping[str, str]


def write_progress(station: Station) -> Path:
    """Write the progress file of this station onto its share, and return its path.

    Raises:
        UsageError: station.toml names no share, or the share is away.
        SigningError: the file cannot be signed.
        DiskFull: no room.
    """
    settings = station.settings.progress
    if not settings.share:
        raise UsageError(lazy("No share is set."), remedy=lazy("Set 'share' in [progress] of station.toml."))
    require_signatures()
    share = station.folder / settings.share
    content = StationFile(
        station=settings.name or platform.node() or station.folder.name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        books=station_books(station),
    )
    body = msgspec.json.encode(content)
    key, signature = sign(station.folder, body)
    path = share / f"{key[:16]}{SUFFIX}"
    try:
        write_atomic(path, body + b"\n" + msgspec.json.encode(_Seal(key=key, signature=signature)) + b"\n")
    except OSError as error:
        raise UsageError(
            lazy("The progress file {path} was not written: {reason}.", path=path, reason=describe(error)),
            remedy=lazy("Connect the share. The next run writes the file."),
        ) from error
    return path


def progress_told(station: Station) -> LazyText | str:
    """Write the progress file where the station has a share; return why it was not written, "" where all is well.

    No run fails because the share is away.
    """
    if not station.settings.progress.share:
        return ""
    try:
        write_progress(station)
    except ScanpipeError as error:
        log.info("progress file: %s", error)
        return error.whole
    return ""


def read_share(share: Path, known: Mapping[str, str] | None, *, trust_new: bool = False) -> ShareFiles:
    """Return the progress files of a share.

    Args:
        share: the folder.
        known: the public keys of known stations by their names; None on the first use, when all are trusted.
        trust_new: whether stations that are not among them are trusted, too.

    Raises:
        UsageError: the share is away.
        SigningError: signatures cannot be checked here.
    """
    require_signatures()
    reader = _Reader(known=dict(known or {}), trusting=known is None or trust_new)
    for path in _paths(share):
        reader.read(path)
    return ShareFiles(files=tuple(reader.files), left_out=tuple(reader.left_out), new=reader.new)


def _paths(share: Path) -> Iterator[Path]:
    try:
        names = sorted(entry.name for entry in os.scandir(share) if entry.name.endswith(SUFFIX))
    except OSError as error:
        raise UsageError(lazy("{path}: {reason}.", path=share, reason=describe(error))) from error
    for name in names:
        yield share / name


class _Reader:
    """Reads file after file, and keeps what counts."""

    def __init__(self, *, known: dict[str, str], trusting: bool) -> None:
        self.files: list[StationFile] = []
        self.left_out: list[LeftOut] = []
        self.new: dict[str, str] = {}
        self._known, self._trusting = known, trusting
        self._seal = msgspec.json.Decoder(_Seal)
        self._content = msgspec.json.Decoder(StationFile)

    def read(self, path: Path) -> None:
        """Read a file."""
        reason = self._refusal(path)
        if reason:
            self.left_out.append(LeftOut(name=path.name, reason=reason))

    def _refusal(self, path: Path) -> LazyText | None:
        try:
            body, seal, found = self._parsed(path)
        except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
            return lazy("it cannot be read ({reason})", reason=describe(error))
        if not holds(seal.key, seal.signature, body):
            return lazy("its signature is wrong")
        key = self._known.get(found.station)
        if key is None and not self._trusting:
            return lazy("its station {station} has no key in the list", station=found.station)
        if key not in (None, seal.key):
            return lazy("its key is not that of the station {station}", station=found.station)
        if key is None:
            self._known[found.station] = self.new[found.station] = seal.key
        self.files.append(found)
        return None

    def _parsed(self, path: Path) -> tuple[bytes, _Seal, StationFile]:
        body, _line, seal = read_plain(path, most=_MOST_BYTES).rstrip(b"\n").rpartition(b"\n")
        return body, self._seal.decode(seal), self._content.decode(body)
