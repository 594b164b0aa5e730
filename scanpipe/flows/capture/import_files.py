"""From image files that exist already to masters.

A file is known by its folder's and its own name, and by its content. The same file is never captured twice; a file that
was refused, or whose page was sent back, finds its own page again by its name (`file_places`).
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from scanpipe.capture.folder import Imported, Refused, import_pages, list_files
from scanpipe.capture.interrupts import interrupts_held
from scanpipe.errors import Interrupted, UsageError
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.tickets import for_capture
from scanpipe.flows.capture.earlier_pages import EarlierPages
from scanpipe.flows.capture.events import (
    Captured,
    CaptureEvent,
    CaptureHalted,
    FileRefused,
    FilesIgnored,
    FileSkipped,
    KeptAside,
    LostSheets,
    NamesRepeated,
    feed_ended,
)
from scanpipe.flows.capture.file_slots import FileSlots, NoRoom, PlacedFile
from scanpipe.flows.capture.keep import SEPARATOR
from scanpipe.flows.capture.keep_files import file_digest, file_page, full_name, keep_file
from scanpipe.flows.capture.read_separators import FoundSeparator, SeparatorReader
from scanpipe.flows.capture.room import require_room, want_of_room
from scanpipe.flows.capture.sheets import pages_text
from scanpipe.flows.locking import with_book_held
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, _, counted, lazy, text_to_json
from scanpipe.model import Part, Placement
from scanpipe.raster.files import Reading
from scanpipe.state import stated, views
from scanpipe.state.awaiting import await_no_more
from scanpipe.state.store import digest_of
from scanpipe.state.views import FilePage
from scanpipe.system.fsio import readable_name


@with_book_held
def capture_folder(
    station: Station, name: str, folder: Path, *, dpi: int | None = None, damaged: bool = False, ticket: str = ""
) -> Iterator[CaptureEvent]:
    """Import the image files of a folder, in natural order, into the free places of a book.

    A file that was captured before is skipped, so the same command can be given again; a bad file is refused, with
    its place kept free for it, and the rest goes on. Files whose names the book knows come first. Where one of them is
    another file of the same name, nobody can tell a page made anew from a further page: new files are not taken then.

    Separator sheets among the files begin cases, and are no pages. At one that contradicts the book the import stops:
    neither its file nor any file after it is taken.

    Args:
        station: where to keep the pages.
        name: the book.
        folder: where the files lie.
        dpi: the true resolution of files that say a wrong one; by default what they say.
        damaged: keep what is left of damaged pages, flagged, instead of refusing them.
        ticket: the ticket that asks for it.

    Raises:
        UsageError: the book was delivered and no ticket is named.
        DiskFull: too little room is left.
        StationLocked: another process works on the book.
        Interrupted: Ctrl-C; the page under way was kept.
    """
    require_room(station)
    station = for_capture(station, name, ticket)
    facts = book_facts(station, name)
    if facts.unresolved_sheets:
        yield LostSheets(pages=tuple(dict.fromkeys(str(sheet.page or "?") for sheet in facts.unresolved_sheets)))
    listing = list_files(folder)
    if listing.ignored:
        yield FilesIgnored(names=tuple(readable_name(path.name) for path in listing.ignored))
    reading = Reading(default_dpi=station.settings.process.default_dpi, stated_dpi=dpi or 0, damaged=damaged)
    files = _Files(station, facts, reading)
    fresh = []
    for path in listing.files:
        if files.captured(path):
            yield FileSkipped(name=readable_name(path.name))
        else:
            fresh.append(path)
    known = [path for path in fresh if full_name(path) in files.slots.known]
    new = [path for path in fresh if path not in known]
    yield from files.take(known)
    if files.repeated:
        yield NamesRepeated(book=facts.book.id.label, waiting=len(new))
    elif not files.halted:
        yield from files.take(new)
    yield feed_ended(book_facts(station, name))


class _Files:
    """Files on their way into a book.

    `repeated` says that one of them has the name of an earlier one, `halted` why no further one is taken.
    """

    def __init__(self, station: Station, facts: BookFacts, reading: Reading) -> None:
        aside = stated.set_aside_files(station.journal, facts.row, SEPARATOR)
        self.slots = FileSlots(facts, frozenset(page.place for page in aside))
        self.repeated = False
        self.halted: LazyText | str = ""
        self._separators = SeparatorReader(station, facts)
        self._short: NoRoom | None = None
        self._station, self._facts, self._reading = station, facts, reading
        self._imported = views.imported_files(station.journal, facts.row)
        self._limits = convention_of(station, facts.book).limits
        self._earlier = EarlierPages(station, facts)

    def captured(self, path: Path) -> bool:
        """Return whether a file of one page was captured before, content and all."""
        return (FilePage(full_name(path)), file_digest(path)) in self._imported

    def take(self, paths: list[Path]) -> Iterator[CaptureEvent]:
        """Import every page of the files."""
        go_on = lazy("Run the same command again to continue with the next page.")
        pages = import_pages(paths, spool=self._station.spool, reading=self._reading, limits=self._earlier.limits)
        with interrupts_held(remedy=go_on) as held, closing(pages):
            for item in pages:
                yield from self._taken(item)
                self.halted = self.halted or want_of_room(self._station) or ""
                if self.halted:
                    yield CaptureHalted(reason=lazy("{file}: {reason}", file=item.name, reason=self.halted))
                    return
                if held.requested:
                    raise Interrupted(lazy("Stopped. Every reported page is kept."), remedy=go_on)

    def _taken(self, item: Imported | Refused) -> Iterator[CaptureEvent]:
        placed = self.slots.placed.get(file_page(item).place)
        if isinstance(item, Imported) and (file_page(item), file_digest(item.path)) in self._imported:
            yield FileSkipped(name=item.name)
        elif placed and placed.digest:
            yield self._again(item, placed)
        elif isinstance(item, Imported) and (found := self._separator(item)):
            yield from self._set_aside(item, found)
        elif event := self._placed(item):
            yield event

    def _separator(self, item: Imported) -> FoundSeparator | None:
        """Return what a separator sheet means; None where the file is a page, be it that a person looks at it."""
        places = self.slots.look(file_page(item).place, item.count)
        if item.separator is None or isinstance(places, NoRoom):
            return None
        found = self._separators.read(item.separator, next((place.page for place in places), None))
        self.halted = found.halt or ""
        return None if found.page else found

    def _set_aside(self, item: Imported, found: FoundSeparator) -> Iterator[CaptureEvent]:
        """Begin the case of a separator sheet and keep its picture, on no page; neither, if it contradicts the book."""
        if found.halt:
            return
        try:
            yield from self._separators.begin(found)
        except UsageError as error:
            self.halted = error.text
            return
        held = self.slots.pass_over(file_page(item).place)
        await_no_more(self._station.journal, self._facts.row, held, person=self._station.person)
        keep_file(self._station, self._facts.row, item, (), limits=self._limits, set_aside=SEPARATOR)
        yield KeptAside(pages=(), origin=item.name, told=False)

    def _placed(self, item: Imported | Refused) -> CaptureEvent | None:
        placements = self.slots.take(file_page(item).place, item.count)
        if not isinstance(placements, NoRoom):
            return self._refuse(item, placements) if isinstance(item, Refused) else self._keep(item, placements)
        if placements is self._short:  # told once for all pages that it is about
            return None
        self._short = placements
        return FileRefused(name=item.name, reason=self._no_room(placements), page=None)

    def _again(self, item: Imported | Refused, placed: PlacedFile) -> FileSkipped | FileRefused:
        """Tell a page that is there already from another one that came under its name."""
        if isinstance(item, Imported) and digest_of(item.master.data) == placed.digest:
            return FileSkipped(name=item.name)
        self.repeated = True
        text = _("page {page} was imported from a file with this name but different content")
        if isinstance(item, Refused):
            text = _("page {page} was imported from a readable file with this name")
        return FileRefused(name=item.name, reason=text.format(page=pages_text(placed.pages)), page=None)

    def _no_room(self, short: NoRoom) -> str:
        more = counted(
            "{n} page too many after page {page}",
            "{n} pages too many after page {page}",
            short.more,
            page=short.page,
        )
        command = f"scanpipe page insert {self._facts.book.id.label} {short.before} --count {short.more}"
        if short.before.part is not Part.BODY:
            command = f"scanpipe book amend {self._facts.book.id.label} --pages N"
        return _("{more}; run '{command}' to make room, then capture again").format(more=more, command=command)

    def _refuse(self, item: Refused, placements: tuple[Placement, ...]) -> FileRefused:
        page = next((placement.page for placement in placements), None)
        reason = text_to_json(lazy("{file}: {reason}", file=item.name, reason=item.reason))
        self._station.journal.refuse_file(
            self._facts.row, page, file=file_page(item), reason=reason, operator=self._station.person
        )
        remedy = _("scan this page again; if the paper no longer exists, use --damaged to keep the readable part")
        shown = f"{item.reason}; {remedy}" if item.damaged else str(item.reason)
        return FileRefused(name=item.name, reason=shown, page=page)

    def _keep(self, item: Imported, placements: tuple[Placement, ...]) -> Captured:
        body = any(placement.page.part is Part.BODY for placement in placements)
        checks = self._earlier.compared(item.master.checks, body=body)
        item = replace(item, master=replace(item.master, checks=checks))
        return keep_file(self._station, self._facts.row, item, placements, limits=self._limits)
