"""From paper to masters: the intent is written first, then the page is kept, then the fact is written."""

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scanpipe import config
from scanpipe.capture.checks import check_capture
from scanpipe.capture.interrupts import interrupts_held
from scanpipe.capture.profile import ScannerProfile, profile_for
from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import Device, Scanned, ScanSession, ScanSettings
from scanpipe.errors import DeviceMissing, FeederEmpty, Interrupted, ScanpipeError
from scanpipe.flows.books import BookFacts, book_facts, convention_of
from scanpipe.flows.capture_events import (
    Captured,
    CaptureEvent,
    PutBack,
    StackEnded,
    capture_flags,
    free_slots,
    missing_pages,
)
from scanpipe.flows.held import with_book_held
from scanpipe.flows.plan import position
from scanpipe.flows.station import Station
from scanpipe.messages import _, counted
from scanpipe.model import Page, Place
from scanpipe.raster.codecs import encode_master
from scanpipe.state import views
from scanpipe.state.journal import json_text

Ready = Callable[[Page], bool]
Confirm = Callable[[PutBack], bool]


@with_book_held
def capture_scanner(
    station: Station,
    name: str,
    *,
    device: str = "",
    source: str | None = None,
    dpi: int | None = None,
    pages: int | None = None,
    ready: Ready | None = None,
    confirm: Confirm | None = None,
) -> Iterator[CaptureEvent]:
    """Scan into the free places of a book, in order, until the stack ends, the book is full, or `pages` are done.

    Args:
        station: where to keep the pages.
        name: the book.
        device: by default the one of station.toml, else the only one there is.
        source: paper source, by default the profile's.
        dpi: resolution, by default the profile's.
        pages: stop after so many; with a duplex source after the sheet that they end on.
        ready: asked before each page that a person must lay on the glass; without it one page is scanned from there.
        confirm: asked whether the sheets that a crash left without a fate lie on top again.

    Raises:
        DeviceError: one of its kinds, naming the page; every page told before is kept.
        Interrupted: an operator's Ctrl-C; the page under way was finished and is kept.
        StationLocked: another process works on the book.
    """
    facts = book_facts(station, name)
    suspects = tuple(dict.fromkeys(sheet.page for sheet in facts.suspects if sheet.page))
    if suspects:
        put_back = PutBack(pages=tuple(map(str, suspects)))
        yield put_back
        if confirm and not confirm(put_back):
            return
    scanner = SaneScanner(spool=station.spool)
    settings = scan_settings(station, scanner, device=device, source=source, dpi=dpi)
    if settings.two_sided and (front := _free_half_sheet(station, facts)):
        facts, suspects = book_facts(station, name), (front, *suspects)
    limit = pages or (None if settings.stack or ready else 1)
    yield from _scan_stack(station, facts, scanner, settings, limit=limit, ready=ready, first=suspects)
    yield StackEnded(missing=missing_pages(book_facts(station, name)))


def _scan_stack(
    station: Station,
    facts: BookFacts,
    scanner: SaneScanner,
    settings: ScanSettings,
    *,
    limit: int | None,
    ready: Ready | None,
    first: Sequence[Page],
) -> Iterator[Captured]:
    slots, captured, stop, half_sheet = free_slots(facts), 0, False, False
    most = math.inf if limit is None else limit
    with scanner.open(settings) as session:
        while (page := slots.next(first)) and (half_sheet or not (stop or captured >= most)):
            if not settings.stack and ready and not ready(page):
                break
            with interrupts_held() as held:  # a page is safe only when it is kept
                event = _scan(station, facts, session, slots.places(page, facts.awaited), settings)
            if event is None:
                _refuse_empty(facts, page, captured)
                break
            captured, slots, stop = captured + 1, slots.fill(*event.pages), stop or held.requested
            half_sheet = settings.two_sided and not half_sheet
            yield event
    if stop:
        raise Interrupted(
            counted("Stopped after {n} page, which is kept.", "Stopped after {n} pages, which are kept.", captured),
            remedy=_("The same command goes on with the next page."),
        )


