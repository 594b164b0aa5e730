"""Numbers of pages that differ from the revision before: told everywhere, and published only for a ticket."""

from collections.abc import Iterator

from scanpipe.errors import DeliveryRefused, PackageError
from scanpipe.flows.book.tickets import ticket_in_hand
from scanpipe.flows.delivery.reissue import kept_manifest
from scanpipe.flows.delivery.revision import RevisionPlan
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.package.reports.manifest import MANIFEST_NAME, CountChange, Manifest, TicketRecord, read_manifest
from scanpipe.state import views
from scanpipe.state.tickets import find_ticket, used_tickets


def manifest_before(station: Station, book: int, last: views.DeliveryRow) -> Manifest | None:
    """Return the manifest of a published revision, from its folder or from the store; None where both have none."""
    try:
        return read_manifest(station.folder / last.folder / MANIFEST_NAME)
    except PackageError:
        return kept_manifest(station, book, last.revision)


def changed_counts(plan: RevisionPlan, before: Manifest | None) -> tuple[CountChange, ...]:
    """Return what has another number of pages than in the revision before: the book as a whole, or a case."""
    return tuple(_changed_counts(plan, before)) if before else ()


def _changed_counts(plan: RevisionPlan, before: Manifest) -> Iterator[CountChange]:
    pages, pages_now = len(before.pages) or len({*before.in_pdfs}), len(plan.paper_sizes)
    if pages != pages_now:
        yield CountChange(name="", before=pages, after=pages_now)
    then = {file.name: len(file.pages) for file in before.files if file.pages}
    now = {name: len(records) for name, records in plan.page_records.items()}
    yield from (
        CountChange(name=name, before=then.get(name, 0), after=now.get(name, 0))
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    )


def tickets_since(station: Station, plan: RevisionPlan) -> tuple[TicketRecord, ...]:
    """Return the tickets for which the book was changed since its last delivery, or is delivered now."""
    if not plan.facts.deliveries:
        return ()
    row = plan.facts.row
    numbers = (*used_tickets(station.journal, row, since=plan.facts.deliveries[-1]), ticket_in_hand(station, row))
    found = dict.fromkeys(find_ticket(station.journal, row, number) for number in numbers)
    return tuple(
        TicketRecord(number=each.number, dated=each.dated, approved_by=each.approved_by, note=each.note)
        for each in found
        if each
    )


def refuse_unasked_counts(station: Station, plan: RevisionPlan) -> None:
    """Refuse to publish other numbers of pages than before without a ticket.

    Raises:
        DeliveryRefused: there are such, and nothing was changed for a ticket.
    """
    if not plan.facts.deliveries or tickets_since(station, plan):
        return
    changed = changed_counts(plan, manifest_before(station, plan.facts.row, plan.facts.deliveries[-1]))
    if changed:
        book = plan.facts.book.id
        raise DeliveryRefused(
            lazy(
                "{book}: the number of pages is not that of revision {revision}:\n{lines}",
                book=book,
                revision=plan.facts.deliveries[-1].revision,
                lines="\n".join(f"  - {each}" for each in changed),
            ),
            remedy=lazy(
                "Undo the change (scanpipe page undo). Or record the ticket that asks for it (scanpipe ticket add), "
                "then deliver for it: scanpipe deliver {book} --ticket NUMBER",
                book=book,
            ),
        )
