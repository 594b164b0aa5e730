"""What happens while pages are captured, as data for whoever shows it; and what scanning and importing share."""

from dataclasses import dataclass

from scanpipe.capture.checks import CaptureChecks
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import Slots, Status, empty_slots
from scanpipe.flows.capture.sheets import Sheet
from scanpipe.messages import LazyText, lazy
from scanpipe.model import CaseKey, Page
from scanpipe.package.naming.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A master is kept; `pages` are those it shows, none means that the book had no room for it.

    Attributes:
        pages: in the order of the book.
        origin: the device or the file.
        flags: what a person should look at.
        capture: its row in the journal.
        digest: its name in the store.
        checks: what was measured on it.
        side: "front" or "back" of a sheet, or "single".
        sheet: the number of the sheet in its run, from 1; 0 for a file.
    """

    pages: tuple[Page, ...]
    origin: str
    flags: tuple[str, ...]
    capture: int
    digest: str
    checks: CaptureChecks
    side: str = "single"
    sheet: int = 0

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
    """The other side of a sheet, kept as a further capture; `pages` are those that it shows, and stay as they are.

    Not `told`: another event says what the sheet is, a separator or one that came out of turn.
    """

    pages: tuple[Page, ...]
    origin: str
    told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerLacks:
    """What was wanted of the scanner that it cannot do, in words; scanning goes on without."""

    device: str
    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostSheets:
    """A crash left the sheets of these pages without a fate: they are to be scanned again."""

    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadSheets:
    """These sheets do not lie on the stack by themselves: they are to be put on top, in this order."""

    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMoving:
    """A side of a sheet is under way; `pages` are those it goes in for, `sheet` its number in the run, from 1."""

    pages: tuple[Page, ...]
    sheet: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorRead:
    """A separator was kept aside; with a `case`, that case begins with the page after it."""

    case: CaseKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorMissing:
    """A separator may be missing before the case that begins; `reason` says what shows it."""

    before: CaseKey
    reason: LazyText


@dataclass(frozen=True, slots=True, kw_only=True)
class SurplusCase:
    """With the case that begins, the book has more cases than the `stated` ones; told once."""

    stated: int

    @property
    def text(self) -> LazyText:
        """It in words."""
        return lazy("A further case has begun, but the book states {stated}. Check the totals.", stated=self.stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureHalted:
    """scanpipe stopped the run for a reason that a person should look at; what came is kept."""

    reason: LazyText | str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReconciled:
    """The counts of a run: sheets that went in, pictures that came, sheets that the device moved, that were counted.

    `put_back` are the sheets that are to go in again, for they have no picture on their pages.
    """

    sheets: int
    images: int
    moved: int | None
    counted: int | None
    put_back: tuple[Sheet, ...] = ()
    note: LazyText | str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEnded:
    """No more paper, or the book is full; so many pages of the book are still missing, which are `expected`."""

    missing: int
    expected: tuple[Page, ...] = ()


CaptureEvent = (
    Captured
    | KeptAside
    | FileRefused
    | FileSkipped
    | NamesRepeated
    | FilesIgnored
    | ScannerLacks
    | LostSheets
    | ReloadSheets
    | SheetMoving
    | SeparatorRead
    | SeparatorMissing
    | SurplusCase
    | CaptureHalted
    | FeedReconciled
    | FeedEnded
)


def free_slots(facts: BookFacts) -> Slots:
    """Return the places of the book that have no page yet."""
    return empty_slots(facts.book, facts.pages)


def feed_ended(facts: BookFacts) -> FeedEnded:
    """Return the end of a run, with the pages of the book that are still to come."""
    expected = tuple(state.page for state in facts.pages if state.status is Status.MISSING)
    return FeedEnded(missing=len(expected), expected=expected)


def capture_flags(
    checks: CaptureChecks, *, dpi: float, dpi_assumed: bool, repeated: bool, limits: Limits
) -> tuple[str, ...]:
    """Return what a person should look at, also what the book's convention would refuse in the end."""
    flags: list[str] = [
        flag for flag in checks.flags if not (repeated and flag == "duplicate")
    ]  # the same is told once
    if repeated:
        flags.append("repeated")
    if dpi_assumed:
        flags.append("dpi_assumed")
    if dpi < limits.min_dpi:
        flags.append("low_dpi")
    if limits.colour and not checks.colour:
        flags.append("grey")
    return tuple(flags)