def _free_half_sheet(station: Station, facts: BookFacts) -> Page | None:
    """Free the page of a front whose back never came: the sheet, back in the feeder, shows its front first again."""
    newest = max((s.facts for s in facts.pages if s.facts), key=lambda page: page.capture, default=None)
    if newest is None or newest.side != "front" or free_slots(facts).next() is None:
        return None
    shown = [s.facts.placement for s in facts.pages if s.facts and s.facts.capture == newest.capture]
    station.journal.place(facts.row, (), free=shown, person=station.person)
    return newest.page


def find_devices() -> tuple[Device, ...]:
    """Return the scanners that answer.

    Raises:
        DeviceMissing: libsane or python-sane is not installed.
    """
    return SaneScanner(spool=Path(tempfile.gettempdir())).devices()


def scan_settings(
    station: Station, scanner: SaneScanner, *, device: str = "", source: str | None = None, dpi: int | None = None
) -> ScanSettings:
    """Return how to scan: what was asked for, else station.toml, else the only device and the profile that fits it.

    Raises:
        DeviceMissing: no device was named, and there is none or more than one.
    """
    chosen = device or station.settings.scanner.device or _only_device(scanner)
    named = station.settings.scanner.profile
    if not named:
        known = {name: _profile(station, name) for name in config.names("scanners", station.folder)}
        named = profile_for(chosen, known) or "generic"
    return _profile(station, named).settings(chosen, source=source, dpi=dpi)


def _scan(
    station: Station, facts: BookFacts, session: ScanSession, places: Sequence[Place], settings: ScanSettings
) -> Captured | None:
    """Scan one sheet; None when the stack has ended."""
    journal, page = station.journal, places[0].page
    sheet = journal.open_sheet(facts.row, page, source=settings.device, operator=station.person)
    try:
        scanned = session.scan(position(facts.book, page))
    except FeederEmpty:
        journal.end_sheet(sheet, "empty")
        return None
    except ScanpipeError as error:
        journal.end_sheet(sheet, "failed", error.message)
        where = _("{book} page {page}: {message}").format(book=facts.book.id, page=page, message=error.message)
        raise type(error)(where, remedy=error.remedy) from error
    return _keep_scan(station, facts, places, sheet, scanned, settings)


def _keep_scan(
    station: Station, facts: BookFacts, places: Sequence[Place], sheet: int, scanned: Scanned, settings: ScanSettings
) -> Captured:
    raster = scanned.raster
    checks = check_capture(raster)
    limits = convention_of(station, facts.book).limits
    digest = station.store.put(encode_master(raster))
    repeated = views.is_placed(station.journal, facts.row, digest)
    flags = capture_flags(checks, dpi=raster.dpi, dpi_assumed=False, repeated=repeated, limits=limits)
    station.journal.add_capture(
        facts.row,
        places,
        sheet=sheet,
        operator=station.person,
        side=scanned.side if settings.two_sided else "single",
        digest=digest,
        width=raster.width,
        height=raster.height,
        dpi=raster.dpi,
        device=scanned.device,
        origin=scanned.device,
        flags=json_text(flags),
        checks=json_text(checks),
    )
    return Captured(pages=tuple(place.page for place in places), origin=scanned.device, flags=flags)


def _refuse_empty(facts: BookFacts, page: Page, captured: int) -> None:
    if not captured:
        raise FeederEmpty(
            _("{book} page {page}: there is no paper in the scanner.").format(book=facts.book.id, page=page),
            remedy=_("Put the next sheets in, page {page} first, and run the same command again.").format(page=page),
        )


def _only_device(scanner: SaneScanner) -> str:
    devices = scanner.devices()
    if len(devices) == 1:
        return devices[0].name
    if not devices:
        raise DeviceMissing(
            _("No scanner was found."),
            remedy=_("Switch it on and plug it in; 'scanpipe doctor' and 'scanimage -L' tell more."),
        )
    raise DeviceMissing(
        _("There are several scanners: {names}.").format(names=", ".join(device.name for device in devices)),
        remedy=_("Say which with --device, or in station.toml."),
    )


def _profile(station: Station, name: str) -> ScannerProfile:
    return config.load(config.find("scanners", name, station.folder), ScannerProfile)
