"""What stands between a book and its delivery, and what is only to be noted: pure, from the facts."""

from collections.abc import Iterator
from typing import Final

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import Status
from scanpipe.flows.book.sampling import sampling_obstacles
from scanpipe.messages import LazyText, joined, lazy
from scanpipe.model import Part
from scanpipe.package.cases.case_lengths import long_cases, usual_pages
from scanpipe.package.cases.page_sets import PageSetPlan
from scanpipe.package.reports.numbers import page_range
from scanpipe.state.views import AwaitedPage
from scanpipe.vocabularies.obstacles import Obstacle, obstacle
from scanpipe.vocabularies.reasons import reason_text

_REFUSING = (Status.MISSING, Status.UNPROCESSED, Status.QUARANTINED, Status.REJECTED, Status.WAITING)

STATUS_NAMES: Final = {
    Status.MISSING: lazy("missing"),
    Status.ABSENT: lazy("missing from the paper book"),
    Status.UNPROCESSED: lazy("unprocessed"),
    Status.QUARANTINED: lazy("quarantined"),
    Status.WAITING: lazy("waiting for a verdict"),
    Status.REJECTED: lazy("rejected"),
    Status.ACCEPTED: lazy("accepted"),
}
_STATED_NAMES: Final = {"missing": STATUS_NAMES[Status.ABSENT], "damaged": lazy("damaged"), "blank": lazy("blank")}


def blockers(facts: BookFacts) -> tuple[Obstacle, ...]:
    """Return every reason why the book cannot be delivered."""
    return (*_page_blockers(facts), *_paper_blockers(facts), *_case_blockers(facts), *sampling_obstacles(facts))


def completeness_warnings(facts: BookFacts) -> tuple[Obstacle, ...]:
    """Return why nobody can be sure that the book is complete: a night leaves the decision to a person."""
    return tuple(_completeness_warnings(facts))


def notices(facts: BookFacts) -> tuple[Obstacle, ...]:
    """Return what is told but stops no delivery: completeness warnings, gaps in the numbers, and absent pages."""
    gaps = (obstacle("number-missing", gap=gap) for gap in facts.sets.gaps if facts.book.rule.kind != "starts")
    return (*completeness_warnings(facts), *gaps, *statements(facts))


def statements(facts: BookFacts) -> tuple[Obstacle, ...]:
    """Return what people state about pages of the paper book, and which cases lack pages therefore."""
    return (*_stated(facts), *_lacking(facts.sets))


def awaited_obstacle(awaited: AwaitedPage) -> Obstacle:
    """Return why a page is awaited."""
    if awaited.outcome == "rescan":
        return obstacle("rescan-awaited", page=awaited.page, reason=why_sent_back(awaited))
    code = "file-awaited" if awaited.outcome == "refused" else "sheet-failed"
    return obstacle(code, page=awaited.page, reason=awaited.detail)


def why_sent_back(awaited: AwaitedPage) -> LazyText | str:
    """Return why a page is to be scanned again, with what the person added who sent it back."""
    return joined(reason_text(str(awaited.detail)), awaited.note, by=": ")


def recipe_obstacles(facts: BookFacts) -> Iterator[Obstacle]:
    """Yield that the book's recipe cannot be read, where that is so."""
    if facts.recipe_fault:
        yield obstacle("recipe-unreadable", reason=facts.recipe_fault.text)


def _page_blockers(facts: BookFacts) -> Iterator[Obstacle]:
    yield from recipe_obstacles(facts)
    if not facts.captured:
        yield obstacle("nothing-scanned")
    for status in _REFUSING:
        pages = [state.page for state in facts.pages if state.status is status]
        if pages:
            yield obstacle("pages-in-the-way", status=STATUS_NAMES[status], pages=page_range(pages))
    yield from map(awaited_obstacle, facts.awaited)


def _paper_blockers(facts: BookFacts) -> Iterator[Obstacle]:
    stated, placed = facts.book.pages, sum(1 for s in facts.pages if s.taken and s.page.part is Part.BODY)
    if stated is not None and placed > stated:
        yield obstacle("too-many-pages", stated=stated, placed=placed)
    for sheet in facts.unresolved_sheets:
        yield obstacle("sheet-unresolved", page=sheet.page or "?")
    for picture in facts.unassigned:
        yield obstacle("picture-unplaced", picture=picture.name, book=facts.book.id)


def _case_blockers(facts: BookFacts) -> Iterator[Obstacle]:
    sets = facts.sets
    if sets.unassigned:
        yield obstacle("pages-in-no-case", pages=page_range(sets.unassigned))
    for key in sets.duplicates:
        yield obstacle("case-repeated", number=key)
    for key in sets.incomplete:
        yield obstacle("case-incomplete", number=key)


def _completeness_warnings(facts: BookFacts) -> Iterator[Obstacle]:
    halves = {state.facts.capture for state in facts.captured if state.facts.region == "right"}
    for state in facts.captured:
        if state.facts.region == "left" and state.facts.capture not in halves:
            yield obstacle("half-unplaced", page=state.page)
    if facts.book.pages is None:
        yield obstacle("total-not-stated", book=facts.book.id)
    stated, found = facts.book.cases, len(facts.sets.sets) + len(facts.sets.lost)
    if stated is not None and stated != found:
        yield obstacle("cases-differ", found=found, stated=stated)
    if facts.book.rule.kind == "starts":
        yield from _merged(facts.sets)


def _merged(sets: PageSetPlan) -> Iterator[Obstacle]:
    """Yield what shows that a case swallowed the next one, because nothing said where that begins."""
    for gap in sets.gaps:
        yield obstacle("separator-missing", gap=gap)
    usual = usual_pages(sets.sets)
    for case in long_cases(sets.sets):
        yield obstacle("case-long", number=case.key, pages=len(case.pages), usual=usual)


def _stated(facts: BookFacts) -> Iterator[Obstacle]:
    for state in facts.pages:
        if said := state.stated:
            who = ", ".join(text for text in (said.person, said.ticket) if text)
            note = f"{said.note} ({who})" if said.note else who
            yield obstacle("page-stated", page=said.page, state=stated_name(said.state), note=note)


def stated_name(state: str) -> LazyText:
    """Return what is stated about a page."""
    return _STATED_NAMES[state]


def _lacking(sets: PageSetPlan) -> Iterator[Obstacle]:
    for found in sets.lacking:
        if found.key in sets.lost:
            yield obstacle("case-lost", number=found.key)
        else:
            yield obstacle("case-lacks-pages", number=found.key, pages=page_range(found.pages))
