"""What the live view in the browser is told of a run. Pure."""

from scanpipe.console.effects import Asked, Event, RunEnded, Seen
from scanpipe.flows.capture.events import Captured, CaptureHalted, SheetMoving
from scanpipe.review.live.view import LiveEvent


def live_event(book: str, event: Event) -> LiveEvent | None:
    """Return what an event means for whoever looks at the pictures; None: nothing."""
    match event:
        case Seen(event=Captured() as captured):
            page = captured.page.label if captured.page else ""
            return LiveEvent(book=book, capture=captured.capture, page=page)
        case Seen(event=SheetMoving() as moving):
            return LiveEvent(book=book, page=moving.pages[0].label if moving.pages else "")
        case Seen(event=CaptureHalted() as halted):
            return LiveEvent(book=book, state="stopped", words=halted.reason)
        case Asked():
            return LiveEvent(book=book, page=event.page.label if event.page else "", state="waiting")
        case RunEnded(error=None):
            return LiveEvent(book=book, state="idle")
        case RunEnded(error=error) if error:
            return LiveEvent(book=book, state="stopped", words=error.text)
    return None
