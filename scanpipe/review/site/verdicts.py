"""What a reviewer says of pages: verdicts, their undoing, and which page she has open."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scanpipe.errors import PageUnknown, StationLocked
from scanpipe.flows.pictures.live_page import moment
from scanpipe.flows.pictures.page_pictures import Source
from scanpipe.flows.review.judge_seen import Said, judge, undo_own
from scanpipe.flows.review.pages import ReviewPage, review_book
from scanpipe.messages import lazy
from scanpipe.review.live.pictures import WIDTHS
from scanpipe.review.site.review import Review, row_of
from scanpipe.review.site.words import page_words
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.changes import Ticket, Window, said


class _Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verdict on one page, of the very version that was seen, and of the verdict that stood there (`judged`)."""

    window: Window
    page: str
    capture: int
    version: int | None
    decision: str
    reason: str = ""
    recipe: str = ""
    judged: int = 0
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""
    ticket: Ticket = ""


class _Open(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page that a window has open, "" for none; `width` is that of its pictures."""

    window: Window
    page: str = ""
    width: int = 0


class _Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def routes(review: Review) -> list[Route]:
    """Return the addresses by which pages are judged."""

    async def verdict(request: Request) -> Response:
        person, row, wanted = review.reviewer(request), row_of(request, "book"), await said(request, _Verdict)
        await _refuse_taken(review, row, wanted)
        seen = Said(**{field.name: getattr(wanted, field.name) for field in fields(Said)})
        pages = await review.change(person, judge, row, seen)
        return json_answer({"pages": [page_words(page) for page in pages]})

    async def undo(request: Request) -> Response:
        person, row = review.reviewer(request), row_of(request, "book")
        await said(request, _Undo)
        undone = await review.change(person, undo_own, row)
        return json_answer({"said": str(undone.text), "pages": [page_words(page) for page in undone.pages]})

    async def opened(request: Request) -> Response:
        person, row, window = review.reviewer(request), row_of(request, "book"), await said(request, _Open)
        taken = ""
        if window.page:
            pages = _from_on((await review.look(review_book, row)).pages, window.page)
            taken = await review.claim(row, window.page, holder=window.window, person=person)
            _make_ahead(review, pages, window.width)
        else:
            await review.release(window.window)
        return json_answer({"taken": taken, "moment": await review.read(moment, review.folder)})

    return [
        Route("/books/{book:int}/verdicts", verdict, methods=["POST"]),
        Route("/books/{book:int}/undo", undo, methods=["POST"]),
        Route("/books/{book:int}/open", opened, methods=["POST"]),
    ]


async def _refuse_taken(review: Review, row: int, wanted: _Verdict) -> None:
    person = await review.holder(row, wanted.page, but=wanted.window)
    if person:
        raise StationLocked(
            lazy("{person} has page {page} open.", person=person, page=wanted.page),
            remedy=lazy("Go on with another page."),
        )


def _from_on(pages: Sequence[ReviewPage], label: str) -> list[ReviewPage]:
    """Return the pages from the one on that is open, and then those before it.

    Raises:
        PageUnknown: there is no such page.
    """
    place = next((place for place, page in enumerate(pages) if page.label == label), None)
    if place is None:
        raise PageUnknown(lazy("The book has no page {page}.", page=label))
    return [*pages[place:], *pages[:place]]


def _make_ahead(review: Review, pages: Sequence[ReviewPage], width: int) -> None:
    """Make the pictures of pages in the background."""
    if width in WIDTHS:
        processed = [Source(kind="page", digest=page.image) for page in pages if page.image]
        scans = [Source(kind="scan", digest=page.scan) for page in pages if page.scan]
        review.pictures.make_ahead([*processed, *scans], width)
