"""What a night tells as it goes on, and its summary; codes and values, put into words when they are read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from scanpipe.flows.night.attention import Attention
from scanpipe.flows.night.disk import DiskState
from scanpipe.flows.night.store_slice import StoreRead
from scanpipe.flows.process.run import PageDone, PageFailed, Started
from scanpipe.flows.process.waiting import WaitingPage
from scanpipe.messages import _, counted
from scanpipe.model import BookId


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """All that was due of a book is done; it is accepted and delivered now, if nothing stands in the way."""

    book: BookId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredBook:
    """A revision that the night published: the folder it lies in, and when it was done."""

    book: str
    revision: int
    folder: str
    at: str

    def __str__(self) -> str:
        return f"{self.book} r{self.revision}: {self.folder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalCopied:
    """The journal was copied, and the copy read back: the file it is in."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paces:
    """What a page took at most, a delivery for each of its pages, and the upkeep of the station, in seconds."""

    page_s: float = 0.0
    delivery_page_s: float = 0.0
    upkeep_s: float = 0.0


Outcome = Literal["done", "until", "hopeless", "broken"]
"""How a night ended: all was done, time was up, so many pages failed that it stopped, or an error stopped it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSummary:
    """What a night did, from when to when (ISO 8601 with the station's time zone).

    Attributes:
        started: when it began.
        ended: when it ended.
        outcome: how.
        processed: pages that have a new version.
        failed: pages that failed.
        quarantined: those of them that are not tried again by themselves.
        left: pages that were due and not begun.
        postponed: books whose delivery was not begun, because time was up.
        accepted: pages that the policy accepted.
        delivered: the revisions that were published.
        attention: everything that needs a person, book by book.
        waiting: how many pages wait for a person, by where they stand.
        copied: the file in backups/ that the journal was copied to; "" for none.
        store: what was read of the store.
        disk: how the disk stood at the end; None where nobody looked.
        paces: how long things took.
    """

    started: str
    ended: str
    outcome: Outcome = "done"
    processed: int = 0
    failed: int = 0
    quarantined: int = 0
    left: int = 0
    postponed: int = 0
    accepted: int = 0
    delivered: tuple[DeliveredBook, ...] = ()
    attention: tuple[Attention, ...] = ()
    waiting: dict[str, int] = field(default_factory=dict)
    copied: str = ""
    store: StoreRead = field(default_factory=StoreRead)
    disk: DiskState | None = None
    paces: Paces = field(default_factory=Paces)

    @property
    def line(self) -> str:
        """The night in one line."""
        begun, ended = (datetime.fromisoformat(at).strftime("%d.%m.%Y %H:%M") for at in (self.started, self.ended))
        return _(
            "{begun} - {ended}: processed {processed}, failed {failed}, left {left}, accepted {accepted}, delivered "
            "{delivered}, attention {attention}"
        ).format(
            begun=begun,
            ended=ended,
            processed=counted("{n} page", "{n} pages", self.processed),
            failed=self.failed,
            left=self.left,
            accepted=self.accepted,
            delivered=counted("{n} book", "{n} books", len(self.delivered)),
            attention=len(self.attention),
        )


NightEvent = (
    Started
    | PageDone
    | PageFailed
    | Delivering
    | DeliveredBook
    | WaitingPage
    | JournalCopied
    | StoreRead
    | DiskState
    | Attention
    | NightSummary
)
"""What a night tells, the summary last."""
