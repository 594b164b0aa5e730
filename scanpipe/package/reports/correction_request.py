"""The correction request as PDF/A: which pages of a delivered book are to be changed, why, and who approved it.

Texts are in the language that is spoken. No clock: its number and day are left to be filled in by hand, and the
same facts give the same bytes.
"""

from dataclasses import dataclass
from datetime import date

from scanpipe.messages import language
from scanpipe.model import Book, Page
from scanpipe.package.reports.numbers import page_range
from scanpipe.package.reports.printing import fill_in, print_pdf
from scanpipe.system.fsio import nfc


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One row: pages, the numbers of their cases, why, and what is asked."""

    pages: tuple[Page, ...]
    cases: tuple[str, ...]
    reason: str
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRequest:
    """What the paper says; an empty contractor or receiver becomes a dotted line.

    `revision` is the one that is to be changed, 0 where none was delivered; `asked_by` wrote the ticket down.
    """

    book: Book
    kind_name: str
    unit: str
    revision: int
    number: str
    dated: date
    approved_by: str
    note: str
    asked_by: str
    contractor: str
    receiver: str
    rows: tuple[Correction, ...]


def correction_request_pdf(request: CorrectionRequest) -> bytes:
    """Return the correction request as PDF/A-2b.

    Raises:
        ToolMissing: Pango is not installed.
    """
    return print_pdf(correction_request_html(request))


def correction_request_html(request: CorrectionRequest) -> str:
    """Return the correction request as the HTML that is printed."""
    return fill_in(
        "correction-request.html",
        request=request,
        contractor=nfc(request.contractor),
        receiver=nfc(request.receiver),
        unit=nfc(request.unit or request.book.unit.code),
        language=language(),
        page_range=page_range,
    )
