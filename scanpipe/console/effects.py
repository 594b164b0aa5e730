"""What the controller is told, and what it wants done: data, so that it is tested without a terminal or a scanner."""

from dataclasses import dataclass
from typing import Final, Literal

from scanpipe.console.state import KeptPage
from scanpipe.errors import ScanpipeError
from scanpipe.flows.capture.events import CaptureEvent
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.work.completeness import Completeness
from scanpipe.flows.work.page_map import MappedPage
from scanpipe.messages import LazyText
from scanpipe.model import Book, Page

SoundName = Literal["good", "warning", "stopped"]
Edited = Literal["insert", "move", "blank", "damaged", "missing", "undo", "redo", "spread", "finish"]
MARKS: Final[tuple[Edited, ...]] = ("blank", "damaged", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """The key of an action was pressed."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """The selection on the map moves by so many places; None: to the first or last page (`to_end`)."""

    by: int | None
    to_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digit:
    """A number is being typed: a page to jump to."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A person answered a question by a text; None means that he left it."""

    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something happened in the run; `kept` are the facts of a capture."""

    event: CaptureEvent
    kept: KeptPage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The run asks for a page on the glass, or, with None, whether the sheets that it named lie on the stack."""

    page: Page | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over; `error` says why, where it failed."""

    error: ScanpipeError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsRead:
    """The book as it stands in the journal; `at` is where to look, `strip` its last captures where they were read."""

    book: Book
    cells: tuple[MappedPage, ...]
    at: Page | None = None
    strip: tuple[KeptPage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerKnown:
    """Which scanner it is, and whether pages come from a stack."""

    device: str
    stack: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilesKnown:
    """The scanner profiles that have numbers, from 1."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDone:
    """A change of the book was written; `page` is where to look."""

    text: LazyText | str
    page: Page | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFailed:
    """A change of the book was refused."""

    error: ScanpipeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The book was compared with the totals that it states."""

    found: Completeness


Event = (
    Pressed
    | Arrow
    | Digit
    | Typed
    | Seen
    | Asked
    | RunEnded
    | FactsRead
    | ScannerKnown
    | ProfilesKnown
    | EditDone
    | EditFailed
    | Compared
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """Scan, in a thread of its own."""

    request: ScanRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRun:
    """Stop after the sheet under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Tell the run that the page or the sheets lie there, or that they will not."""

    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Change the book: at `page`, to `target`, with a note; finish it though it is `incomplete`."""

    kind: Edited
    page: Page | None = None
    after: bool = False
    target: Page | None = None
    note: str = ""
    withdraw: bool = False
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFacts:
    """Read how the book stands; `at` is where to look then."""

    at: Page | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadScanner:
    """Find out which scanner it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """Compare the book with the totals that it states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Play a sound."""

    sound: SoundName


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLive:
    """Open the live view in a browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Go back to the list of books."""


Effect = StartRun | StopRun | Answer | Edit | ReadFacts | ReadScanner | Compare | Play | OpenLive | Leave
