"""A page from an image file, in the place of the picture that it has."""

from contextlib import closing
from pathlib import Path

from scanpipe.capture.folder import Imported, import_pages
from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.reorder import NO_REASON, ChangeReason
from scanpipe.flows.book.tickets import for_capture
from scanpipe.flows.capture.events import Captured, free_slots
from scanpipe.flows.capture.keep_files import keep_file
from scanpipe.flows.capture.room import require_room
from scanpipe.flows.capture.scan import replaced_pages
from scanpipe.flows.locking import held_book
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Page, Placement
from scanpipe.raster.files import Reading


def replace_from_file(
    station: Station,
    name: str,
    label: str,
    path: Path,
    *,
    dpi: int | None = None,
    damaged: bool = False,
    why: ChangeReason = NO_REASON,
) -> Captured:
    """Put the picture of an image file on a page; the picture that it has stays in the store.

    Args:
        station: the station.
        name: the book.
        label: the page; a picture of two pages is replaced for both.
        path: a file of one page.
        dpi: its true resolution, where it says a wrong one.
        damaged: keep what is left of a damaged file, flagged, instead of refusing it.
        why: the reason and the ticket.

    Raises:
        PageUnknown: the book has no such page.
        UsageError: the file cannot be read, is damaged, or has several pages.
        DiskFull: too little room is left.
        StationLocked: another process works on the book.
    """
    require_room(station)
    with held_book(station, name):
        station = for_capture(station, name, why.ticket)
        facts = book_facts(station, name)
        pages = replaced_pages(facts, Page.parse(label))
        reading = Reading(default_dpi=station.settings.process.default_dpi, stated_dpi=dpi or 0, damaged=damaged)
        item = _only_page(station, path, reading)
        placements = _placements(facts, pages)
        limits = convention_of(station, facts.book).limits
        return keep_file(station, facts.row, item, placements, limits=limits, why=why)


def _placements(facts: BookFacts, pages: tuple[Page, ...]) -> tuple[Placement, ...]:
    """Return what of the file shows the pages: as their picture did, or as the first picture of a free place does."""
    shown = [state for state in facts.captured if state.page in pages]
    known = tuple(Placement(page=state.page, region=state.facts.region) for state in shown)
    return known or free_slots(facts).placements_for(pages[0], facts.awaited)


def _only_page(station: Station, path: Path, reading: Reading) -> Imported:
    with closing(import_pages([path], spool=station.spool, reading=reading, side_by_side=1)) as items:
        item = next(items)
    if not isinstance(item, Imported):
        raise UsageError(
            lazy("{file}: {reason}", file=item.name, reason=item.reason),
            remedy=lazy("Use a readable image file. To keep the readable part of a damaged file, use --damaged."),
        )
    if item.count > 1:
        raise UsageError(
            lazy("{file} has several pages.", file=path.name), remedy=lazy("Use a file that holds only this page.")
        )
    return item
