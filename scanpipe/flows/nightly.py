"""Everything due on the station, unattended."""

import logging
from collections import Counter
from dataclasses import dataclass

from scanpipe.errors import DiskFull, Interrupted, ScanpipeError, TooManyFailures
from scanpipe.flows.books import BookFacts, all_book_facts
from scanpipe.flows.deliver import Delivered, deliver
from scanpipe.flows.gate import doubts, obstacles
from scanpipe.flows.plan import Status
from scanpipe.flows.process import PageDone, PageFailed, process
from scanpipe.flows.qa import apply_policy
from scanpipe.flows.station import Station
from scanpipe.messages import _

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSummary:
    """What a night did; `attention` names everything that needs a person."""

    processed: int
    failed: int
    accepted: int
    delivered: tuple[str, ...]
    attention: tuple[str, ...]

    @property
    def line(self) -> str:
        """The night in one line."""
        return _(
            "processed {processed}, failed {failed}, accepted {accepted}, delivered {delivered}, attention {attention}"
        ).format(
            processed=self.processed,
            failed=self.failed,
            accepted=self.accepted,
            delivered=len(self.delivered),
            attention=len(self.attention),
        )


def nightly(station: Station, *, engine: str = "", workers: int = 0) -> NightSummary:
    """Process what is due, pages sent back first; accept by the written policy; deliver every complete book.

    What goes wrong with one book is told and does not keep the others from being delivered.

    Raises:
        DiskFull: no room; what was done so far is kept.
        ToolMissing: Tesseract or its language is not installed.
    """
    count: Counter[str] = Counter()
    attention: list[str] = []
    try:
        for event in process(station, engine=engine, workers=workers):
            count["processed"] += isinstance(event, PageDone)
            count["failed"] += isinstance(event, PageFailed)
            log.info("%s", event)
    except TooManyFailures as error:
        attention.append(str(error))
    for facts in all_book_facts(station):
        count["accepted"] += len(apply_policy(station, facts))
    delivered = []
    for facts in all_book_facts(station):
        told, made = _deliver(station, facts, engine=engine, workers=workers)
        conflicts = made.conflicts if made and made.new else ()
        attention += [f"{facts.book.id}: {line}" for line in (*told, *conflicts)]
        delivered += [f"{facts.book.id} r{made.revision}"] if made and made.new else []
    return NightSummary(
        processed=count["processed"],
        failed=count["failed"],
        accepted=count["accepted"],
        delivered=tuple(delivered),
        attention=tuple(attention),
    )


def _deliver(
    station: Station, facts: BookFacts, *, engine: str, workers: int
) -> tuple[tuple[str, ...], Delivered | None]:
    """Deliver a book if it is complete; return what a person must see to, and the delivery."""
    open_points = obstacles(facts)
    if open_points:
        return (open_points if _needs_person(facts) else ()), None
    if unsure := doubts(facts):
        return unsure, None
    try:
        return (), deliver(
            station, f"{facts.book.id.unit_folder}/{facts.book.id.label}", engine=engine, workers=workers
        )
    except (DiskFull, Interrupted):
        raise
    except ScanpipeError as error:
        return (str(error),), None


def _needs_person(facts: BookFacts) -> bool:
    """Tell whether scanning on would not be enough: that a book is half scanned is no fault of the night."""
    judged = {Status.QUARANTINED, Status.REJECTED, Status.WAITING} & {state.status for state in facts.pages}
    half_scanned = any(state.status is Status.MISSING for state in facts.pages) or not facts.pages
    return bool(judged or facts.suspects or facts.awaited or facts.unassigned or not half_scanned)
