"""The workbook's row of a case beside its pages, to be typed while looking."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scanpipe.flows.review.case_rows import CaseRows, case_rows, type_into
from scanpipe.flows.review.contact_sheet import contact_sheet
from scanpipe.flows.review.pages import review_book
from scanpipe.messages import _
from scanpipe.review.live.pictures import WIDTHS
from scanpipe.review.site.review import Review, row_of
from scanpipe.review.site.sheet_words import row_texts, sheet_words
from scanpipe.review.web.answers import json_answer
from scanpipe.review.web.changes import said
from scanpipe.review.web.pages import page


class _Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person typed into a cell of a case's row, and what she saw there."""

    case: str
    header: str
    value: str
    shown: str


def routes(review: Review) -> list[Route]:
    """Return the addresses of the rows of a book."""

    async def shown(request: Request) -> Response:
        row = row_of(request, "book")
        book = (await review.look(review_book, row)).book
        return HTMLResponse(page("rows.html", row=row, book=book, width=WIDTHS[1], **review.shared(request)))

    async def told(request: Request) -> Response:
        row = row_of(request, "book")
        rows, sheet = await review.look(case_rows, row), await review.look(contact_sheet, row)
        return json_answer({**_words(rows), "pages": sheet_words(sheet)["pages"], "texts": row_texts()})

    async def typed(request: Request) -> Response:
        person, row, cell = review.reviewer(request), row_of(request, "book"), await said(request, _Cell)
        await review.change(person, type_into, row, cell.case, cell.header, value=cell.value.strip(), shown=cell.shown)
        return json_answer({"said": _("Done.")})

    return [
        Route("/books/{book:int}/rows", shown),
        Route("/books/{book:int}/rows.json", told),
        Route("/books/{book:int}/rows/cells", typed, methods=["POST"]),
    ]


def _words(rows: CaseRows) -> dict[str, Any]:
    return {
        "columns": rows.columns,
        "numberColumn": rows.number,
        "fixed": rows.fixed,
        "conflicts": [str(conflict) for conflict in rows.conflicts],
        "rows": [
            {
                "case": str(row.key),
                "title": _("Case {case}").format(case=row.key),
                "pages": [page.label for page in row.pages],
                "cells": row.cells,
                "typed": sorted(row.typed),
            }
            for row in rows.rows
        ],
    }
