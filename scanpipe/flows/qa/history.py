"""What happened to a page, in words, oldest first: captures, versions, verdicts, deliveries, and who and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from scanpipe.errors import PageUnknown
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.readiness import stated_name
from scanpipe.flows.qa.words import DECISIONS, verdict_text
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy, text_from_json
from scanpipe.model import Page
from scanpipe.state.connection import from_json
from scanpipe.state.page_past import PastFact, page_past
from scanpipe.state.views import file_page
from scanpipe.vocabularies.flags import FLAGS
from scanpipe.vocabularies.reasons import POLICY, reason_text

Text = LazyText | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEvent:
    """One thing that happened to a page.

    Attributes:
        at: when, ISO time in UTC.
        kind: what kind of thing, of `state.page_past.KINDS`.
        text: it in words.
        person: who did it, "" where it was nobody.
        details: what else is known of it: flags, a note, a ticket.
        undone: whether it was taken back later.
    """

    at: str
    kind: str
    text: Text
    person: str = ""
    details: tuple[Text, ...] = ()
    undone: bool = False


def page_history(station: Station, name: str, label: str) -> tuple[PastEvent, ...]:
    """Return what happened to a page of a book, oldest first.

    Raises:
        BookUnknown: there is no such book.
        PageUnknown: it has no such page, and never had.
        UsageError: the text is no page.
    """
    page, facts = Page.parse(label), book_facts(station, name)
    past = page_past(station.journal, facts.row, page)
    if not past and page not in {state.page for state in facts.pages}:
        raise PageUnknown(lazy("The book has no page {page}.", page=label))
    return tuple(map(_event, past))


def _event(fact: PastFact) -> PastEvent:
    text, details = _WORDS[fact.kind](fact.values)
    return PastEvent(
        at=fact.at,
        kind=fact.kind,
        text=text,
        person="" if fact.person == POLICY else fact.person,
        details=tuple(filter(None, details)),
        undone=fact.undone,
    )


Values = Mapping[str, Any]
Words = tuple[Text, tuple[Text, ...]]
"""What happened, and what else is known of it; what is not known is empty."""


def _failed(values: Values) -> Words:
    why = text_from_json(values["detail"])
    file = file_page(values)
    if file:
        return lazy("The file {file} was refused: {why}", file=str(file), why=why), ()
    return lazy("The sheet was not captured: {why}", why=why), ()


def _captured(values: Values) -> Words:
    file = file_page(values)
    text = (
        lazy("Imported from {file}", file=str(file)) if file else lazy("Scanned with {device}", device=values["device"])
    )
    return text, (*_flags(values["flags"]), _ticket(values))


def _placed(values: Values) -> Words:
    return lazy("An earlier picture was placed here"), (values["reason"], _ticket(values))


def _processed(values: Values) -> Words:
    score = msgspec.json.decode(values["report"], type=_Report).score
    legible = lazy("legibility {score:.0f}", score=score.overall) if score else ""
    return lazy("Processed with the recipe {recipe}", recipe=values["recipe"]), (legible, *_flags(values["flags"]))


def _not_processed(values: Values) -> Words:
    return lazy("Not processed: {why}", why=text_from_json(values["message"])), ()


def _judged(values: Values) -> Words:
    recipe = lazy("recipe {recipe}", recipe=values["recipe"]) if values["recipe"] else ""
    return verdict_text(values["decision"], values["reason"]), (recipe, values["note"], _ticket(values))


def _second_opinion(values: Values) -> Words:
    decision = DECISIONS[values["decision"]]
    why = reason_text(values["reason"]) if values["reason"] else ""
    return lazy("Second opinion: {decision}", decision=decision), (why,)


def _stated(values: Values) -> Words:
    if values["state"] == "withdrawn":
        return lazy("What was stated about the paper was taken back"), (values["note"], _ticket(values))
    return lazy("Stated about the paper: {state}", state=stated_name(values["state"])), (
        values["note"],
        _ticket(values),
    )


def _ticketed(values: Values) -> Words:
    day = date.fromisoformat(values["dated"])
    return (
        lazy("Change approved by {person}: ticket {number}", person=values["approved_by"], number=values["number"]),
        (f"{day:%d/%m/%Y}", values["note"]),
    )


def _delivered(values: Values) -> Words:
    return lazy("Delivered as r{n}", n=values["revision"]), ()


def _flags(codes: str) -> tuple[Text, ...]:
    return tuple(FLAGS[code].text if code in FLAGS else code for code in from_json(codes, tuple[str, ...]))


def _ticket(values: Values) -> Text:
    return lazy("ticket {ticket}", ticket=values["ticket"]) if values["ticket"] else ""


class _Score(msgspec.Struct, frozen=True, kw_only=True):
    overall: float


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    """What of a version's report is told."""

    score: _Score | None = None


_WORDS: Final[dict[str, Callable[[Values], Words]]] = {
    "failed": _failed,
    "captured": _captured,
    "placed": _placed,
    "processed": _processed,
    "not_processed": _not_processed,
    "judged": _judged,
    "second_opinion": _second_opinion,
    "stated": _stated,
    "ticket": _ticketed,
    "delivered": _delivered,
}
