"""Pictures of pages: their addresses hold row and digest, so a browser keeps them for ever."""

import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scanpipe.flows.pictures.page_pictures import KINDS, THUMBNAIL, Cut, Kind, Source, source_of
from scanpipe.review.live.pictures import WIDTHS
from scanpipe.review.site.review import Review, row_of
from scanpipe.review.web.answers import jpeg

_WIDTHS: Final = {str(width): Cut(width=width) for width in (THUMBNAIL, *WIDTHS)}
_TILE: Final = re.compile(r"tile-(\d{1,3})-(\d{1,3})", re.ASCII)


def routes(review: Review) -> list[Route]:
    """Return the addresses of pictures."""
    known: dict[tuple[Kind, int], Source] = {}

    async def picture(request: Request) -> Response:
        kind = next((kind for kind in KINDS if kind == request.path_params["kind"]), None)
        if kind is None:
            raise HTTPException(404)
        key = (kind, row_of(request, "row"))
        if key not in known:  # what a row says never changes
            known[key] = await review.look(source_of, *key)
        if known[key].digest[:16] != request.path_params["digest"]:
            raise HTTPException(404)
        return jpeg(await review.pictures.jpeg(known[key], _cut(kind, request.path_params["name"])))

    return [Route("/pictures/{kind}/{row:int}/{digest}/{name}.jpg", picture)]


def _cut(kind: Kind, name: str) -> Cut:
    if name in _WIDTHS:
        return _WIDTHS[name]
    tile = _TILE.fullmatch(name)
    if tile is None or kind == "mask":
        raise HTTPException(404)
    return Cut(column=int(tile[1]), row=int(tile[2]))
