"""How the samples of books stand, with how strictly the next ones are taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scanpipe.flows.book.books import BookFacts, all_book_facts, book_facts
from scanpipe.flows.book.sampling import lots_due
from scanpipe.flows.qa.agreement import Agreement, agreement
from scanpipe.flows.qa.lots import LotReport, lot_reports
from scanpipe.flows.qa.plan_lots import inspection_of
from scanpipe.flows.qa.second_opinions import TwiceShown, pairs_of, twice_shown
from scanpipe.flows.qa.severity import Inspection
from scanpipe.flows.station import Station
from scanpipe.model import BookId, Page
from scanpipe.state.qa import ScannedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSamples:
    """The lots of a book.

    Attributes:
        book: the book.
        lots: its lots, oldest first.
        undrawn: pages that a sample is to be drawn of now.
        twice: the pages that two people are shown.
        next: how strictly the next lot of each operator and scanner is looked at.
    """

    book: BookId
    lots: tuple[LotReport, ...]
    undrawn: tuple[Page, ...]
    twice: tuple[TwiceShown, ...]
    next: Mapping[ScannedBy, Inspection]

    @property
    def agreement(self) -> Agreement:
        """How far those who judged the same pages agree."""
        return agreement(pairs_of(self.twice))

    @property
    def second_look(self) -> tuple[Page, ...]:
        """The pages that were judged and wait for a second person."""
        return tuple(each.page.page for each in self.twice if each.first and not each.second)


def samples_of(station: Station, name: str) -> BookSamples:
    """Return how the samples of one book stand.

    Raises:
        BookUnknown: there is no such book.
    """
    (samples,) = _samples(station, [book_facts(station, name)])
    return samples


def all_samples(station: Station) -> tuple[BookSamples, ...]:
    """Return how the samples of all books stand that have any, or are to have them now."""
    return tuple(each for each in _samples(station, all_book_facts(station)) if each.lots or each.undrawn)


def _samples(station: Station, books: Iterable[BookFacts]) -> Iterable[BookSamples]:
    known: dict[ScannedBy, Inspection] = {}
    for facts in books:
        lots = lot_reports(station, facts.row)
        for who in {scanned_by(report) for report in lots} - known.keys():
            known[who] = inspection_of(station, who)
        yield BookSamples(
            book=facts.book.id,
            lots=lots,
            undrawn=tuple(state.page for state in lots_due(facts)),
            twice=twice_shown(station, facts.row),
            next={who: known[who] for who in map(scanned_by, lots)},
        )


def scanned_by(report: LotReport) -> ScannedBy:
    """Return who scanned a lot, and with what."""
    return ScannedBy(operator=report.lot.operator, device=report.lot.device)
