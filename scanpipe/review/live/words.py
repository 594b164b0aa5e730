"""What the live view shows of a capture, in words of the language that is spoken, as plain values for its script."""

from datetime import datetime
from typing import Any, Final

from scanpipe.flows.pictures.live_page import ShownCapture
from scanpipe.flows.pictures.preview import Preview
from scanpipe.messages import LazyText, _, lazy
from scanpipe.system.printable import printable

_STATES: Final = {
    "scanning": lazy("The scanner is scanning."),
    "waiting": lazy("The scanner waits for paper."),
    "stopped": lazy("See why where the scan was started."),
    "idle": lazy("No scan is running."),
}
_ASIDE: Final = {
    "other_side": lazy("Other side of a sheet, kept in addition"),
    "separator": lazy("Separator sheet"),
    "out_of_turn": lazy("Sheet whose printed number does not follow"),
    "surplus": lazy("Dropped picture"),
}


def state_words(state: str, words: LazyText | str) -> dict[str, str]:
    """Return how the scan stands: its code, and what people read, "" where nobody told."""
    return {"code": state, "words": _plain(words or _STATES.get(state, state))}


def capture_words(shown: ShownCapture, preview: Preview | None) -> dict[str, Any]:
    """Return what is shown of one capture; addresses are those that `app` serves."""
    folder = f"/captures/{shown.capture}/{shown.digest[:16]}"
    title = _title(shown)
    return {
        "capture": shown.capture,
        "pictures": folder,
        "width": shown.width,
        "height": shown.height,
        "book": shown.book.id.label,
        "unit": _plain(shown.book.unit_name or shown.book.id.unit_folder),
        "title": title,
        "details": _details(shown),
        "alt": _("Picture of {title}").format(title=title),
        "warnings": [_plain(text) for text in shown.warnings],
        "marks": [
            {name: getattr(mark, name) for name in ("warning", "left", "top", "width", "height")}
            for mark in shown.marks
        ],
        "enhanced": f"{folder}/enhanced-{preview.key}.jpg" if preview and preview.jpeg else "",
        "enhancing": _enhancing(preview),
    }


def _title(shown: ShownCapture) -> str:
    if shown.pages:
        return _("Page {page}").format(page="-".join(shown.pages))
    return str(_ASIDE.get(shown.set_aside, lazy("Picture without a page")))


def _details(shown: ShownCapture) -> str:
    at = datetime.fromisoformat(shown.at).astimezone().strftime("%H:%M:%S")
    parts = [at, f"{shown.dpi:g} dpi", f"{shown.width} × {shown.height}", _plain(shown.file)]
    return " · ".join(filter(None, parts))


def _enhancing(preview: Preview | None) -> str:
    if preview is None:
        return _("Enhancement is not done yet. The picture appears here by itself.")
    if preview.jpeg:
        return ""
    return _("This page cannot be enhanced: {reason}").format(reason=_plain(preview.failure))


def _plain(text: LazyText | str) -> str:
    return printable(str(text))
