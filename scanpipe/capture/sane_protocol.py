"""What the parent and the scanner's own process say to each other: one JSON object a line, pixels by file."""

from typing import Literal

import msgspec

from scanpipe.capture.scanner import OptionValue

FaultKind = Literal[
    "no-library",
    "no-device",
    "busy",
    "denied",
    "jam",
    "cover",
    "empty",
    "incomplete",
    "io",
    "refused",
    "disk",
    "memory",
    "other",
]


class Probe(msgspec.Struct, frozen=True, tag="probe"):
    """Look for scanners."""


class Open(msgspec.Struct, frozen=True, kw_only=True, tag="open"):
    """Open a scanner and put settings in force; `dpi` None leaves the resolution alone."""

    device: str
    source: str
    mode: str
    depth: int
    dpi: int | None
    page_mm: tuple[float, float] | None
    options: dict[str, OptionValue]
    keep_going: bool


class Scan(msgspec.Struct, frozen=True, kw_only=True, tag="scan"):
    """Scan one page into the file `raw`; `serve` is the picture file that a file-serving device is pointed at."""

    raw: bytes
    serve: bytes = b""


class Close(msgspec.Struct, frozen=True, tag="close"):
    """Let go of the scanner and end."""


class Heartbeat(msgspec.Struct, frozen=True, tag="beat"):
    """A sign of life while a request is being worked on."""


class FoundDevices(msgspec.Struct, frozen=True, tag="found"):
    """The scanners found: name, vendor, model, kind."""

    devices: list[tuple[str, str, str, str]]


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The settings in force, read back from the scanner, and whether pages will come in colour, where it tells."""

    settings: dict[str, OptionValue]
    colour: bool | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True, tag="page"):
    """A page lies in the file as `height` rows of `width` pixels of `channels` bytes, nothing between them."""

    width: int
    height: int
    channels: int


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """The scanner was let go."""


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """What went wrong; `option`, `asked`, `got` and `allowed_values` tell of a refused option."""

    fault: FaultKind
    detail: str = ""
    option: str = ""
    asked: str = ""
    got: str = ""
    allowed_values: str = ""


Request = Probe | Open | Scan | Close
Reply = Heartbeat | FoundDevices | Opened | Page | Closed | Failed


class Fault(Exception):
    """Raised within the scanner's process; it ends as the reply it carries."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed)
        self.failed = failed


def fault(
    kind: FaultKind, detail: str = "", *, option: str = "", asked: str = "", got: str = "", allowed_values: str = ""
) -> Fault:
    """Return the exception for a failure."""
    return Fault(Failed(fault=kind, detail=detail, option=option, asked=asked, got=got, allowed_values=allowed_values))


encode = msgspec.json.Encoder().encode
decode_request = msgspec.json.Decoder(Request).decode
decode_reply = msgspec.json.Decoder(Reply).decode
