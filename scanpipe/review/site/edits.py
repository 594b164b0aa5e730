"""Changes of a book on its contact sheet: which pages make which case, and in which order."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scanpipe.flows.review.edits import Edit, edit_book, undo_edit
from scanpipe.messages import _, counted
from scanpipe.review.site.review import Review, row_of
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.changes import said


class _Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def routes(review: Review) -> list[Route]:
    """Return the addresses of changes."""

    async def edit(request: Request) -> Response:
        person, row = review.reviewer(request), row_of(request, "book")
        wanted: Edit = await said(request, Edit)  # type: ignore[arg-type]  # mypy knows no type of a union
        again = (await review.change(person, edit_book, row, wanted)).judged_again
        words = counted("{n} page must be judged again.", "{n} pages must be judged again.", len(again))
        return json_answer({"said": words if again else _("Done.")})

    async def undo(request: Request) -> Response:
        person, row = review.reviewer(request), row_of(request, "book")
        await said(request, _Undo)
        return json_answer({"said": await review.change(person, undo_edit, row)})

    return [
        Route("/books/{book:int}/edits", edit, methods=["POST"]),
        Route("/books/{book:int}/edits/undo", undo, methods=["POST"]),
    ]
