"""What the console knows of the open book: frozen values, changed only by the controller."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.work.page_map import MappedPage, next_free
from scanpipe.messages import LazyText, _
from scanpipe.model import Book, Page

Tone = Literal["good", "warning", "error", "plain"]
Paper = Literal["", "flatbed", "feeder", "duplex", "fronts", "backs"]
PAPERS: tuple[Paper, ...] = ("", "flatbed", "feeder", "duplex", "fronts", "backs")
"""How paper goes in: as the scanner's profile says, one of its sources, or all fronts and then all backs."""


class Doing(StrEnum):
    """What the scanner does."""

    IDLE = "idle"
    STARTING = "starting"
    MOVING = "moving"
    ASKING = "asking"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told in large: what happened, and what to do."""

    tone: Tone
    text: LazyText | str
    remedy: LazyText | str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person is asked: to lay a page or sheets ("lay", "reload"), to type about `page`, to "finish"."""

    kind: Literal["lay", "reload", "note", "jump", "finish"]
    text: LazyText
    lines: tuple[str, ...] = ()
    action: str = ""
    page: Page | None = None

    @property
    def typed(self) -> bool:
        """Whether it is answered by typing."""
        return self.kind in ("note", "jump")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A capture on the strip: its pages, its facts, what it is flagged for, and when it came (seconds, any zero).

    With `gone`, its pages show it no more.
    """

    pages: tuple[Page, ...]
    cases: tuple[str, ...]
    paper: str
    a4: float
    dpi: float
    flags: tuple[str, ...]
    capture: int
    digest: str
    seconds: float
    clock: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a run did: pages kept, captures to look at."""

    pages: int = 0
    warned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BookState:
    """The screen of a book.

    Attributes:
        book: what it states.
        cells: its map.
        selected: the place of the chosen page on the map.
        doing: what the scanner does.
        moving: the pages that are under way.
        sheet: the number of their sheet in the run, from 1.
        strip: the last captures, newest first.
        notice: what is told.
        question: what is asked.
        paper: how paper goes in.
        profile: the scanner profile chosen by its number, "" for that of the station.
        profiles: the profiles by their numbers, from 1.
        device: the scanner.
        stack: whether pages come from a stack; None while nobody knows.
        carried: the page that is being moved to another place.
        running: what the run under way was asked for.
        tally: what the run did.
        help: whether all keys are shown.
    """

    book: Book
    cells: tuple[MappedPage, ...] = ()
    selected: int = 0
    doing: Doing = Doing.IDLE
    moving: tuple[Page, ...] = ()
    sheet: int = 0
    strip: tuple[KeptPage, ...] = ()
    notice: Notice | None = None
    question: Question | None = None
    paper: Paper = ""
    profile: str = ""
    profiles: tuple[str, ...] = ()
    device: str = ""
    stack: bool | None = None
    carried: Page | None = None
    running: ScanRequest | None = None
    tally: Tally = Tally()
    help: bool = False

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        return self.doing is not Doing.IDLE

    def sent_back(self, *pages: Page) -> tuple[str, ...]:
        """Return why these pages are to be scanned again, a line for each that was sent back."""
        said = ((cell.page, cell.why) for cell in self.cells if cell.page in pages and cell.why)
        return tuple(_("page {page} was sent back: {why}").format(page=page, why=why) for page, why in said)

    @property
    def chosen(self) -> MappedPage | None:
        """The page that is selected on the map."""
        return self.cells[self.selected] if self.selected < len(self.cells) else None

    @property
    def following(self) -> MappedPage | None:
        """The page that the next capture comes to."""
        return next_free(self.cells)

    @property
    def done(self) -> int:
        """How many pages are there or are stated missing."""
        return sum(not cell.free for cell in self.cells)

    @property
    def expected(self) -> int | None:
        """How many pages the book states; None where it states no total."""
        return None if self.book.pages is None else len(self.cells)

    def place(self, page: Page) -> int | None:
        """Return the place of a page on the map."""
        return next((place for place, cell in enumerate(self.cells) if cell.page == page), None)

    @property
    def lost(self) -> tuple[Page, ...]:
        """The pages whose sheets have no fate."""
        return tuple(cell.page for cell in self.cells if cell.suspect)
