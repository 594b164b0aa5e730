"""A recipe is tried on a page, and its picture is shown beside the page as it is."""

import asyncio
from urllib.parse import quote

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scanpipe.errors import UsageError, VerdictOutdated
from scanpipe.flows.review.pages import review_page
from scanpipe.flows.review.recipes import recipe_names
from scanpipe.messages import lazy
from scanpipe.review.site.review import Review, row_of
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.changes import said


class _Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page as it was seen, and the name of the recipe."""

    page: str
    capture: int
    recipe: str


def routes(review: Review) -> list[Route]:
    """Return the addresses by which recipes are tried."""

    async def tried(request: Request) -> Response:
        review.reviewer(request)
        row, wanted = row_of(request, "book"), await said(request, _Trial)
        if wanted.recipe not in await review.look(recipe_names):
            raise UsageError(lazy("There is no such recipe."))
        page = await review.look(review_page, row, wanted.page)
        if page.capture != wanted.capture:
            raise VerdictOutdated(lazy("Page {page} is not as it was when you looked at it.", page=page.label))
        made = review.trials.thread
        name = await asyncio.get_running_loop().run_in_executor(made, review.trials.make, page, wanted.recipe)
        return json_answer({"address": f"/trials/{quote(name)}.jpg"})

    async def picture(request: Request) -> Response:
        found = review.trials.found(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return Response(found, media_type="image/jpeg")

    return [
        Route("/books/{book:int}/trials", tried, methods=["POST"]),
        Route("/trials/{name}.jpg", picture),
    ]
