"""Why each page of a book waits, page by page: what a night leaves for a person to read in the morning."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage, Status
from scanpipe.flows.book.readiness import awaited_obstacle
from scanpipe.flows.process.verdicts import policy_doubts
from scanpipe.messages import _
from scanpipe.settings.station import AcceptSettings
from scanpipe.vocabularies.reasons import reason_text


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    """A page that keeps its book from being delivered, and why: `status` for scripts, `why` in words."""

    book: str
    page: str
    status: Status
    why: tuple[str, ...]

    def __str__(self) -> str:
        why = "; ".join(text.rstrip(".") for text in self.why)
        return _("{book} page {page}: {why}").format(book=self.book, page=self.page, why=why)


def waiting_pages(facts: BookFacts, policy: AcceptSettings) -> tuple[WaitingPage, ...]:
    """Return the pages that a person must see to, front to back; pages that were never scanned are not among them."""
    awaited = {each.page: str(awaited_obstacle(each)) for each in facts.awaited}
    found = []
    for state in facts.pages:
        why = (awaited[state.page],) if state.page in awaited else tuple(_why(state, policy))
        if why:
            found.append(WaitingPage(book=str(facts.book.id), page=state.page.label, status=state.status, why=why))
    return tuple(found)


def _why(state: PageState, policy: AcceptSettings) -> Iterator[str]:
    if not isinstance(state, CapturedPage):
        return
    failures, verdict = state.facts.failures, state.facts.verdict
    if state.status is Status.WAITING and isinstance(state, ProcessedPage):
        yield from policy_doubts(state, policy)
    elif state.status is Status.REJECTED and verdict:
        said = ", ".join(text for text in (verdict.note, verdict.person, verdict.ticket) if text)
        yield _("rejected: {reason} ({said})").format(reason=reason_text(verdict.reason), said=said)
    elif state.status is Status.QUARANTINED and failures:
        yield _("it failed too often: {message}").format(message=failures[-1][1])
    elif state.status is Status.UNPROCESSED and failures:
        yield _("it failed and will be retried: {message}").format(message=failures[-1][1])
