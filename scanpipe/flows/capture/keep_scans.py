"""Keeping what a scanner sends: checked, stored, compared with the pages before it, and written on its page."""

from dataclasses import dataclass, replace

from scanpipe.capture.checks import BAD_FLAGS, check_capture
from scanpipe.capture.master import Master
from scanpipe.capture.scanner import Scanned
from scanpipe.capture.separators import SeparatorSheet
from scanpipe.flows.capture.earlier_pages import EarlierPages
from scanpipe.flows.capture.events import Captured, KeptAside
from scanpipe.flows.capture.feed_run import FeedRun
from scanpipe.flows.capture.keep import NewCapture, StoredMaster, keep_capture, store_master
from scanpipe.flows.capture.sheets import Sheet, Side
from scanpipe.model import Part
from scanpipe.raster.codecs import encode_master

OUT_OF_TURN = "out_of_turn"
"""Why a capture needs no page: the number on its sheet does not follow, so nobody knows yet which page it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedSide:
    """A side that came whole, of sheet `number` of the run; `row` is its intent in the journal.

    `separator` is what it says if it is a separator sheet.
    """

    row: int
    sheet: Sheet
    number: int
    side: Side
    scanned: Scanned
    separator: SeparatorSheet | None = None


class ScanKeeper:
    """Keeps the sides of one run; `bad` is how many pages in a row cannot be used as they are."""

    def __init__(self, run: FeedRun) -> None:
        self.bad = 0
        self._run = run
        self._earlier = EarlierPages(run.station, run.facts)

    def store(self, came: ScannedSide) -> StoredMaster:
        """Check, encode and store a side; any thread may do it."""
        raster = came.scanned.raster
        checks = replace(check_capture(raster, limits=self._earlier.limits), side=came.side.name)
        master = Master(
            data=encode_master(raster),
            width=raster.width,
            height=raster.height,
            dpi=raster.dpi,
            checks=checks,
        )
        return store_master(self._run.station.store, master)

    def write(self, came: ScannedSide, master: StoredMaster, set_aside: str = "") -> Captured | KeptAside:
        """Write down a stored side: on its page, or aside where its page is there or it has none.

        A side that has no page, of a sheet never seen before, with something written on it, is paper beyond the stated
        total: it has no place, and stops the delivery until a person says what it is.
        """
        side = came.side
        if not set_aside and not side.placements and (side.shows or came.sheet.known or master.checks.blank):
            set_aside = "other_side"
        if not set_aside:
            body = any(placement.page.part is Part.BODY for placement in side.placements)
            master = replace(master, checks=self._earlier.compared(master.checks, body=body))
        kept = keep_capture(
            self._run.station,
            self._run.facts.row,
            NewCapture(
                master=master,
                side=side.name,
                device=came.scanned.device,
                printed=came.scanned.printed,
                why=self._run.why,
            ),
            () if set_aside else side.placements,
            limits=self._run.limits,
            sheet=came.row,
            set_aside=set_aside,
        )
        if set_aside:
            told = set_aside == "other_side"
            return KeptAside(pages=side.shows if told else (), origin=came.scanned.device, told=told)
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
