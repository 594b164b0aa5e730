"""The answers of the review site to whoever judges pages: the books, a book, its pictures, and verdicts."""

from starlette.applications import Starlette

from scanpipe.review.site import (
    book_page,
    books,
    case_rows,
    contact_sheet,
    dashboard,
    edits,
    page_pictures,
    report,
    reviewer,
    second,
    trials,
    verdicts,
)
from scanpipe.review.site.failures import FAILURES
from scanpipe.review.site.review import Review
from scanpipe.review.web.answers import answering


def review_app(review: Review) -> Starlette:
    """Return what answers as a review site; a guard is to stand before it."""
    rooms = (
        books,
        dashboard,
        report,
        book_page,
        contact_sheet,
        edits,
        case_rows,
        page_pictures,
        verdicts,
        second,
        trials,
        reviewer,
    )
    routes = review.live.routes()
    for room in rooms:
        routes += room.routes(review)
    return answering(routes, FAILURES)
