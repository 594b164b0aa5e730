"""The list of pages that are to be scanned again, to be printed and taken to the scanner."""

from collections.abc import Sequence
from dataclasses import dataclass

from scanpipe.messages import language
from scanpipe.package.reports.printing import fill_in, print_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class RescanLine:
    """A page of the list.

    Attributes:
        page: its label.
        cases: the numbers of its cases.
        reason: why it was sent back, in words.
        note: what the person added.
        person: who sent it back.
        day: when.
        ticket: what asked for it.
        picture: the old picture as a data: address, "" for none.
    """

    page: str
    cases: str
    reason: str
    note: str
    person: str
    day: str
    ticket: str
    picture: str


def rescan_list_pdf(book: str, lines: Sequence[RescanLine]) -> bytes:
    """Return the list as PDF/A-2b on A4 sheets.

    Raises:
        ToolMissing: Pango is not installed.
    """
    return print_pdf(fill_in("rescan-list.html", book=book, lines=lines, language=language()))
