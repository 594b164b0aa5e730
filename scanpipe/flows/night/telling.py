"""What a night tells as JSON for scripts: the kind of each event, its codes and values, and its words."""

from typing import Any

import msgspec

from scanpipe.flows.night.attention import Attention
from scanpipe.flows.night.events import Delivering, NightEvent, NightSummary
from scanpipe.flows.process.run import PageDone, PageFailed, Started

_NAMES = {
    "Started": "started",
    "PageDone": "page",
    "PageFailed": "failed",
    "Delivering": "delivering",
    "DeliveredBook": "delivered",
    "WaitingPage": "waiting",
    "JournalCopied": "journal-copied",
    "StoreRead": "store-read",
    "DiskState": "disk",
    "Attention": "attention",
    "NightSummary": "summary",
}


def plain(event: NightEvent) -> dict[str, Any]:
    """Return an event as JSON values."""
    return {"event": _NAMES[type(event).__name__], **_values(event)}


def _values(event: NightEvent) -> dict[str, Any]:
    match event:
        case Started():
            return {"pages": event.total, "books": {str(book): count for book, count in event.due.items()}}
        case Delivering():
            return {"book": str(event.book)}
        case PageDone() | PageFailed():
            named = {"book": str(event.book), "page": event.page.label}
            return {**msgspec.to_builtins(event, enc_hook=str), **named}
        case Attention():
            return {"code": event.code, "book": event.book, "text": event.text}
        case NightSummary():
            told = [_values(attention) for attention in event.attention]
            return {**msgspec.to_builtins(event), "attention": told}
        case _:
            values: dict[str, Any] = msgspec.to_builtins(event)
            return values
