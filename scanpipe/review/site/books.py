"""The list of books, with what waits."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scanpipe.flows.review.books import book_lines
from scanpipe.review.site.review import Review
from scanpipe.review.web.pages import page


def routes(review: Review) -> list[Route]:
    """Return the addresses of the list."""

    async def books(request: Request) -> Response:
        lines = await review.look(book_lines)
        return HTMLResponse(page("books.html", lines=lines, **review.shared(request)))

    return [Route("/", books)]
