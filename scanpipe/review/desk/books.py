"""The list of books, with what waits."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scanpipe.flows.review.books import book_lines
from scanpipe.review.desk.desk import Desk
from scanpipe.review.web.pages import page


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of the list."""

    async def books(request: Request) -> Response:
        lines = await desk.look(book_lines)
        return HTMLResponse(page("books.html", lines=lines, **desk.shared(request)))

    return [Route("/", books)]
