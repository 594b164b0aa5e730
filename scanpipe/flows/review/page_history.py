"""What happened to a page, in words, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanpipe.errors import PageUnknown
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.plan import CapturedPage
from scanpipe.flows.review.pages import name_of
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from scanpipe.vocabularies.reasons import reason_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEvent:
    """One thing that happened: what, in words, and by whom, "" where it was nobody."""

    text: LazyText | str
    person: str = ""


def page_history(station: Station, row: int, label: str) -> tuple[PastEvent, ...]:
    """Return what happened to a page of a book.

    Raises:
        BookUnknown: there is no such book.
        PageUnknown: it has no such page.
    """
    facts = book_facts(station, name_of(station, row))
    state = next((state for state in facts.pages if state.page.label == label), None)
    if state is None:
        raise PageUnknown(lazy("The book has no page {page}.", page=label))
    told = tuple(_of_page(state)) if isinstance(state, CapturedPage) else ()
    delivered = (PastEvent(text=lazy("Delivered as r{n}", n=d.revision), person=d.person) for d in facts.deliveries)
    return (*told, *delivered)


def _of_page(state: CapturedPage) -> Iterator[PastEvent]:
    file = state.facts.file
    yield PastEvent(text=lazy("Imported from {file}", file=str(file)) if file else lazy("Scanned"))
    for version in state.facts.versions:
        yield PastEvent(text=lazy("Processed with the recipe {recipe}", recipe=version.recipe_name))
    for _recipe, message in state.facts.failures:
        yield PastEvent(text=lazy("Not processed: {why}", why=message))
    if said := state.facts.verdict:
        why = reason_text(said.reason) if said.reason else ""
        decision = _DECISIONS.get(said.decision, said.decision)
        yield PastEvent(
            text=lazy("{decision}: {why}", decision=decision, why=why) if why else decision, person=said.person
        )


_DECISIONS = {
    "accept": lazy("Accepted"),
    "reject": lazy("Rejected"),
    "redo": lazy("To be processed again"),
    "rescan": lazy("To be scanned again"),
}
