"""Where every page of every book stands, as `scanpipe status` tells it, but read for all books at once.

Files that the store lost are not looked for: only processing and `scanpipe status` find those.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scanpipe.flows.book.books import own_recipes
from scanpipe.flows.book.plan import Status, page_slots, standing
from scanpipe.flows.station import Station
from scanpipe.model import Book, Page
from scanpipe.state.books import BookRow
from scanpipe.state.qa import Shown
from scanpipe.state.whole_station import PlacedPage, lacking_pages, placed_pages
from scanpipe.state.work import BookProgress

_PROCESSED = (Status.WAITING, Status.REJECTED, Status.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookStanding:
    """How many pages of a book stand where.

    Attributes:
        count: how many, by where they stand.
        flagged: those of them that wait for a verdict and that a person should look at.
        shown: what its pages show.
        processed_shown: what those of them show that were processed.
    """

    count: Counter[Status]
    flagged: int = 0
    shown: frozenset[Shown] = frozenset()
    processed_shown: frozenset[Shown] = frozenset()

    @property
    def captured(self) -> int:
        """Pages that have a picture."""
        return self.count.total() - self.count[Status.MISSING] - self.count[Status.ABSENT]

    @property
    def processed(self) -> int:
        """Pages that were processed."""
        return sum(self.count[status] for status in _PROCESSED)

    @property
    def complete(self) -> bool:
        """Whether all pages that are to be there were processed."""
        return self.captured > 0 and self.count[Status.MISSING] == 0 and self.processed == self.captured


def station_standings(
    station: Station, books: Iterable[BookRow], progress: Mapping[int, BookProgress]
) -> dict[int, BookStanding]:
    """Return where the pages of these books stand, by the rows of the books."""
    placed, lacking = placed_pages(station.journal), lacking_pages(station.journal)
    books = tuple(books)
    recipes = own_recipes(station, books)
    found = {}
    for row in books:
        known = progress.get(row.row, BookProgress())
        found[row.row] = book_standing(
            row.book,
            placed.get(row.row, ()),
            recipe=recipes[row.book.recipe][0],
            attempts=station.settings.process.attempts,
            awaited=(*known.sent_back, *known.failed),
            lacking=lacking.get(row.row, frozenset()),
        )
    return found


def book_standing(
    book: Book,
    placed: Sequence[PlacedPage],
    *,
    recipe: str,
    attempts: int,
    awaited: Iterable[Page] = (),
    lacking: Collection[Page] = (),
) -> BookStanding:
    """Count where the pages of a book stand; the values are those of `page_states`."""
    count: Counter[Status] = Counter()
    flagged, processed = 0, set()
    for page in placed:
        now = standing(page.verdict, page.made, page.failed, recipe=recipe, attempts=attempts, given_up=page.given_up)
        count[now.status] += 1
        flagged += now.status is Status.WAITING and (page.flagged or now.version in page.flagged_versions)
        if now.version is not None:
            processed.add(page.shown)
    there = {page.page for page in placed}
    for slot in page_slots(book, there, (*awaited, *lacking)):
        if slot not in there:
            count[Status.ABSENT if slot in lacking else Status.MISSING] += 1
    shown = frozenset(page.shown for page in placed)
    return BookStanding(count=count, flagged=flagged, shown=shown, processed_shown=frozenset(processed))
