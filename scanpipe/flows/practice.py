"""A station to learn on: the sample pages, a scanner without hardware, and faults on purpose. Nothing is delivered.

The pnm backend serves the pages of a folder. The faults are made with what it has: it is told to report a jam or an
open cover, or is served a spoiled picture, or the picture of the sheet behind. Each comes once in a book.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import msgspec
import numpy as np

from scanpipe import messages
from scanpipe.errors import StateError
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.plan import position
from scanpipe.flows.capture.events import Captured, CaptureEvent, FeedEnded, FeedReconciled, free_slots
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.scan import capture_scanner, never
from scanpipe.flows.demo import DEVICE, SampleManifest, open_sample_book, sample_manifest
from scanpipe.flows.station import SETTINGS, Station, create_station, open_station
from scanpipe.messages import lazy
from scanpipe.model import Page
from scanpipe.raster import Raster
from scanpipe.raster.averaging import reduced
from scanpipe.raster.codecs import encode_pnm
from scanpipe.raster.files import read_frames
from scanpipe.settings import toml_files
from scanpipe.system.fsio import write_atomic

_FEED, _SANE, _WHOLE, _SPOILED, _DONE = "feeder", "sane", "pages", "spoiled", "practice.json"
_DPI = 150
_BLUR_PX = 9  # of 150 dpi: nobody reads it
_PROFILE = "practice"
Kind = Literal["jammed", "coveropen", "blurred", "dark", "double"]
_REPORTED: Final = ("jammed", "coveropen")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFault:
    """What goes wrong at which sheet of the stack, counted from 1."""

    at: int
    kind: Kind


FAULTS: Final = (
    PracticeFault(at=3, kind="jammed"),
    PracticeFault(at=5, kind="blurred"),
    PracticeFault(at=7, kind="double"),
    PracticeFault(at=9, kind="coveropen"),
    PracticeFault(at=10, kind="dark"),
)


def make_practice_station(folder: Path) -> None:
    """Make a practice station in `folder` with its first book, unless it is one already.

    Raises:
        StateError: the folder holds something else.
    """
    if (folder / SETTINGS).is_file():
        if toml_files.top(folder / SETTINGS).get("practice") is True:
            return
        raise StateError(
            lazy("{folder} is a real station.", folder=folder),
            remedy=lazy("Choose another folder: scanpipe console --practice DIR"),
        )
    if folder.exists() and any(folder.iterdir()):
        raise StateError(
            lazy("{folder} contains other files.", folder=folder),
            remedy=lazy("Choose another folder: scanpipe console --practice DIR"),
        )
    # Beside its place, so that one that was left half made is no obstacle, and is never taken for a real one.
    beside = folder.resolve().with_name(f".{folder.resolve().name}.half-made")
    shutil.rmtree(beside, ignore_errors=True)
    create_station(beside)
    manifest = sample_manifest()
    _draw_pages(beside, manifest)
    _write_settings(beside, manifest, place=folder.resolve())
    with open_station(beside, purpose="console") as station:
        open_sample_book(station)
    beside.replace(folder)


@contextmanager
def practice_devices(folder: Path) -> Iterator[None]:
    """Have libsane know only the scanner of a practice station within the block."""
    before = os.environ.get("SANE_CONFIG_DIR")
    os.environ["SANE_CONFIG_DIR"] = str(folder.resolve() / _SANE)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SANE_CONFIG_DIR"]
        else:
            os.environ["SANE_CONFIG_DIR"] = before


def practice_scanner(
    station: Station,
    name: str,
    request: ScanRequest = ScanRequest(),  # noqa: B008 - a frozen value
    *,
    ready: Callable[[Page], bool] | None = None,
    confirm: Callable[[], bool] | None = None,
    stop: Callable[[], bool] = never,
) -> Generator[CaptureEvent, None, None]:
    """Scan as `capture_scanner` does, with the faults that are still to come in this book.

    Raises:
        DeviceError: a jam or an open cover, as a scanner reports it.
    """
    faults = _Faults(station, name)
    faults.serve()
    before, reported = faults.reported_ahead(request)

    def scanned(wanted: ScanRequest) -> Iterator[CaptureEvent]:
        with closing(capture_scanner(station, name, wanted, ready=ready, confirm=confirm, stop=stop)) as events:
            for event in events:
                faults.seen(event)
                yield event

    if reported is None:
        yield from scanned(request)
        return
    if before:
        ended = (FeedEnded, FeedReconciled)
        yield from (e for e in scanned(replace(request, pages=before)) if not isinstance(e, ended))
    if not stop() and faults.reached(reported):
        faults.settle(reported)
        yield from scanned(replace(request, pages=1, profile=f"{_PROFILE}-{reported.kind}"))
    else:
        yield FeedEnded(missing=len(faults.free()))


class _Faults:
    """The faults of a book that are still to come, and the folder that the scanner is fed from."""

    def __init__(self, station: Station, name: str) -> None:
        self._station, self._name = station, name
        facts = book_facts(station, name)
        self._book, self._row = facts.book, facts.row
        self._file = station.folder / _DONE

    def free(self) -> list[int]:
        """Return the places in the stack of the pages that are still to come, in the order in which they come."""
        slots = free_slots(book_facts(self._station, self._name))
        places: list[int] = []
        while (page := slots.next()) and len(places) < len(self._served()):
            places.append(position(self._book, page))
            slots = slots.fill(page)
        return places

    def reported_ahead(self, request: ScanRequest) -> tuple[int, PracticeFault | None]:
        """Return the next fault that the scanner is to report, and how many pages come before it."""
        left = [fault for fault in FAULTS if fault.kind in _REPORTED and not self._settled(fault)]
        if request.replace or request.sides:
            return 0, None
        for number, place in enumerate(self.free()[: request.pages]):
            if fault := next((fault for fault in left if fault.at == place), None):
                return number, fault
        return 0, None

    def reached(self, fault: PracticeFault) -> bool:
        """Return whether the sheet of the fault comes next."""
        return self.free()[:1] == [fault.at]

    def settle(self, fault: PracticeFault) -> None:
        """Write down that a fault came."""
        done = {*self._done(), self._key(fault)}
        write_atomic(self._file, msgspec.json.encode(sorted(done)))

    def serve(self) -> None:
        """Lay the pages into the feeder, those that are to come spoiled among them."""
        served = self._served()
        spoiled = {fault.at: fault for fault in FAULTS if fault.kind not in _REPORTED and not self._settled(fault)}
        for place, whole in enumerate(served, 1):
            fault = spoiled.get(place)
            behind = served[min(place, len(served) - 1)]
            source = whole if fault is None else behind if fault.kind == "double" else self._spoiled(whole)
            _put(source, self._station.folder / _FEED / whole.name)

    def seen(self, event: CaptureEvent) -> None:
        """Put the right picture in the place of a spoiled one that was scanned."""
        if isinstance(event, Captured) and event.page:
            place = position(self._book, event.page)
            for fault in FAULTS:
                if fault.at == place and fault.kind not in _REPORTED and not self._settled(fault):
                    self.settle(fault)
                    whole = self._served()[place - 1]
                    _put(whole, self._station.folder / _FEED / whole.name)

    def _served(self) -> list[Path]:
        return sorted((self._station.folder / _WHOLE).iterdir())

    def _spoiled(self, whole: Path) -> Path:
        return self._station.folder / _SPOILED / whole.name

    def _key(self, fault: PracticeFault) -> str:
        return f"{self._row} {fault.at} {fault.kind}"

    def _settled(self, fault: PracticeFault) -> bool:
        return self._key(fault) in self._done()

    def _done(self) -> frozenset[str]:
        if not self._file.is_file():
            return frozenset()
        return frozenset(msgspec.json.decode(self._file.read_bytes(), type=list[str]))


def _put(source: Path, target: Path) -> None:
    """Have `target` be as the file `source`, at once."""
    beside = target.with_suffix(".next")
    shutil.copyfile(source, beside)
    beside.replace(target)


def _draw_pages(folder: Path, manifest: SampleManifest) -> None:
    """Write the sample pages small, so that practising is quick, and some of them spoiled."""
    for name in (_FEED, _WHOLE, _SPOILED):
        (folder / name).mkdir()
    spoiled = {fault.at: fault.kind for fault in FAULTS}
    for place, page in enumerate(manifest.page, 1):
        source = toml_files.data_folder("samples") / page.file
        raster = next(iter(read_frames(source))).raster
        small = reduced(raster, _DPI)
        name = f"{source.stem}.ppm"
        write_atomic(folder / _WHOLE / name, encode_pnm(small))
        if spoiled.get(place) in ("blurred", "dark"):
            write_atomic(folder / _SPOILED / name, encode_pnm(_spoilt(small, spoiled[place])))


def _spoilt(raster: Raster, kind: Kind) -> Raster:
    """Return a page out of focus, or far too dark."""
    if kind == "dark":
        return raster.replace(raster.pixels // 6)
    mean = raster.pixels.astype(np.float32)
    for axis in (0, 1):
        mean = np.mean([np.roll(mean, shift, axis) for shift in range(-_BLUR_PX, _BLUR_PX + 1, 3)], axis=0)
    return raster.replace(mean.astype(np.uint8))


def _write_settings(folder: Path, manifest: SampleManifest, *, place: Path) -> None:
    """Write the settings of a station that will stand at `place`."""
    (folder / _SANE).mkdir()
    write_atomic(folder / _SANE / "dll.conf", b"pnm\n")
    head = f'match = "pnm:*"\ndpi = {_DPI}\nfeed = "{place / _FEED}"\n'
    write_atomic(folder / "scanners" / f"{_PROFILE}.toml", head.encode())
    for kind in _REPORTED:
        options = f"[options]\nstatus-{kind} = true\n"
        write_atomic(folder / "scanners" / f"{_PROFILE}-{kind}.toml", (head + options).encode())
    limits = f'name = "practice"\nbased_on = "default"\nconfidence = "practice"\n[limits]\nmin_dpi = {_DPI}\n'
    write_atomic(folder / "conventions" / "practice.toml", limits.encode())
    unit = manifest.book.unit
    changes = {
        "practice = false": "practice = true",
        'language = ""': f'language = "{messages.language()}"',
        'device = ""': f'device = "{DEVICE}"',
        'profile = ""': f'profile = "{_PROFILE}"',
        'convention = "default"': 'convention = "practice"',
    }
    text = (folder / SETTINGS).read_text(encoding="utf-8")
    for before, after in changes.items():
        text = text.replace(before, after, 1)
    listed = f'\n[[units]]\ncode = "{unit.code}"\nlist = "{unit.list_version}"\nname = "{unit.name}"\n'
    write_atomic(folder / SETTINGS, (text + listed).encode())
