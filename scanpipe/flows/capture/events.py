"""What happens while pages are captured, as data for whoever shows it; and what scanning and importing share."""

from dataclasses import dataclass

from scanpipe.capture.checks import CaptureChecks
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import Slots, Status, empty_slots
from scanpipe.flows.capture.sheets import Sheet
from scanpipe.model import Page
from scanpipe.package.naming.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A master is kept; `pages` are those it shows, none means that the book had no room for it."""

    pages: tuple[Page, ...]
    origin: str
    flags: tuple[str, ...]

    @property
    def page(self) -> Page | None:
        """The first page it shows."""
        return self.pages[0] if self.pages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRefused:
    """A file that is no readable image; `page` stays free for it."""

    name: str
    reason: str
    page: Page | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSkipped:
    """A file that was captured before."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesRepeated:
    """Files have the names of files that pages of the book came from; so many new ones beside them were not taken."""

    book: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesIgnored:
    """What lies in the folder and is no image file."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAside:
    """The other side of a sheet, kept as a further capture; `pages` are those that it shows, and stay as they are."""

    pages: tuple[Page, ...]
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostSheets:
    """A crash left the sheets of these pages without a fate: they are to be scanned again."""

    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadSheets:
    """These sheets do not lie on the stack by themselves: they are to be put on top, in this order."""

    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEnded:
    """No more paper, or the book is full; so many pages of the book are still missing."""

    missing: int


CaptureEvent = (
    Captured
    | KeptAside
    | FileRefused
    | FileSkipped
    | NamesRepeated
    | FilesIgnored
    | LostSheets
    | ReloadSheets
    | FeedEnded
)


def free_slots(facts: BookFacts) -> Slots:
    """Return the places of the book that have no page yet."""
    return empty_slots(facts.book, facts.pages)


def missing_pages(facts: BookFacts) -> int:
    """Return how many pages of the book are still to come."""
    return facts.count(Status.MISSING)


def capture_flags(
    checks: CaptureChecks, *, dpi: float, dpi_assumed: bool, repeated: bool, limits: Limits
) -> tuple[str, ...]:
    """Return what a person should look at, also what the book's convention would refuse in the end."""
    flags = list[str](checks.flags)
    if repeated:
        flags.append("repeated")
    if dpi_assumed:
        flags.append("dpi_assumed")
    if dpi < limits.min_dpi:
        flags.append("low_dpi")
    if limits.colour and not checks.colour:
        flags.append("grey")
    return tuple(flags)
