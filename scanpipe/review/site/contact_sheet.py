"""All pages of a book at once, and verdicts on several of them."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scanpipe.errors import StationLocked
from scanpipe.flows.pictures.page_pictures import THUMBNAIL, Source
from scanpipe.flows.review.contact_sheet import ContactSheet, contact_sheet
from scanpipe.flows.review.judge_seen import Said, judge_all
from scanpipe.flows.review.pages import review_book
from scanpipe.messages import lazy
from scanpipe.review.site.review import Review, row_of
from scanpipe.review.site.sheet_words import sheet_texts, sheet_words
from scanpipe.review.site.words import reason_words
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.changes import Ticket, Window, said
from scanpipe.review.web.pages import page


class _Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page as it was seen."""

    page: str
    capture: int
    version: int | None
    judged: int = 0


class _Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One verdict on several pages; `window` tells the reviewer's windows apart."""

    window: Window
    pages: list[_Seen]
    decision: str
    reason: str = ""
    recipe: str = ""
    ticket: Ticket = ""


def routes(review: Review) -> list[Route]:
    """Return the addresses of the contact sheet of a book."""

    async def shown(request: Request) -> Response:
        row = row_of(request, "book")
        book = await review.look(review_book, row)
        values = {"row": row, "book": book.book, "revision": book.revision, "reasons": reason_words()}
        return HTMLResponse(page("sheet.html", **values, **review.shared(request)))

    async def told(request: Request) -> Response:
        sheet = await review.look(contact_sheet, row_of(request, "book"))
        review.pictures.make_ahead(_sources(sheet), THUMBNAIL)
        return json_answer({**sheet_words(sheet), "reasons": reason_words(), "texts": sheet_texts()})

    async def verdict(request: Request) -> Response:
        person, row, wanted = review.reviewer(request), row_of(request, "book"), await said(request, _Verdict)
        await _refuse_taken(review, row, wanted)
        what: dict[str, Any] = {key: getattr(wanted, key) for key in ("decision", "reason", "recipe", "ticket")}
        seen = [Said(**msgspec.structs.asdict(each), **what) for each in wanted.pages]
        pages = await review.change(person, judge_all, row, seen)
        return json_answer({"pages": [page.label for page in pages]})

    return [
        Route("/books/{book:int}/sheet", shown),
        Route("/books/{book:int}/sheet.json", told),
        Route("/books/{book:int}/sheet/verdicts", verdict, methods=["POST"]),
    ]


async def _refuse_taken(review: Review, row: int, wanted: _Verdict) -> None:
    taken = await review.taken(row, but=wanted.window)
    for each in wanted.pages:
        if person := taken.get(each.page):
            raise StationLocked(
                lazy("{person} has page {page} open.", person=person, page=each.page),
                remedy=lazy("Leave this page out, and choose again."),
            )


def _sources(sheet: ContactSheet) -> list[Source]:
    """Return what the thumbnails are made of, in the order of the pages."""
    pages = [each.page for each in sheet.pages]
    shown = [("page", page.image) if page.image else ("scan", page.scan) for page in pages]
    loose = [("scan", picture.digest) for picture in sheet.loose]
    return [Source(kind=kind, digest=digest) for kind, digest in (*shown, *loose) if digest]  # type: ignore[arg-type]
