"""Answers that all pages give: pictures and static files, which browsers keep, and values as JSON."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scanpipe.review.web.pages import static_files

FOREVER: Final = "private, max-age=31536000, immutable"
Failures = Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]


def answering(routes: Sequence[Route], failures: Failures | None = None) -> Starlette:
    """Return what answers at these addresses, to the letter: no other one leads there."""
    app = Starlette(routes=[STATIC, *routes], exception_handlers=failures or {})
    app.router.redirect_slashes = False
    return app


def jpeg(data: bytes) -> Response:
    """Return a picture that is another under another address."""
    return Response(data, media_type="image/jpeg", headers={"cache-control": FOREVER})


def json_answer(value: Any, status: int = 200) -> Response:
    """Return plain values, whose texts were put into words before."""
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


async def _static(request: Request) -> Response:
    """Return a static file; scripts name each other without a version, and are then asked for each time."""
    found = static_files().get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    fresh = request.query_params.get("v") == found.version
    headers = {"cache-control": FOREVER if fresh else "no-cache", "etag": f'"{found.version}"'}
    if not fresh and request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)


STATIC: Final = Route("/static/{name:path}", _static)
