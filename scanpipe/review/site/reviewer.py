"""Who reviews: a person says the name, and the browser keeps it."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scanpipe.errors import UsageError
from scanpipe.flows.station import person_named
from scanpipe.messages import lazy
from scanpipe.review.site.review import Review
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.changes import said


class _Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str


def routes(review: Review) -> list[Route]:
    """Return the addresses by which a person says who reviews."""

    async def person(request: Request) -> Response:
        name = person_named((await said(request, _Person)).name)
        if not name:
            raise UsageError(lazy("Give your name."))
        answer = json_answer({"person": name})
        review.remember(answer, name)
        return answer

    return [Route("/person", person, methods=["POST"])]
