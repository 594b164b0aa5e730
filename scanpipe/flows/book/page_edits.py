"""Single pages of a book: room made for one that was left out, and one brought to the place where it belongs.

As with `shift`, nothing is scanned or processed again. What is stated about a page goes with it, and so does the first
page of a case. A page that is called otherwise is judged again. A place that the paper book lacks stays where it is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.plan import PageState, Status
from scanpipe.flows.book.reorder import ChangeReason, MovedPages, body_page, move_pages, refuse_awaited, shift_pages
from scanpipe.flows.book.statements import state_pages
from scanpipe.flows.book.tickets import editing
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Page, Part
from scanpipe.package.reports.numbers import page_range

mark_pages = state_pages


def insert_pages(
    station: Station,
    name: str,
    label: str,
    *,
    count: int | None = None,
    after: bool = False,
    why: ChangeReason | None = None,
) -> MovedPages:
    """Make room before or after a page; the next capture fills it.

    Args:
        station: the station.
        name: the book.
        label: the page.
        count: how many places; by default as many as one picture shows.
        after: make room after the page, not before it.
        why: the reason and the ticket.

    Raises:
        UsageError: no body page; nothing stands from there on; the room would part the halves of a picture; or a page
            from there on is awaited.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _inserted(station, name, label, count=count, after=after, why=why or ChangeReason())


@in_one_step
def _inserted(
    station: Station, name: str, label: str, *, count: int | None, after: bool, why: ChangeReason
) -> MovedPages:
    facts = book_facts(station, name)
    first = body_page(_body_number(facts, label) + after)
    room = count or (2 if facts.book.spreads == "split" else 1)
    if not any(state.taken and state.page.number >= first.number for state in _body(facts)):
        raise UsageError(
            lazy("{book} has no page after this place, so no room is needed.", book=facts.book.id),
            remedy=lazy(
                "Capture the page. If the book has more pages than stated, state the total: scanpipe book amend."
            ),
        )
    moves = {s.page: body_page(s.page.number + room) for s in _body(facts) if s.page.number >= first.number}
    _refuse_torn(facts, moves)
    with editing(station, facts.row, "insert", ticket=why.ticket) as ticket:
        return shift_pages(station, facts, first, by=room, why=replace(why, ticket=ticket))


