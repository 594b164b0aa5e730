"""The correction request: what a ticket asks to be changed in a delivered book, as a paper to be signed."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.tickets import recorded_ticket
from scanpipe.flows.book.undo import ACTIONS
from scanpipe.flows.book.units import unit_full_name
from scanpipe.flows.station import Station
from scanpipe.messages import PAPER_LANGUAGE, _, language_context, lazy
from scanpipe.model import Page
from scanpipe.package.reports.correction_request import Correction, CorrectionRequest, correction_request_pdf
from scanpipe.state.asked import Asked, done_for, sent_back_for
from scanpipe.state.views import page_order
from scanpipe.system.outputs import Output, Outputs
from scanpipe.vocabularies.reasons import reason_text


def write_request(station: Station, name: str, number: str, target: Path, *, force: bool = False) -> Path:
    """Write the correction request of a ticket, in Vietnamese whoever makes it; return the file.

    Raises:
        BookUnknown: there is no such book.
        UsageError: there is no such ticket, nothing was asked for it yet, or the file is there already.
        ToolMissing: Pango is not installed.
        DiskFull: no room.
    """
    facts = book_facts(station, name)
    ticket = recorded_ticket(station, facts.row, number)
    outputs = Outputs(folder=target.parent, force=force)
    outputs.check([Output(name=target.name, source=target.name)])
    with language_context(PAPER_LANGUAGE):
        rows = tuple(_corrections(station, facts, ticket.number))
        if not rows:
            raise _nothing_asked(facts, ticket.number)
        request = CorrectionRequest(
            book=facts.book,
            kind_name=convention_of(station, facts.book).kinds[facts.book.id.kind].vietnamese,
            unit=unit_full_name(facts.book),
            revision=facts.deliveries[-1].revision if facts.deliveries else 0,
            number=ticket.number,
            dated=ticket.dated,
            approved_by=ticket.approved_by,
            note=ticket.note,
            asked_by=ticket.person,
            contractor=station.settings.handover.contractor,
            receiver=station.settings.handover.receiver,
            rows=rows,
        )
        content = correction_request_pdf(request)
    target.parent.mkdir(parents=True, exist_ok=True)
    return outputs.write(target.name, content)


def _nothing_asked(facts: BookFacts, number: str) -> UsageError:
    return UsageError(
        lazy("{book}: nothing was asked for the ticket {number} yet.", book=facts.book.id, number=number),
        remedy=lazy("Reject the pages with --ticket {number}, or change the book for it.", number=number),
    )


def _corrections(station: Station, facts: BookFacts, number: str) -> Iterator[Correction]:
    """Yield what is asked: pages that are sent back for the same reason in one row, then what else was changed."""
    cases = {page: str(case.key) for case in facts.sets.sets for page in case.pages}
    asked = sorted(
        sent_back_for(station.journal, facts.row, number), key=lambda each: (_why(each), page_order(each.page))
    )
    for (reason, what), group in groupby(asked, key=_why):
        yield _row([each.page for each in group], cases, reason, what)
    for done in done_for(station.journal, facts.row, number):
        pages = sorted(done.pages, key=page_order)
        yield _row(pages, cases, done.reason, str(ACTIONS.get(done.action, done.action)))


def _row(pages: Sequence[Page], cases: dict[Page, str], reason: str, what: str) -> Correction:
    numbers = tuple(dict.fromkeys(cases[page] for page in pages if page in cases))
    return Correction(pages=tuple(pages), cases=numbers, reason=reason, asked=what)


def _why(asked: Asked) -> tuple[str, str]:
    reason = reason_text(asked.reason)
    return f"{reason}: {asked.note}" if asked.note else reason, _remedy(asked)


def _remedy(asked: Asked) -> str:
    if asked.decision == "redo":
        return _("process again with the recipe {recipe}").format(recipe=asked.recipe)
    return _("scan again") if asked.decision == "rescan" else _("check and correct")
