"""Scanners through libsane, each held open by a process of its own that can be killed without harm."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from natsort import natsorted, ns

from scanpipe.capture import sane_faults
from scanpipe.capture.interrupts import interrupts_held
from scanpipe.capture.sane_process import Died, Hung, ScannerProcess
from scanpipe.capture.sane_protocol import (
    Close,
    Describe,
    Described,
    DescribedOption,
    Failed,
    FoundDevices,
    Open,
    Opened,
    Page,
    Probe,
    Reply,
    Request,
    Scan,
    Watch,
    Watched,
)
from scanpipe.capture.scanner import Device, Scanned, ScanSettings, Side
from scanpipe.errors import (
    CoverOpen,
    DeviceError,
    DeviceHung,
    DeviceIOError,
    DeviceMissing,
    FeederEmpty,
    PaperJam,
    ScanIncomplete,
    ScanpipeError,
)
from scanpipe.messages import lazy
from scanpipe.raster import Raster
from scanpipe.raster.cut_off import ends_early
from scanpipe.system.fsio import temporary_file

PROBE_S = 90.0
_NO_PAPER = 255  # what a driver fills up with where the paper is shorter than the area
PICTURES = (".pnm", ".ppm", ".pgm", ".pbm")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaneScanner:
    """The scanners that libsane reaches.

    `spool` is a folder for pages on their way from the scanner's process; what is left there after both were killed is
    a temporary file of `fsio`.
    """

    spool: Path
    probe_s: float = PROBE_S

    def devices(self) -> tuple[Device, ...]:
        """Return the scanners that answer now.

        Raises:
            DeviceMissing: libsane or python-sane is not installed.
            DeviceHung: a driver did not come back from looking.
        """
        found = self._asked_once("libsane", Probe())
        assert isinstance(found, FoundDevices)
        return tuple(Device(name=n, vendor=v, model=m, kind=k) for n, v, m, k in found.devices)

    def describe(self, device: str, source: str = "") -> tuple[DescribedOption, ...]:
        """Return the options that a scanner has, after `source` was chosen where one is named.

        Raises:
            OptionRefused: the scanner has no such source.
            DeviceError: one of its kinds.
        """
        described = self._asked_once(device, Describe(device=device, source=source))
        assert isinstance(described, Described)
        return tuple(described.options)

    def _asked_once(self, device: str, request: Request) -> Reply:
        client = SaneClient(device, silence_s=self.probe_s, answer_s=self.probe_s)
        try:
            return client.ask(request)
        finally:
            client.end()

    @contextmanager
    def open(self, settings: ScanSettings) -> Iterator["SaneSession"]:
        """Hold a scanner open with `settings` in force, read back and compared.

        Raises:
            OptionRefused: the scanner does not take a setting as asked.
            DeviceError: one of its kinds.
        """
        served = pictures(settings.feed) if settings.feed else []
        self.spool.mkdir(parents=True, exist_ok=True)
        client = SaneClient(settings.device, silence_s=settings.stall_s, answer_s=settings.page_s)
        try:
            opened = client.ask(_request(settings))
            assert isinstance(opened, Opened)
            yield SaneSession(settings, client, opened=opened, served=served, spool=self.spool)
        finally:
            client.end()


def _request(settings: ScanSettings) -> Open:
    return Open(
        device=settings.device,
        source=settings.source,
        source_options=dict(settings.source_options),
        mode=settings.mode,
        depth=settings.depth,
        # The files that a device serves have the resolution they have.
        dpi=None if settings.feed else settings.dpi,
        page_mm=settings.page_mm,
        intents={intent: dict(options) for intent, options in settings.intents.items()},
        required=settings.required,
        options=dict(settings.options),
        watched=_watched(settings),
        keep_going=settings.stack and settings.feed is None,
        untold_breaks=settings.untold_breaks,
    )


def _watched(settings: ScanSettings) -> tuple[str, ...]:
    endorser = (settings.endorser.number, settings.endorser.step) if settings.endorser else ()
    return tuple(name for name in (settings.sheet_counter, settings.double_feed_sensor, *endorser) if name)


class SaneSession:
    """A scanner held open; see `scanner.ScanSession`."""

    def __init__(
        self,
        settings: ScanSettings,
        client: "SaneClient",
        *,
        opened: Opened,
        served: list[Path],
        spool: Path,
    ) -> None:
        self.interrupted = False
        self.colour = opened.colour
        self.lacking = opened.lacking
        self._settings = settings
        self._client = client
        self._in_force = opened.settings
        self._watched = opened.watched
        self._spool = spool
        self._scanned = 0
        self._emptied = False
        self._served = served
        self._number: int | None = None
        self._numbers_move = False

    @property
    def process_id(self) -> int:
        """The id of the scanner's process."""
        return self._client.process_id

    @property
    def number_step(self) -> int:
        """How far it is from one printed number to the next."""
        endorser = self._settings.endorser
        return (self._watched.get(endorser.step, 1) if endorser else 1) or 1

    @property
    def ahead(self) -> bool:
        """Whether sheets may have left the stack that nobody asked for yet."""
        return self._settings.draws_ahead and self._scanned > 0 and not self._emptied

    def sheets_left(self) -> bool:
        """Return whether sheets left the stack that nobody asked for; see `scanner.ScanSession.sheets_left`."""
        if not self.ahead:
            return False
        try:
            self.scan(self._scanned + 1)
        except FeederEmpty:
            return False
        except ScanpipeError:
            return True
        return True

    def scan(self, position: int) -> Scanned:
        """Scan page `position`, from 1; see `scanner.ScanSession.scan`."""
        serve = self._picture(position)
        with interrupts_held() as held, temporary_file(self._spool) as raw:
            try:
                if not self._at_back:
                    self._number = self._next_number()
                page = self._client.ask(Scan(raw=os.fsencode(raw.absolute()), serve=serve), position=position)
                assert isinstance(page, Page)
                scanned = self._scanned_page(page, raw)
                if self._settings.untold_breaks and _filled_up(scanned.raster):
                    raise sane_faults.filled_up(self._settings.device, position)
            except FeederEmpty:
                self._emptied = True
                raise
            except (PaperJam, CoverOpen, ScanIncomplete, DeviceIOError, DeviceHung) as error:
                raise self._explained(error, position) from error
            finally:
                self.interrupted = self.interrupted or held.requested
        self._scanned += 1
        return scanned

    def sheets_moved(self) -> int | None:
        """Return how many sheets the scanner counted; see `scanner.ScanSession.sheets_moved`."""
        counter = self._settings.sheet_counter
        now = self._told(counter)
        return None if now is None else now - self._watched[counter]

    def _told(self, option: str) -> int | None:
        """Return what a watched option says now, None where it says nothing."""
        if option not in self._watched:
            return None
        try:
            told = self._client.ask(Watch(), answer_s=self._settings.stall_s)
        except DeviceError:  # it is gone: what ended the run is told by its own error
            return None
        assert isinstance(told, Watched)
        return told.values.get(option)

    def _explained(self, error: DeviceError, position: int) -> DeviceError:
        """Return an error with what this scanner knows of it: two sheets at once, sheets drawn in ahead."""
        if isinstance(error, PaperJam) and self._told(self._settings.double_feed_sensor):
            return sane_faults.double_feed(self._settings.device, position)
        return sane_faults.drawn_ahead(error) if self._settings.draws_ahead else error

    def abort(self) -> None:
        """Cut the scanner off; see `scanner.ScanSession.abort`."""
        self._client.abort()

    @property
    def _at_back(self) -> bool:
        return self._settings.two_sided and self._scanned % 2 == 1

    def _next_number(self) -> int | None:
        """Return the number that the endorser puts on the sheet that goes in next.

        Some scanners tell the number that is to come, others keep telling the first one: then sheets are counted.
        """
        endorser = self._settings.endorser
        if endorser is None or endorser.number not in self._watched:
            return None
        first, told = self._watched[endorser.number], self._told(endorser.number)
        self._numbers_move = self._numbers_move or told not in (None, first)
        if self._numbers_move and told is not None:
            return told
        sheets = self._scanned // 2 if self._settings.two_sided else self._scanned
        return first + sheets * self.number_step

    def _picture(self, position: int) -> bytes:
        if self._settings.feed is None:
            return b""
        if not 1 <= position <= len(self._served):
            raise sane_faults.feed_ended(self._settings.device, position)
        return os.fsencode(self._served[position - 1].absolute())

    def _scanned_page(self, page: Page, raw: Path) -> Scanned:
        shape = (page.height, page.width) if page.channels == 1 else (page.height, page.width, page.channels)
        pixels = np.fromfile(raw, np.uint8).reshape(shape)
        side: Side = "back" if self._at_back else "front"
        if side == "back" and self._settings.rotate_back:
            pixels = np.ascontiguousarray(pixels[::-1, ::-1])
        return Scanned(
            raster=Raster(pixels=pixels, dpi=self._settings.dpi),
            side=side,
            device=self._settings.device,
            settings=self._in_force,
            printed=self._number,
        )


