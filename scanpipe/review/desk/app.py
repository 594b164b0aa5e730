"""The desk's answers to whoever judges pages: the books, a book, its pictures, and verdicts."""

from starlette.applications import Starlette

from scanpipe.review.desk import (
    book_page,
    books,
    case_rows,
    contact_sheet,
    dashboard,
    edits,
    judging,
    page_pictures,
    reviewer,
    second,
    trials,
)
from scanpipe.review.desk.desk import Desk
from scanpipe.review.desk.failures import FAILURES
from scanpipe.review.web.answers import answering


def desk_app(desk: Desk) -> Starlette:
    """Return what answers at a desk; a guard is to stand before it."""
    rooms = (
        books,
        dashboard,
        book_page,
        contact_sheet,
        edits,
        case_rows,
        page_pictures,
        judging,
        second,
        trials,
        reviewer,
    )
    routes = desk.live.routes()
    for room in rooms:
        routes += room.routes(desk)
    return answering(routes, FAILURES)
