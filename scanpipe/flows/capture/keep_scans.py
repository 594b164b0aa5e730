"""Keeping what a scanner sends: checked, stored, compared with the pages before it, and written on its page."""

from collections import deque
from dataclasses import dataclass, replace

from scanpipe.capture.checks import BAD_FLAGS, CaptureChecks, check_capture, compare_capture
from scanpipe.capture.checks.compare import MOST_COMPARED
from scanpipe.capture.master import Master
from scanpipe.capture.scanner import Scanned
from scanpipe.flows.capture.check_limits import check_limits
from scanpipe.flows.capture.events import Captured, KeptAside
from scanpipe.flows.capture.feed_run import FeedRun
from scanpipe.flows.capture.keep import NewCapture, StoredMaster, keep_capture, store_master
from scanpipe.flows.capture.sheets import Sheet, Side
from scanpipe.model import Part
from scanpipe.raster.codecs import encode_master
from scanpipe.state import page_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedSide:
    """A side that came whole, of sheet `number` of the run; `row` is its intent in the journal."""

    row: int
    sheet: Sheet
    number: int
    side: Side
    scanned: Scanned


class ScanKeeper:
    """Keeps the sides of one run; `bad` is how many pages in a row cannot be used as they are."""

    def __init__(self, run: FeedRun) -> None:
        self.bad = 0
        self._run = run
        self._limits = check_limits(run.station.settings.checks)
        known = page_facts.capture_checks(run.station.journal, run.facts.row, CaptureChecks, most=MOST_COMPARED)
        self._earlier = deque(known, maxlen=MOST_COMPARED)

    def store(self, came: ScannedSide) -> StoredMaster:
        """Check, encode and store a side; any thread may do it."""
        raster = came.scanned.raster
        master = Master(
            data=encode_master(raster),
            width=raster.width,
            height=raster.height,
            dpi=raster.dpi,
            checks=check_capture(raster, limits=self._limits),
        )
        return store_master(self._run.station.store, master)

    def write(self, came: ScannedSide, master: StoredMaster, *, set_aside: str = "") -> Captured | KeptAside:
        """Write down a stored side: on its page, or aside where its page is there or it has none.

        A side that has no page, of a sheet never seen before, with something written on it, is paper beyond the stated
        total: it has no place, and stops the delivery until a person says what it is.
        """
        side = came.side
        if not set_aside and not side.placements and (side.shows or came.sheet.known or master.checks.blank):
            set_aside = "other_side"
        if not set_aside:
            master = replace(master, checks=self._compared(side, master.checks))
        kept = keep_capture(
            self._run.station,
            self._run.facts.row,
            NewCapture(master=master, side=side.name, device=came.scanned.device, printed=came.scanned.printed),
            () if set_aside else side.placements,
            limits=self._run.limits,
            sheet=came.row,
            set_aside=set_aside,
        )
        if set_aside:
            return KeptAside(pages=side.shows, origin=came.scanned.device)
        self.bad = self.bad + 1 if BAD_FLAGS.intersection(kept.flags) else 0
        return Captured(
            pages=tuple(placement.page for placement in side.placements),
            origin=came.scanned.device,
            flags=kept.flags,
            capture=kept.row,
            digest=master.digest,
            checks=master.checks,
            side=side.name,
            sheet=came.number,
        )

    def _compared(self, side: Side, checks: CaptureChecks) -> CaptureChecks:
        """Return the checks with what only shows beside the pages before."""
        body = all(placement.page.part is Part.BODY for placement in side.placements)
        spread = self._run.facts.book.spreads == "split" and body and bool(side.placements)
        flags = compare_capture(checks, tuple(self._earlier), limits=self._limits, spread=spread)
        self._earlier.append(checks)
        return replace(checks, flags=(*checks.flags, *flags))
