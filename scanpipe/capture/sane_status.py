"""libsane's statuses, which python-sane hands on as English text only, given their names back.

Source: SANE standard 1.06, 4.2.7 (SANE_Status), and the texts of libsane's `sane_strstatus`.
"""

from typing import Literal

from scanpipe.capture.sane_protocol import Fault, FaultKind, fault

Phase = Literal["open", "option", "start", "read"]

OUT_OF_DOCUMENTS = "Document feeder out of documents"

# Where the connection to another computer is gone, the `net` backend returns whatever its memory holds.
_NO_STATUS = "Unknown SANE status code"

STATUSES: dict[str, FaultKind] = {
    "Operation not supported": "other",
    "Operation was canceled": "incomplete",
    "Device busy": "busy",
    "Invalid argument": "other",
    "End of file reached": "incomplete",
    "Document feeder jammed": "jam",
    OUT_OF_DOCUMENTS: "empty",
    "Scanner cover is open": "cover",
    "Error during device I/O": "io",
    "Out of memory": "memory",
    "Access to resource has been denied": "denied",
}

_IN_PHASE: dict[tuple[Phase, str], FaultKind] = {
    ("open", "Invalid argument"): "no-device",
    ("open", "Operation not supported"): "no-device",
    # A stack ends between pages. Paper that runs out under way is a torn or pulled sheet, not the end.
    ("read", OUT_OF_DOCUMENTS): "incomplete",
}


def fault_of_status(text: str, phase: Phase) -> Fault:
    """Return the failure that a status text means at this point of the work."""
    if text.startswith(_NO_STATUS):
        return fault("io", text)
    return fault(_IN_PHASE.get((phase, text), STATUSES.get(text, "other")), text)
