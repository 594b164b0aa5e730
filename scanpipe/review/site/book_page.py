"""The page on which a book is judged, and what its script is told of the book."""

import json

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scanpipe.flows.book.tickets import Ticket, tickets_of
from scanpipe.flows.pictures.page_pictures import TILE
from scanpipe.flows.qa.history import PastEvent, page_history
from scanpipe.flows.review.page_details import capture_marks, version_details
from scanpipe.flows.review.pages import name_of, review_book
from scanpipe.flows.review.recipes import recipe_names
from scanpipe.flows.station import Station
from scanpipe.review.live.pictures import WIDTHS
from scanpipe.review.site.review import Review, row_of
from scanpipe.review.site.texts import page_texts
from scanpipe.review.site.words import (
    book_words,
    details_words,
    history_words,
    marks_words,
    reason_words,
    tickets_words,
)
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.pages import page


def routes(review: Review) -> list[Route]:
    """Return the addresses of a book."""

    async def shown(request: Request, mode: str = "") -> Response:
        row = row_of(request, "book")
        book = await review.look(review_book, row)
        values = {
            "row": row,
            "mode": mode,
            "revision": 0 if mode else book.revision,
            "book": book.book,
            "widths": json.dumps(WIDTHS),
            "tile": TILE,
        }
        return HTMLResponse(page("pages.html", reasons=reason_words(), **values, **review.shared(request)))

    async def second(request: Request) -> Response:
        return await shown(request, "second")

    async def pages(request: Request) -> Response:
        book = await review.look(review_book, row_of(request, "book"))
        told = {"reasons": reason_words(), "recipes": await review.look(recipe_names), "texts": page_texts()}
        return json_answer({**book_words(book), **told})

    async def tickets(request: Request) -> Response:
        return json_answer(tickets_words(await review.look(_tickets, row_of(request, "book"))))

    async def details(request: Request) -> Response:
        return json_answer(details_words(await review.look(version_details, row_of(request, "version"))))

    async def history(request: Request) -> Response:
        label = request.path_params["label"]
        return json_answer(history_words(await review.look(_past, row_of(request, "book"), label)))

    async def marks(request: Request) -> Response:
        return json_answer(marks_words(await review.look(capture_marks, row_of(request, "capture"))))

    return [
        Route("/books/{book:int}", shown),
        Route("/books/{book:int}/second", second),
        Route("/books/{book:int}/pages.json", pages),
        Route("/books/{book:int}/tickets.json", tickets),
        Route("/books/{book:int}/pages/{label}/history.json", history),
        Route("/versions/{version:int}/details.json", details),
        Route("/captures/{capture:int}/marks.json", marks),
    ]


def _tickets(station: Station, row: int) -> tuple[Ticket, ...]:
    return tickets_of(station, name_of(station, row))


def _past(station: Station, row: int, label: str) -> tuple[PastEvent, ...]:
    return page_history(station, name_of(station, row), label)
