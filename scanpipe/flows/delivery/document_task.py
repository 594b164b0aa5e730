"""What a worker does with a page set: its page versions in, one PDF out, all as blobs."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.maps.carried import block_px
from scanpipe.enhance.maps.marks import lost_mm2
from scanpipe.errors import PackageError
from scanpipe.messages import lazy
from scanpipe.package.pages.assemble import LEAST_MM, MOST_MM
from scanpipe.package.pages.encode import encode_page
from scanpipe.package.pages.pdf import PdfPage, build_pdf
from scanpipe.package.pages.rendered import cropped_or_padded, rendered_page
from scanpipe.raster import Box, Raster
from scanpipe.raster.codecs import decode_master, decode_png
from scanpipe.state.exchange import Exchange, blobs_at
from scanpipe.state.store import Store

DOCUMENT_TASK = "scanpipe.flows.delivery.document_task:build_document"

WRITING_MM2: Final = 1.0
"""The most of the scan's writing that a page may lack, in any square of 10 mm: a date has 5 and more."""


class DocumentPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page version as it goes into a PDF: digests, resolution, seals, and how high its letters are.

    `writing` is where writing was found on its scan; versions of old have none.
    """

    image: str
    mask: str
    text_layer: str
    dpi: float
    seals: tuple[Box, ...] = ()
    letter_mm: float = 0.0
    writing: str = ""


class DocumentJob(msgspec.Struct, frozen=True, kw_only=True):
    """A page set to be made one PDF."""

    store: str
    pages: tuple[DocumentPage, ...]
    title: str
    subject: str
    budget_kb_per_a4: float


def build_document(data: dict[str, Any]) -> dict[str, Any]:
    """Make the PDF of one page set; return its digest and what is to be known of it."""
    job = msgspec.convert(data, type=DocumentJob)
    store = blobs_at(job.store)
    pages, over_budget, doubtful, colours = [], [], [], []
    for number, page in enumerate(job.pages, 1):
        image = decode_master(store.get(page.image), dpi=page.dpi)
        _check_paper(number, image)
        mask = decode_png(store.get(page.mask), dpi=page.dpi)
        budget = job.budget_kb_per_a4
        encoded = encode_page(image, mask, budget_kb_per_a4=budget, seals=page.seals, letter_mm=page.letter_mm)
        colours.append(image.colour)
        pages.append(PdfPage(image=encoded, text_layer=store.get(page.text_layer)))
        if encoded.over_budget:
            over_budget.append(number)
        if encoded.defects:
            doubtful.append(number)
    pdf = build_pdf(pages, title=job.title, subject=job.subject)
    facts = {"size": len(pdf), "pages": len(pages), "over_budget": over_budget, "doubtful": doubtful}
    return {"digest": store.put(pdf), "facts": {**facts, "lacking": list(_lacking(pdf, job.pages, colours, store))}}


def warm_up() -> None:
    """Bring what is compiled into memory, by a page that goes into layers."""
    cv2.setNumThreads(1)
    pixels = np.random.default_rng(1).integers(180, 230, (1200, 900, 3), np.uint8)
    mask = np.full(pixels.shape[:2], 255, np.uint8)
    for row in range(100, 1100, 60):
        for thing in (pixels, mask):
            thing[row : row + 24, 100:800:20] = thing[row : row + 4, 100:800] = 0
    encode_page(Raster(pixels=pixels, dpi=300), Raster(pixels=mask, dpi=300), budget_kb_per_a4=100)


def _lacking(
    pdf: bytes, pages: Sequence[DocumentPage], colours: Sequence[bool], store: Store | Exchange
) -> Iterator[int]:
    """Yield the numbers of the pages that, as a reader shows them, lack writing that was found on the scan.

    It is told by the scan's own marks, and by the finished file: whatever took them away on the way is seen.
    """
    for number, (page, colour) in enumerate(zip(pages, colours, strict=True), 1):
        if page.writing:
            writing = decode_png(store.get(page.writing), dpi=page.dpi / block_px(page.dpi))
            shown = writing.replace(rendered_page(pdf, number, dpi=writing.dpi, colour=colour))
            if lost_mm2(writing.pixels == 0, cropped_or_padded(shown, writing.height, writing.width)) > WRITING_MM2:
                yield number


def _check_paper(number: int, image: Raster) -> None:
    """Refuse what no page of a PDF can be.

    Raises:
        PackageError: it is smaller or larger; the message names the page.
    """
    width, height = image.size_mm
    if min(width, height) < LEAST_MM or max(width, height) > MOST_MM:
        text = lazy(
            "page {number} is {width:.1f} x {height:.1f} mm at {dpi:g} dpi: scan it again with the right resolution"
        )
        raise PackageError(text.format(number=number, width=width, height=height, dpi=image.dpi))
