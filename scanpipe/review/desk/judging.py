"""What a reviewer says of pages: verdicts, their undoing, and which page she has open."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scanpipe.errors import StationLocked
from scanpipe.flows.pictures.live_page import moment
from scanpipe.flows.pictures.page_pictures import Source
from scanpipe.flows.review.judging import Said, judge, undo_own
from scanpipe.flows.review.pages import review_book
from scanpipe.messages import lazy
from scanpipe.review.desk.desk import Desk, row_of
from scanpipe.review.desk.words import page_words
from scanpipe.review.live.pictures import WIDTHS
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.changes import said


class _Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verdict on one page, of the very version that was seen; `window` tells the reviewer's windows apart."""

    window: str
    page: str
    capture: int
    version: int | None
    decision: str
    reason: str = ""
    recipe: str = ""


class _Open(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page that a window has open, "" for none; `width` is that of its pictures."""

    window: str
    page: str = ""
    width: int = 0


class _Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def routes(desk: Desk) -> list[Route]:
    """Return the addresses by which pages are judged."""

    async def verdict(request: Request) -> Response:
        person, row, wanted = desk.reviewer(request), row_of(request, "book"), await said(request, _Verdict)
        await _refuse_taken(desk, row, wanted)
        fields = {key: getattr(wanted, key) for key in ("page", "capture", "version", "decision", "reason", "recipe")}
        pages = await desk.change(person, judge, row, Said(**fields))
        return json_answer({"pages": [page_words(page) for page in pages]})

    async def undo(request: Request) -> Response:
        person, row = desk.reviewer(request), row_of(request, "book")
        await said(request, _Undo)
        undone = await desk.change(person, undo_own, row)
        return json_answer({"said": undone.text, "pages": [page_words(page) for page in undone.pages]})

    async def opened(request: Request) -> Response:
        person, row, window = desk.reviewer(request), row_of(request, "book"), await said(request, _Open)
        if window.width in WIDTHS:
            await _make_ahead(desk, row, window)
        taken = await desk.claim(row, window.page, holder=window.window, person=person) if window.page else ""
        if not window.page:
            await desk.release(window.window)
        return json_answer({"taken": taken, "moment": await desk.read(moment, desk.folder)})

    return [
        Route("/books/{book:int}/verdicts", verdict, methods=["POST"]),
        Route("/books/{book:int}/undo", undo, methods=["POST"]),
        Route("/books/{book:int}/open", opened, methods=["POST"]),
    ]


async def _refuse_taken(desk: Desk, row: int, wanted: _Verdict) -> None:
    person = await desk.holder(row, wanted.page, but=wanted.window)
    if person:
        raise StationLocked(
            lazy("{person} has page {page} open.", person=person, page=wanted.page),
            remedy=lazy("Go on with another page."),
        )


async def _make_ahead(desk: Desk, row: int, window: _Open) -> None:
    """Make the pictures of the book in the background, from the page on that is open."""
    pages = (await desk.look(review_book, row)).pages
    start = next((place for place, page in enumerate(pages) if page.label == window.page), 0)
    order = [*pages[start:], *pages[:start]]
    processed = [Source(kind="page", digest=page.image) for page in order if page.image]
    scans = [Source(kind="scan", digest=page.scan) for page in order if page.scan]
    desk.pictures.make_ahead([*processed, *scans], window.width)
