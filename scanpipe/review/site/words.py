"""What the review site shows, in words of the language that is spoken, as plain values for its scripts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from scanpipe.flows.book.readiness import STATUS_NAMES
from scanpipe.flows.book.tickets import Ticket
from scanpipe.flows.pictures.live_page import PlacedMark
from scanpipe.flows.qa.history import PastEvent
from scanpipe.flows.qa.words import verdict_text
from scanpipe.flows.review.page_details import VersionDetails
from scanpipe.flows.review.pages import ReviewBook, ReviewPage
from scanpipe.messages import LazyText, _, lazy
from scanpipe.system.printable import printable
from scanpipe.vocabularies.reasons import POLICY, REASONS

REMEDIES: Final = {
    "redo": lazy("process again with the recipe {recipe}"),
    "rescan": lazy("scan again"),
    "renumber": lazy("put on the right page"),
    "accept": lazy("deliver as it is, with a note"),
}
FAULTS: Final = {
    "paper": lazy("of the paper: it is delivered with a note"),
    "capture": lazy("of the capture: it is mended"),
    "processing": lazy("of the processing: it is mended"),
}
_CHOSEN: Final = {
    "random": lazy("random sample"),
    "worst": lazy("among the worst"),
    "whole": lazy("lot that failed"),
}


def book_words(book: ReviewBook) -> dict[str, Any]:
    """Return a book with all its pages."""
    return {"row": book.row, "name": book.book.id.label, "pages": [page_words(page) for page in book.pages]}


def page_words(page: ReviewPage) -> dict[str, Any]:
    """Return one page; addresses are those that the review site serves."""
    return {
        "label": page.label,
        "title": _("Page {page}").format(page=page.label),
        "status": page.status,
        "statusText": str(STATUS_NAMES[page.status]),
        "version": page.version,
        "capture": page.capture,
        "region": page.region,
        "page": f"/pictures/page/{page.version}/{page.image[:16]}" if page.image else "",
        "scan": f"/pictures/scan/{page.capture}/{page.scan[:16]}" if page.scan else "",
        "mask": f"/pictures/mask/{page.version}/{page.mask[:16]}" if page.mask else "",
        "size": page.size,
        "scanSize": page.scan_size,
        "recipe": page.recipe,
        "flags": [{"code": code, "text": _plain(text)} for code, text in page.flags],
        "score": page.score,
        "confidence": page.confidence,
        "verdict": _verdict_words(page),
        "sample": page.chosen,
        "sampleText": str(_CHOSEN.get(page.chosen, "")),
        "seen": page.seen,
    }


def reason_words() -> list[dict[str, Any]]:
    """Return the reasons to reject a page, in the order of their keys."""
    return [
        {
            "code": reason.code,
            "key": reason.key,
            "text": str(reason.text),
            "definition": str(reason.definition),
            "remedy": reason.remedy,
            "remedyText": str(REMEDIES[reason.remedy].format(recipe=reason.recipe)),
            "recipe": reason.recipe,
            "faultText": str(FAULTS[reason.fault]),
            "defectText": _("yes") if reason.defect else _("no"),
        }
        for reason in REASONS.values()
    ]


def details_words(details: VersionDetails) -> dict[str, Any]:
    """Return what is drawn over a processed page."""
    built: dict[str, Any] = msgspec.to_builtins(details)
    return built


def history_words(events: Sequence[PastEvent]) -> dict[str, Any]:
    """Return what happened to a page."""
    return {
        "events": [
            {
                "when": datetime.fromisoformat(event.at).astimezone().strftime("%d.%m.%Y %H:%M"),
                "text": _plain(event.text),
                "person": _plain(event.person),
                "details": [*((_("undone later"),) if event.undone else ()), *map(_plain, event.details)],
            }
            for event in events
        ]
    }


def tickets_words(tickets: Sequence[Ticket]) -> dict[str, Any]:
    """Return the tickets of a book, the newest first."""
    text = _("of {dated}, approved by {person}")
    return {
        "tickets": [
            {
                "number": each.number,
                "text": _plain(text.format(dated=each.dated.strftime("%d.%m.%Y"), person=each.approved_by)),
            }
            for each in reversed(tickets)
        ]
    }


def marks_words(marks: Sequence[PlacedMark]) -> dict[str, Any]:
    """Return what is drawn over a scan."""
    return {"marks": msgspec.to_builtins(marks)}


def _verdict_words(page: ReviewPage) -> dict[str, Any] | None:
    if page.verdict is None:
        return None
    said = page.verdict
    return {
        "row": said.row,
        "decision": said.decision,
        "text": _plain(verdict_text(said.decision, said.reason)),
        "person": "" if said.person == POLICY else _plain(said.person),
    }


def _plain(text: LazyText | str) -> str:
    return printable(str(text))