def move_page(station: Station, name: str, label: str, to: str, *, why: ChangeReason | None = None) -> MovedPages:
    """Bring a page to its place: to a free one, or to one that is taken, and then the pages between close up.

    The halves of a picture of two pages go together; `to` is where the named page goes.

    Raises:
        PageUnknown: the page has no picture.
        UsageError: no body pages; the paper book lacks the place, or ends before it; the halves of another picture
            would be parted; or a page between is awaited.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _moved(station, name, label, to, why or ChangeReason())


@in_one_step
def _moved(station: Station, name: str, label: str, to: str, why: ChangeReason) -> MovedPages:
    facts = book_facts(station, name)
    page, place = body_page(_body_number(facts, label)), body_page(_body_number(facts, to))
    block = _picture_of(facts, page)
    order = _order_of_places(facts, place.number + len(block))
    places = _places_of(facts, order, block, place, at=block.index(page))
    if places == block:
        raise UsageError(lazy("{book}: page {page} is there already.", book=facts.book.id, page=page))
    taken = {state.page for state in _body(facts) if state.taken}
    if taken.isdisjoint({*places} - {*block}):
        moves = dict(zip(block, places, strict=True))
    else:
        moves = _rotation(order, block, places)
        refuse_awaited(facts, lambda each: each in moves)
    _refuse_torn(facts, moves)
    with editing(station, facts.row, "move", ticket=why.ticket) as ticket:
        return move_pages(station, facts, moves, replace(why, ticket=ticket))


def moves_behind(facts: BookFacts, page: Page, last: int) -> dict[Page, Page]:
    """Return where each body page goes that the paper book has, old to new, when one goes behind those up to `last`.

    Raises:
        PageUnknown: the page has no picture.
        UsageError: its picture shows another page, too; one of two pages would be parted; or a page between is awaited.
    """
    block = _picture_of(facts, page)
    if len(block) > 1:
        raise _on_one_picture(facts, block)
    order = _order_of_places(facts, last)
    others = [each for each in order if each != page]
    at = sum(each.number <= last for each in others)
    moves = dict(zip([*others[:at], page, *others[at:]], order, strict=True))
    refuse_awaited(facts, lambda each: moves.get(each, each) != each)
    _refuse_torn(facts, moves)
    return moves


def _rotation(order: Sequence[Page], block: Sequence[Page], places: Sequence[Page]) -> dict[Page, Page]:
    """Return where each page goes, old to new, when a block of pages goes to its places and those between close up."""
    positions = [order.index(page) for page in (*block, *places)]
    between = order[min(positions) : max(positions) + 1]
    others = iter(page for page in between if page not in block)
    going = dict(zip(places, block, strict=True))
    return {going.get(place) or next(others): place for place in between}


def _places_of(
    facts: BookFacts, order: Sequence[Page], block: Sequence[Page], place: Page, *, at: int
) -> tuple[Page, ...]:
    """Return the places of the pages of one picture when the one `at` this index of it goes to a place."""
    start = order.index(place) - at if place in order else -1
    places = tuple(order[max(start, 0) : max(start, 0) + len(block)])
    if start < 0 or len(places) < len(block):
        raise UsageError(
            lazy("{book}: the paper book has no place for the picture at page {page}.", book=facts.book.id, page=place),
            remedy=lazy(
                "If it has, state its total of pages (scanpipe book amend --pages), or take back that the page is "
                "missing (scanpipe page mark --take-back)."
            ),
        )
    return places


def _order_of_places(facts: BookFacts, last: int) -> list[Page]:
    """Return the places of body pages that a picture may go to, in order; those that the paper book lacks are none."""
    known = [state.page for state in _body(facts) if state.status is not Status.ABSENT]
    if facts.book.pages is not None:
        return known
    return [*known, *map(body_page, range(len(_body(facts)) + 1, last + 1))]


def _picture_of(facts: BookFacts, page: Page) -> tuple[Page, ...]:
    """Return the pages that the picture of a page shows, which stand side by side.

    Raises:
        PageUnknown: it has none.
    """
    shown = {state.page: state.facts.capture for state in facts.captured}
    if page not in shown:
        raise PageUnknown(
            lazy("{book} has no picture {names}.", book=facts.book.id, names=page),
            remedy=lazy("Name a page that has a picture. Run 'scanpipe book show' to list them."),
        )
    return tuple(state.page for state in _body(facts) if shown.get(state.page) == shown[page])


def _refuse_torn(facts: BookFacts, moves: Mapping[Page, Page]) -> None:
    """Refuse moves after which the two pages of one picture no longer stand side by side."""
    pictures: dict[int, list[Page]] = {}
    for state in facts.captured:
        pictures.setdefault(state.facts.capture, []).append(state.page)
    lacking = [state.page for state in _body(facts) if state.status is Status.ABSENT]
    lacking_then = [moves.get(page, page) for page in lacking]
    for pages in pictures.values():
        then = [moves.get(page, page) for page in pages]
        if _beside(pages, lacking) and not _beside(then, lacking_then):
            raise _on_one_picture(facts, pages)


def _on_one_picture(facts: BookFacts, pages: Sequence[Page]) -> UsageError:
    return UsageError(
        lazy("{book}: pages {pages} are on one picture.", book=facts.book.id, pages=page_range(pages)),
        remedy=lazy("Name a place before or after both pages."),
    )


def _beside(pages: Sequence[Page], lacking: Collection[Page]) -> bool:
    """Whether pages follow each other in the paper book, which lacks some."""
    between = range(pages[0].number + 1, pages[-1].number)
    return pages[0].number <= pages[-1].number and all(
        body_page(number) in lacking or body_page(number) in pages for number in between
    )


def _body(facts: BookFacts) -> list[PageState]:
    return [state for state in facts.pages if state.page.part is Part.BODY]


def _body_number(facts: BookFacts, label: str) -> int:
    page = Page.parse(label)
    if page.part is not Part.BODY:
        raise UsageError(
            lazy("{book}: page {page} is no body page.", book=facts.book.id, page=page),
            remedy=lazy(
                "State how many pages stand before and after the body: scanpipe book amend --front N --back N. "
                "All pages then take their places in the order of the paper."
            ),
        )
    return page.number
