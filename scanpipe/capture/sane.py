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
from scanpipe.capture.sane_protocol import Close, Failed, FoundDevices, Open, Opened, Page, Probe, Reply, Request, Scan
from scanpipe.capture.scanner import Device, Scanned, ScanSettings, Side
from scanpipe.errors import DeviceError, DeviceMissing
from scanpipe.messages import lazy
from scanpipe.raster import Raster
from scanpipe.system.fsio import temporary_file

PROBE_S = 90.0
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
        session = SaneClient("libsane", silence_s=self.probe_s, answer_s=self.probe_s)
        try:
            found = session.ask(Probe())
        finally:
            session.end()
        assert isinstance(found, FoundDevices)
        return tuple(Device(name=n, vendor=v, model=m, kind=k) for n, v, m, k in found.devices)

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
        mode=settings.mode,
        depth=settings.depth,
        # The files that a device serves have the resolution they have.
        dpi=None if settings.feed else settings.dpi,
        page_mm=settings.page_mm,
        options=dict(settings.options),
        keep_going=settings.stack and settings.feed is None,
    )


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
        self._settings = settings
        self._client = client
        self._in_force = opened.settings
        self._spool = spool
        self._scanned = 0
        self._served = served

    @property
    def process_id(self) -> int:
        """The id of the scanner's process."""
        return self._client.process_id

    def scan(self, position: int) -> Scanned:
        """Scan page `position`, from 1; see `scanner.ScanSession.scan`."""
        serve = self._picture(position)
        with interrupts_held() as held, temporary_file(self._spool) as raw:
            try:
                page = self._client.ask(Scan(raw=os.fsencode(raw.absolute()), serve=serve), position=position)
                assert isinstance(page, Page)
                scanned = self._scanned_page(page, raw)
            finally:
                self.interrupted = self.interrupted or held.requested
        self._scanned += 1
        return scanned

    def sheets_moved(self) -> int | None:
        """Return None: no option is known by which a device tells."""
        return None

    def abort(self) -> None:
        """Cut the scanner off; see `scanner.ScanSession.abort`."""
        self._client.abort()

    def _picture(self, position: int) -> bytes:
        if self._settings.feed is None:
            return b""
        if not 1 <= position <= len(self._served):
            raise sane_faults.feed_ended(self._settings.device, position)
        return os.fsencode(self._served[position - 1].absolute())

    def _scanned_page(self, page: Page, raw: Path) -> Scanned:
        shape = (page.height, page.width) if page.channels == 1 else (page.height, page.width, page.channels)
        pixels = np.fromfile(raw, np.uint8).reshape(shape)
        side: Side = "back" if self._settings.two_sided and self._scanned % 2 else "front"
        return Scanned(
            raster=Raster(pixels=pixels, dpi=self._settings.dpi),
            side=side,
            device=self._settings.device,
            settings=self._in_force,
        )


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
