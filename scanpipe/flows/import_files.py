"""From image files that exist already to masters.

A file is known by its folder's and its own name, and by its content. The same file is never captured twice; a file that
was refused, or whose page was sent back, finds its own page again by its name.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanpipe.capture.folder import Imported, Refused, import_pages, list_files
from scanpipe.flows.books import BookFacts, book_facts, convention_of
from scanpipe.flows.capture_events import (
    Captured,
    CaptureEvent,
    FileRefused,
    FilesIgnored,
    FileSkipped,
    PutBack,
    StackEnded,
    capture_flags,
    free_slots,
    missing_pages,
)
from scanpipe.flows.held import with_book_held
from scanpipe.flows.plan import Slots
from scanpipe.flows.station import Station
from scanpipe.messages import _
from scanpipe.model import Page, Place
from scanpipe.plain_files import open_plain
from scanpipe.state import views
from scanpipe.state.journal import json_text

_MARK = " sha256:"


@dataclass(slots=True)
class _Book:
    """The book while files come in: which places are free, and which file belongs where."""

    facts: BookFacts
    slots: Slots
    placed: dict[str, Page]
    awaited: dict[str, tuple[Place, ...]]

    def places_for(self, name: str) -> tuple[Place, ...]:
        """Take the places of a file: its own where it had any, else the next that no refused file holds."""
        page = self.slots.next()
        places = self.awaited.pop(name, ()) or (self.slots.places(page) if page else ())
        self.slots = self.slots.fill(*(place.page for place in places))
        return places


@with_book_held
def capture_folder(station: Station, name: str, folder: Path) -> Iterator[CaptureEvent]:
    """Import the image files of a folder, in natural order, into the free places of a book.

    A file that was captured before is skipped, so the same command can be given again; a bad file is refused, with
    its place kept free for it, and the rest goes on.

    Raises:
        StationLocked: another process works on the book.
    """
    facts = book_facts(station, name)
    if facts.suspects:
        yield PutBack(pages=tuple(dict.fromkeys(str(sheet.page or "?") for sheet in facts.suspects)))
    listing = list_files(folder)
    if listing.ignored:
        yield FilesIgnored(names=tuple(path.name for path in listing.ignored))
    known = views.origins(station.journal, facts.row)
    fresh = []
    for path in listing.files:
        digest = _file_digest(path)
        if digest and _origin(path, path.name, digest) in known:
            yield FileSkipped(name=path.name)
        else:
            fresh.append(path)
    yield from _import(station, _open(facts), fresh, known)
    yield StackEnded(missing=missing_pages(book_facts(station, name)))


def _open(facts: BookFacts) -> _Book:
    """Return the book as the next files find it."""
    slots = free_slots(facts)
    held = {_name(awaited.source): slots.places(awaited.page, facts.awaited) for awaited in facts.awaited}
    for awaited in facts.awaited:
        if awaited.outcome == "refused":
            slots = slots.fill(*(place.page for place in held[_name(awaited.source)]))
    return _Book(
        facts=facts,
        slots=slots,
        placed={_name(state.facts.origin): state.page for state in facts.pages if state.facts},
        awaited=held,
    )


def _import(station: Station, book: _Book, files: list[Path], known: frozenset[str]) -> Iterator[CaptureEvent]:
    default_dpi = station.settings.process.default_dpi
    for item in import_pages(files, spool=station.spool, default_dpi=default_dpi):
        full_name = f"{item.path.resolve().parent.name}/{item.name}"
        if isinstance(item, Refused):
            yield _refuse(station, book, full_name, item)
            continue
        origin = _origin(item.path, item.name, _file_digest(item.path) or "")
        if origin in known:
            yield FileSkipped(name=item.name)
        elif full_name in book.placed:
            reason = _("page {page} came from a file of this name, with other content; to replace it, reject it first")
            page = book.placed[full_name]
            yield FileRefused(name=item.name, reason=f"{reason.format(page=page)} (--rescan)", page=None)
        else:
            yield _keep(station, book, book.places_for(full_name), item, origin)


def _refuse(station: Station, book: _Book, full_name: str, item: Refused) -> FileRefused:
    page = next((place.page for place in book.places_for(full_name)), None)
    reason = f"{item.name}: {item.reason}"
    station.journal.refuse_file(book.facts.row, page, source=full_name, reason=reason, operator=station.person)
    return FileRefused(name=item.name, reason=item.reason, page=page)


def _keep(station: Station, book: _Book, places: tuple[Place, ...], item: Imported, origin: str) -> Captured:
    limits = convention_of(station, book.facts.book).limits
    digest = station.store.put(item.master)
    repeated = views.is_placed(station.journal, book.facts.row, digest)
    flags = capture_flags(item.checks, dpi=item.dpi, dpi_assumed=item.dpi_assumed, repeated=repeated, limits=limits)
    station.journal.add_capture(
        book.facts.row,
        places,
        sheet=None,
        operator=station.person,
        side="single",
        digest=digest,
        width=item.width,
        height=item.height,
        dpi=item.dpi,
        device="folder",
        origin=origin,
        flags=json_text(flags),
        checks=json_text(item.checks),
    )
    return Captured(pages=tuple(place.page for place in places), origin=item.name, flags=flags)


def _file_digest(path: Path) -> str | None:
    """Return the sha256 of a file; None if it cannot be read, which its import will say."""
    try:
        with open_plain(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _origin(path: Path, name: str, digest: str) -> str:
    return f"{path.resolve().parent.name}/{name}{_MARK}{digest}"


def _name(origin: str) -> str:
    """Return the folder's and the file's name of an origin."""
    return origin.partition(_MARK)[0]
