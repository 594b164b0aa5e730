"""The live view's answers: a page, the stream of what it shows, and pictures. It reads, and changes nothing."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from scanpipe.errors import BlobDamaged, ScanpipeError
from scanpipe.flows.pictures.live_page import ShownCapture, shown_capture
from scanpipe.review.live.feed import LiveFeed
from scanpipe.review.live.pictures import FULL, WIDTHS
from scanpipe.review.web.answers import answering, jpeg
from scanpipe.review.web.pages import page

_LARGEST_ROW = 2**63
_RETRY_MS = 1000


def live_app(folder: Path, feed: LiveFeed) -> Starlette:
    """Return what answers for the live view of the station in `folder`; a guard is to stand before it."""
    return answering(live_routes(folder, lambda: feed))


def live_routes(folder: Path, feed: Callable[[], LiveFeed], *, path: str = "/", here: str = "") -> list[Route]:
    """Return the addresses of a live view: `here` is what the links between pages call it, "" where there are none."""
    views = _Views(folder, feed, here)
    return [
        Route(path, views.live),
        Route("/events", views.events),
        Route("/captures/{capture:int}/{digest}/{name}.jpg", views.picture),
    ]


class _Views:
    """The answers, each to one kind of request."""

    def __init__(self, folder: Path, feed: Callable[[], LiveFeed], here: str) -> None:
        self._folder, self._feed, self._here = folder, feed, here

    async def live(self, _request: Request) -> Response:
        return HTMLResponse(page("live.html", widths=json.dumps(WIDTHS), here=self._here))

    async def events(self, _request: Request) -> Response:
        return StreamingResponse(_event_stream(self._feed().views()), media_type="text/event-stream")

    async def picture(self, request: Request) -> Response:
        """Return a capture as JPEG: `1366.jpg` that wide, `full.jpg` as it is, `enhanced-KEY.jpg` enhanced."""
        name = request.path_params["name"]
        shown = await self._capture(request)
        if name.startswith("enhanced-"):
            preview = self._feed().previews.of(shown.capture)
            if not preview or not preview.jpeg or name != f"enhanced-{preview.key}":
                raise HTTPException(404)
            return jpeg(preview.jpeg)
        return jpeg(await self._master(shown, name))

    async def _master(self, shown: ShownCapture, name: str) -> bytes:
        width = {str(width): width for width in WIDTHS}.get(name, FULL)
        if width == FULL and name != "full":
            raise HTTPException(404)
        if width != FULL:
            self._feed().pictures.width = width
        try:
            return await self._feed().pictures.jpeg(shown, width)
        except BlobDamaged:
            raise HTTPException(410) from None
        except ScanpipeError:
            raise HTTPException(503) from None

    async def _capture(self, request: Request) -> ShownCapture:
        """Return the capture of an address; its digest keeps pictures of two stations apart in a browser's cache."""
        capture, digest = request.path_params["capture"], request.path_params["digest"]
        found = await self._feed().read(shown_capture, self._folder, capture) if capture < _LARGEST_ROW else None
        if found is None or found.digest[:16] != digest:
            raise HTTPException(404)
        return found


async def _event_stream(views: AsyncIterator[str]) -> AsyncIterator[str]:
    yield f"retry: {_RETRY_MS}\n\n"
    async for view in views:
        yield f"data: {view}\n\n" if view else ": nothing changed\n\n"
