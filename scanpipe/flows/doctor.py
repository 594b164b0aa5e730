"""What a station needs, each need with `ok` or what to do about it."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from scanpipe.errors import ScanpipeError
from scanpipe.flows.capture.scanners import find_devices
from scanpipe.flows.delivery.signatures import station_signer
from scanpipe.flows.processing_spec import processing_spec
from scanpipe.flows.station import SETTINGS, Station, open_station
from scanpipe.messages import _, counted
from scanpipe.ocr.tesseract import require_language, tesseract_version
from scanpipe.package.reports.printing import require_printing
from scanpipe.state.backups import newest_backups

_GB = 1e9
_FONT_LIST_SECONDS = 20
_CERTIFICATE_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One need: `level` is ok, advice (works without, for some) or fault."""

    name: str
    level: Literal["ok", "advice", "fault"]
    text: str


def examine(folder: Path) -> Iterator[Need]:
    """Yield every need of the station in `folder`, or of the machine where it is no station."""
    language, free_gb, newest = "vie", 5.0, None
    of_station: tuple[Need, ...] = ()
    if (folder / SETTINGS).is_file():
        try:
            with open_station(folder) as station:
                settings = station.settings
                language, free_gb = settings.process.language, settings.min_free_gb
                processing_spec(station, settings.process.recipe)
                newest = station.journal.newest_time()
                of_station = (*_signature(station), _backup(station))
            yield _ok(_("station"), str(folder))
        except ScanpipeError as error:
            yield _fault(_("station"), str(error))
    else:
        text = _("{folder} is not a station; run 'scanpipe init' to make one").format(folder=folder)
        yield Need(name=_("station"), level="advice", text=text)
    yield from of_station
    yield from _scanner()
    yield _tesseract(language)
    yield _disk(folder, free_gb)
    yield _clock(newest)
    yield _printing()
    yield _fonts()


def _ok(name: str, text: str) -> Need:
    return Need(name=name, level="ok", text=text)


def _fault(name: str, text: str) -> Need:
    return Need(name=name, level="fault", text=text)


def _signature(station: Station) -> Iterator[Need]:
    """Yield whether PDFs can be signed, where they are to be."""
    try:
        signer = station_signer(station)
    except ScanpipeError as error:
        yield _fault(_("signature"), str(error))
        return
    if signer is None:
        return
    days = (signer.not_after - datetime.now(UTC)).days
    subject = signer.subject
    text = counted("{subject}; valid for {n} more day", "{subject}; valid for {n} more days", days, subject=subject)
    level: Literal["ok", "advice"] = "ok" if days >= _CERTIFICATE_DAYS else "advice"
    yield Need(name=_("signature"), level=level, text=text)


def _backup(station: Station) -> Need:
    """Return how old the newest backup is that was read back."""
    newest = next(iter(newest_backups(station.journal)), None)
    if newest is None:
        text = _("none yet; run 'scanpipe backup FOLDER' with a folder on another disk")
        return Need(name=_("backup"), level="advice", text=text)
    days = (datetime.now(UTC) - datetime.fromisoformat(newest.at)).days
    text = counted("{n} day old, in {folder}", "{n} days old, in {folder}", days, folder=newest.folder)
    if newest.lacking:
        lost = counted(
            "lacks {n} file that the station has lost", "lacks {n} files that the station has lost", newest.lacking
        )
        text = f"{text}; {lost}"
    old = days > station.settings.backup.days
    return Need(name=_("backup"), level="advice" if old or newest.lacking else "ok", text=text)


def _scanner() -> Iterator[Need]:
    try:
        devices = find_devices()
    except ScanpipeError as error:
        only = _("Only a computer with a scanner needs it.")
        yield Need(name="libsane", level="advice", text=f"{error} {only}")
        return
    yield _ok("libsane", _("python-sane works"))
    if devices:
        yield _ok(_("scanner"), ", ".join(device.name for device in devices))
    else:
        text = _("none found; switch it on, plug it in, run 'scanimage -L'; only a computer for scanning needs one")
        yield Need(name=_("scanner"), level="advice", text=text)


def _tesseract(language: str) -> Need:
    try:
        require_language(language)
    except ScanpipeError as error:
        return _fault("tesseract", str(error))
    return _ok("tesseract", _("{version} with {language}").format(version=tesseract_version(), language=language))


def _disk(folder: Path, wanted_gb: float) -> Need:
    place = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(place).free / _GB
    text = _("{free:.1f} GB free").format(free=free)
    if free >= wanted_gb:
        return _ok(_("disk space"), text)
    more = _("less than {wanted:g} GB: free some space, or deliver and archive finished books").format(wanted=wanted_gb)
    return _fault(_("disk space"), f"{text}, {more}")


def _clock(newest: datetime | None) -> Need:
    now = datetime.now(UTC)
    text = now.astimezone().isoformat(timespec="seconds")
    built = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    latest = max(built, newest) if newest else built
    if now >= latest:
        return _ok(_("clock"), text)
    return _fault(
        _("clock"),
        _("{now} is before the past time {latest}: set the clock (timedatectl set-ntp true)").format(
            now=text, latest=latest.astimezone().isoformat(timespec="seconds")
        ),
    )


def _printing() -> Need:
    try:
        require_printing()
    except ScanpipeError as error:
        return _fault(_("papers"), str(error))
    return _ok(_("papers"), _("can be printed"))


def _fonts() -> Need:
    remedy = _("no font with Vietnamese letters: apt install fonts-croscore fontconfig")
    program = shutil.which("fc-list")
    if program is None:
        return Need(name=_("fonts"), level="advice", text=remedy)
    found = subprocess.run(
        [program, ":lang=vi", "family"], capture_output=True, text=True, timeout=_FONT_LIST_SECONDS, check=False
    ).stdout.splitlines()
    if not found:
        return Need(name=_("fonts"), level="advice", text=remedy)
    return _ok(_("fonts"), _("{n} with Vietnamese letters").format(n=len(found)))
