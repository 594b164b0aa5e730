"""The dashboard of the station: books, speed, defects, and who waits for what."""

from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scanpipe.flows.dashboard.station_figures import station_figures
from scanpipe.messages import lazy
from scanpipe.review.site.dashboard_words import dashboard_words
from scanpipe.review.site.review import Review
from scanpipe.review.web.pages import page

PERIODS: Final = {"7": lazy("7 days"), "30": lazy("30 days"), "90": lazy("90 days"), "all": lazy("all time")}
_USUAL: Final = "30"


def routes(review: Review) -> list[Route]:
    """Return the address of the dashboard; `?days=` narrows speed and defects down."""

    async def dashboard(request: Request) -> Response:
        asked = request.query_params.get("days", _USUAL)
        period = asked if asked in PERIODS else _USUAL
        figures = await review.look(station_figures, days=None if period == "all" else int(period))
        values = {"periods": PERIODS, "period": period, "time": f"{datetime.now():%H:%M}", **dashboard_words(figures)}
        return HTMLResponse(page("dashboard.html", **values, **review.shared(request)))

    return [Route("/dashboard", dashboard)]
