"""Which pages of a book are to be scanned again, as a list and as a sheet to print with the old pictures."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanpipe.errors import BlobDamaged, UsageError
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.pictures.screen import Masters
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import BookId, Page
from scanpipe.package.reports.rescan_list import RescanLine, rescan_list_pdf
from scanpipe.state.rescans import SentBack, sent_back
from scanpipe.system.outputs import Output, Outputs
from scanpipe.vocabularies.reasons import reason_text

_PICTURE_PX: Final = 480  # 40 mm in print


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescan:
    """A page that is to be scanned again, with the numbers of its cases."""

    page: Page
    cases: tuple[str, ...]
    said: SentBack


@dataclass(frozen=True, slots=True, kw_only=True)
class RescanList:
    """What is to be scanned again of a book, in the order of its paper."""

    book: BookId
    pages: tuple[Rescan, ...]


def rescan_list(station: Station, name: str) -> RescanList:
    """Return the pages of a book that people sent back to the scanner and that did not come yet.

    Raises:
        BookUnknown: there is no such book.
    """
    with station.journal.snapshot():
        facts = book_facts(station, name)
        said = sent_back(station.journal, facts.row)
    awaited, cases = {each.page for each in facts.awaited}, _cases(facts)
    pages = (Rescan(page=each.page, cases=cases.get(each.page, ()), said=each) for each in said)
    return RescanList(book=facts.book.id, pages=tuple(each for each in pages if each.page in awaited))


def print_rescan_list(station: Station, wanted: RescanList, target: Path, *, force: bool = False) -> None:
    """Write the list as PDF, with the old picture of each page.

    Raises:
        UsageError: nothing is to be scanned again, or the file is there (unless `force`).
        ToolMissing: Pango is not installed.
        DiskFull: no room.
    """
    if not wanted.pages:
        raise UsageError(lazy("{book}: no page is to be scanned again.", book=wanted.book))
    outputs = Outputs(folder=target.parent, force=force)
    outputs.check([Output(name=target.name, source=str(wanted.book))])
    pdf = rescan_list_pdf(str(wanted.book), _lines(station, wanted.pages))
    target.parent.mkdir(parents=True, exist_ok=True)
    outputs.write(target.name, pdf)


def _lines(station: Station, pages: Sequence[Rescan]) -> list[RescanLine]:
    masters = Masters(station.folder)
    return [
        RescanLine(
            page=each.page.label,
            cases=", ".join(each.cases),
            reason=reason_text(each.said.reason),
            note=each.said.note,
            person=each.said.person,
            day=each.said.at[:10],
            ticket=each.said.ticket,
            picture=_picture(masters, each.said),
        )
        for each in pages
    ]


def _picture(masters: Masters, said: SentBack) -> str:
    """Return the old picture as an address that holds it; "" where it cannot be shown any more."""
    try:
        jpeg = masters.jpeg(said.digest, dpi=said.dpi, width=_PICTURE_PX)
    except BlobDamaged:
        return ""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"


def _cases(facts: BookFacts) -> dict[Page, tuple[str, ...]]:
    cases: defaultdict[Page, tuple[str, ...]] = defaultdict(tuple)
    for found in facts.sets.sets:
        for page in found.pages:
            cases[page] += (str(found.key),)
    return cases
