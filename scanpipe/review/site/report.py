"""The morning report of the station, as `scanpipe report` writes it."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scanpipe.flows.report.morning import morning_report
from scanpipe.flows.report.words import report_words
from scanpipe.review.site.review import Review
from scanpipe.review.web.pages import page


def routes(review: Review) -> list[Route]:
    """Return the address of the report."""

    async def report(request: Request) -> Response:
        words = report_words(await review.look(morning_report))
        return HTMLResponse(page("report.html", linked=True, **words, **review.shared(request)))

    return [Route("/report", report)]
