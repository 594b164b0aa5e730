"""What stands between a book and its delivery, and what is only to be noted: pure, from the facts."""

from collections.abc import Iterator

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import Status
from scanpipe.messages import _, counted
from scanpipe.model import Part
from scanpipe.package.cases.page_sets import PageSetPlan
from scanpipe.package.reports.numbers import page_range
from scanpipe.state.views import AwaitedPage
from scanpipe.vocabularies.reasons import reason_text

_REFUSING = (Status.MISSING, Status.UNPROCESSED, Status.QUARANTINED, Status.REJECTED, Status.WAITING)


def status_name(status: Status) -> str:
    """Return a status in the person's language."""
    return {
        Status.MISSING: _("missing"),
        Status.ABSENT: _("missing from the paper book"),
        Status.UNPROCESSED: _("unprocessed"),
        Status.QUARANTINED: _("quarantined"),
        Status.WAITING: _("waiting for a verdict"),
        Status.REJECTED: _("rejected"),
        Status.ACCEPTED: _("accepted"),
    }[status]


def blockers(facts: BookFacts) -> tuple[str, ...]:
    """Return every reason why the book cannot be delivered, in words that name the pages."""
    return tuple(_blockers(facts))


def completeness_warnings(facts: BookFacts) -> tuple[str, ...]:
    """Return why nobody can be sure that the book is complete: a night leaves the decision to a person."""
    return tuple(_completeness_warnings(facts))


def notices(facts: BookFacts) -> tuple[str, ...]:
    """Return what is told but stops no delivery: completeness warnings, gaps in the numbers, and absent pages."""
    gaps = (_("no case has the number {gap}").format(gap=gap) for gap in facts.sets.gaps)
    return (*completeness_warnings(facts), *gaps, *stated_lines(facts))


def stated_lines(facts: BookFacts) -> tuple[str, ...]:
    """Return what people state about pages of the paper book, and which cases lack pages therefore, in words."""
    return (*_stated(facts), *_lacking(facts.sets))


def _stated(facts: BookFacts) -> Iterator[str]:
    for state in facts.pages:
        if said := state.stated:
            who = ", ".join(text for text in (said.person, said.ticket) if text)
            note = f"{said.note} ({who})" if said.note else who
            yield _("page {page}, {state}: {note}").format(page=said.page, state=stated_name(said.state), note=note)


def stated_name(state: str) -> str:
    """Return what is stated about a page, in the person's language."""
    return {"missing": _("missing from the paper book"), "damaged": _("damaged"), "blank": _("blank")}[state]


def _lacking(sets: PageSetPlan) -> Iterator[str]:
    for found in sets.lacking:
        if found.key in sets.lost:
            yield _("case {number} has no page left and no PDF").format(number=found.key)
        else:
            pages = page_range(found.pages)
            yield _("case {number} is delivered without pages {pages}").format(number=found.key, pages=pages)


def _blockers(facts: BookFacts) -> Iterator[str]:
    if not any(state.facts for state in facts.pages):
        yield _("nothing was scanned yet")
    for status in _REFUSING:
        pages = [state.page for state in facts.pages if state.status is status]
        if pages:
            yield _("{status}: pages {pages}").format(status=status_name(status), pages=page_range(pages))
    for awaited in facts.awaited:
        yield awaited_line(awaited)
    stated, placed = facts.book.pages, sum(1 for s in facts.pages if s.taken and s.page.part is Part.BODY)
    if stated is not None and placed > stated:
        yield counted(
            "the book states {n} page, {placed} stand in it",
            "the book states {n} pages, {placed} stand in it",
            stated,
            placed=placed,
        )
    for sheet in facts.unresolved_sheets:
        yield _("suspect: the sheet of page {page} went through the scanner and was not kept; scan it again").format(
            page=sheet.page or "?"
        )
    for picture in facts.unassigned:
        yield _(
            "no place for {origin}: 'scanpipe book amend {book} --pages N' if the book has more pages, "
            "'scanpipe book drop {book} {origin}' if it is none"
        ).format(origin=picture.name, book=facts.book.id)
    yield from _case_blockers(facts)


def awaited_line(awaited: AwaitedPage) -> str:
    """Return why a page is awaited, in words."""
    if awaited.outcome == "rescan":
        return _("page {page} was sent back to be scanned again: {reason}").format(
            page=awaited.page, reason=reason_text(str(awaited.detail))
        )
    if awaited.outcome == "refused":
        return _("page {page} waits for a readable file: {reason}").format(page=awaited.page, reason=awaited.detail)
    return _("page {page} did not come through the scanner: {reason}").format(page=awaited.page, reason=awaited.detail)


def _case_blockers(facts: BookFacts) -> Iterator[str]:
    sets = facts.sets
    if sets.unassigned:
        yield _("unassigned: pages {pages} belong to no case").format(pages=page_range(sets.unassigned))
    for key in sets.duplicates:
        yield _("case number {number} stands more than once").format(number=key)
    for key in sets.incomplete:
        yield _("case {number} lacks pages").format(number=key)


def _completeness_warnings(facts: BookFacts) -> Iterator[str]:
    halves = {state.facts.capture for state in facts.pages if state.facts and state.facts.region == "right"}
    for state in facts.pages:
        if state.facts and state.facts.region == "left" and state.facts.capture not in halves:
            yield _("the right half of the picture of page {page} stands on no page").format(page=state.page)
    if facts.book.pages is None:
        yield _(
            "the book states no total of pages: 'scanpipe book amend {book} --pages N' says when it is complete"
        ).format(book=facts.book.id)
    stated, found = facts.book.cases, len(facts.sets.sets) + len(facts.sets.lost)
    if stated is not None and stated != found:
        yield counted(
            "the book states {stated} cases, {n} case was found",
            "the book states {stated} cases, {n} cases were found",
            found,
            stated=stated,
        )