def _filled_up(raster: Raster) -> bool:
    """Say whether the end of a page was made up: in one colour, and not in the white that stands for no paper."""
    rows = raster.pixels.reshape(raster.height, -1)
    last = raster.height
    while last and rows[last - 1].min() == _NO_PAPER:
        last -= 1
    return bool(last and ends_early(raster.pixels[:last]).bottom)


def pictures(folder: Path) -> list[Path]:
    """Return the picture files of a feed folder in natural order (2 before 10).

    Raises:
        DeviceMissing: there is no such folder.
    """
    if not folder.is_dir():
        raise DeviceMissing(
            lazy("The folder {folder} does not exist.", folder=folder),
            remedy=lazy("Choose the folder that holds the page images."),
        )
    found = [path for path in folder.iterdir() if path.suffix.lower() in PICTURES]
    return natsorted(found, key=lambda path: path.name, alg=ns.PATH)


class SaneClient:
    """Sends requests to one scanner process; its failures come as errors of ours."""

    def __init__(self, device: str, *, silence_s: float, answer_s: float) -> None:
        self._device = device
        self._silence_s = silence_s
        self._answer_s = answer_s
        self._process = ScannerProcess()

    @property
    def process_id(self) -> int:
        """The id of the scanner's process."""
        return self._process.pid

    def ask(self, request: Request, *, position: int | None = None, answer_s: float | None = None) -> Reply:
        """Send a request and return its answer; `position` is that of the page it is about.

        Raises:
            DeviceError: the scanner failed, or its process hung or died.
        """
        try:
            reply = self._process.ask(request, silence_s=self._silence_s, answer_s=answer_s or self._answer_s)
        except Hung as error:
            raise sane_faults.hung(self._device, position, error.seconds) from None
        except Died as error:
            raise sane_faults.died(self._device, position, error.code) from None
        if isinstance(reply, Failed):
            raise sane_faults.error_of(reply, device=self._device, position=position)
        return reply

    def abort(self) -> None:
        """End the process while another thread waits for its answer, which is an error then."""
        self._process.abort()

    def end(self) -> None:
        """Let go of the scanner; one that does not let itself be closed is cut off."""
        try:
            if self._process.alive:
                self.ask(Close(), answer_s=self._silence_s)
        except DeviceError:
            pass
        finally:
            self._process.wait(self._silence_s)
