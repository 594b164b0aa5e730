"""What of a book a person is still to look at, by its samples: pure, from the facts."""

from collections.abc import Iterator

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import CapturedPage, ProcessedPage, Status
from scanpipe.flows.qa.lots import LotReport, LotState
from scanpipe.package.reports.numbers import page_range
from scanpipe.state.qa import Shown
from scanpipe.vocabularies.obstacles import Obstacle, obstacle


def shown(state: CapturedPage) -> Shown:
    """Return what a page shows."""
    return state.facts.capture, state.facts.region


def in_no_lot(facts: BookFacts) -> tuple[ProcessedPage, ...]:
    """Return the processed pages that no sample was drawn of; a page that was sent back is judged anyway."""
    known = {page.shown for report in facts.lots or () for page in report.lot.pages}
    return tuple(page for page in facts.processed if shown(page) not in known and not page.facts.ever_sent_back)


def lots_due(facts: BookFacts) -> tuple[ProcessedPage, ...]:
    """Return the pages that samples are to be drawn of now: none before all pages of the book are processed."""
    done = all(isinstance(state, ProcessedPage) or state.status is Status.ABSENT for state in facts.pages)
    return in_no_lot(facts) if done and facts.lots is not None else ()


def sampling_obstacles(facts: BookFacts) -> Iterator[Obstacle]:
    """Yield what a person must look at before the book is delivered, where the station draws samples."""
    if due := lots_due(facts):
        yield obstacle("no-sample-drawn", pages=page_range([state.page for state in due]))
    for report in facts.lots or ():
        if report.waiting:
            yield _waiting(report)


def _waiting(report: LotReport) -> Obstacle:
    pages = page_range([page.page for page in report.waiting])
    if report.state is LotState.FAILED:
        return obstacle("lot-failed", operator=report.lot.operator, found=report.found, pages=pages)
    return obstacle("sample-waiting", operator=report.lot.operator, pages=pages)
