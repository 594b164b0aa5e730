"""Second opinions: pages that another person judged, shown without that verdict."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scanpipe.flows.review.pages import review_book
from scanpipe.flows.review.second import pages_for_second, say_second
from scanpipe.review.site.review import Review, row_of
from scanpipe.review.site.texts import page_texts
from scanpipe.review.site.words import page_words, reason_words
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.changes import said


class _Opinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is thought of a page, of the very capture that was seen."""

    page: str
    capture: int
    region: str
    decision: str
    reason: str = ""


def routes(review: Review) -> list[Route]:
    """Return the addresses of second opinions."""

    async def pages(request: Request) -> Response:
        row, person = row_of(request, "book"), review.person(request)
        book = (await review.look(review_book, row)).book
        asked = await review.look(pages_for_second, row, person) if person else ()
        told: dict[str, Any] = {"reasons": reason_words(), "recipes": [], "texts": page_texts()}
        return json_answer({"row": row, "name": book.id.label, "pages": [page_words(each) for each in asked], **told})

    async def opinion(request: Request) -> Response:
        person, row, wanted = review.reviewer(request), row_of(request, "book"), await said(request, _Opinion)
        what = {"decision": wanted.decision, "reason": wanted.reason}
        await review.change(person, say_second, row, wanted.page, (wanted.capture, wanted.region), **what)
        return json_answer({"pages": []})

    return [
        Route("/books/{book:int}/second.json", pages),
        Route("/books/{book:int}/opinions", opinion, methods=["POST"]),
    ]
