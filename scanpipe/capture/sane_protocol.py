"""What the parent and the scanner's own process say to each other: one JSON object a line, pixels by file."""

from typing import Literal

import msgspec

from scanpipe.capture.scanner import Intent, OptionValue

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
    "ended-early",
    "refused",
    "lacking",
    "disk",
    "memory",
    "other",
]


class Probe(msgspec.Struct, frozen=True, tag="probe"):
    """Look for scanners."""


class Describe(msgspec.Struct, frozen=True, kw_only=True, tag="describe"):
    """Open a scanner, choose `source` where one is named, and tell its options as they are then."""

    device: str
    source: str = ""


class Open(msgspec.Struct, frozen=True, kw_only=True, tag="open"):
    """Open a scanner and put settings in force; `dpi` None leaves the resolution alone.

    What they mean stands in `ScanSettings`; `watched` are options whose values are told, now and on request.
    """

    device: str
    source: str
    source_options: dict[str, OptionValue] = {}
    mode: str
    depth: int
    dpi: int | None
    page_mm: tuple[float, float] | None
    intents: dict[Intent, dict[str, OptionValue]] = {}
    required: tuple[Intent, ...] = ()
    options: dict[str, OptionValue]
    watched: tuple[str, ...] = ()
    keep_going: bool
    untold_breaks: bool = False


class Scan(msgspec.Struct, frozen=True, kw_only=True, tag="scan"):
    """Scan one page into the file `raw`; `serve` is the picture file that a file-serving device is pointed at."""

    raw: bytes
    serve: bytes = b""


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """Tell the values of the watched options."""


class Close(msgspec.Struct, frozen=True, tag="close"):
    """Let go of the scanner and end."""


class Heartbeat(msgspec.Struct, frozen=True, tag="beat"):
    """A sign of life while a request is being worked on."""


class FoundDevices(msgspec.Struct, frozen=True, tag="found"):
    """The scanners found: name, vendor, model, kind."""

    devices: list[tuple[str, str, str, str]]


class DescribedOption(msgspec.Struct, frozen=True, kw_only=True):
    """An option as the scanner describes it: `values` are the words or numbers that it takes, `bounds` least and most.

    `value` is None where it cannot be read. It is `settable` if software may set it now.
    """

    name: str
    title: str
    kind: str
    unit: str
    value: OptionValue | None
    values: list[OptionValue] = []
    bounds: tuple[float, float] | None = None
    settable: bool


class Described(msgspec.Struct, frozen=True, tag="described"):
    """The options that a scanner has."""

    options: list[DescribedOption]


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The settings in force, read back from the scanner, and whether pages will come in colour, where it tells.

    `lacking` are the intents that it has no option for, `watched` the values of the watched options that it has.
    """

    settings: dict[str, OptionValue]
    colour: bool | None = None
    lacking: tuple[Intent, ...] = ()
    watched: dict[str, int] = {}


class Watched(msgspec.Struct, frozen=True, tag="watched"):
    """The values of the watched options that the scanner has."""

    values: dict[str, int]


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


Request = Probe | Describe | Open | Scan | Watch | Close
Reply = Heartbeat | FoundDevices | Described | Opened | Page | Watched | Closed | Failed


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
