"""What a worker does with a page set: its page versions in, one PDF out, all as blobs."""

from pathlib import Path
from typing import Any

import msgspec

from scanpipe.package.layers import encode_page
from scanpipe.package.pdf import PdfPage, build_pdf
from scanpipe.raster.codecs import decode_master, decode_png
from scanpipe.state.store import Store

DOCUMENT_TASK = "scanpipe.flows.document_task:build_document"


class DocumentPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page version as it goes into a PDF: digests, and the resolution of the image."""

    image: str
    mask: str
    text_layer: str
    dpi: float


class DocumentJob(msgspec.Struct, frozen=True, kw_only=True):
    """A page set to be made one PDF."""

    store: str
    pages: tuple[DocumentPage, ...]
    title: str
    subject: str
    budget_kb_per_a4: float
    min_dpi: float


def build_document(data: dict[str, Any]) -> dict[str, Any]:
    """Make the PDF of one page set; return its digest and what is to be known of it."""
    job = msgspec.convert(data, type=DocumentJob)
    store = Store(Path(job.store))
    pages, over_budget = [], []
    for number, page in enumerate(job.pages, 1):
        image = decode_master(store.get(page.image), dpi=page.dpi)
        mask = decode_png(store.get(page.mask), dpi=page.dpi)
        encoded = encode_page(image, mask, budget_kb_per_a4=job.budget_kb_per_a4, min_dpi=job.min_dpi)
        pages.append(PdfPage(image=encoded, text_layer=store.get(page.text_layer)))
        if encoded.over_budget:
            over_budget.append(number)
    pdf = build_pdf(pages, title=job.title, subject=job.subject)
    return {"digest": store.put(pdf), "size": len(pdf), "pages": len(pages), "over_budget": over_budget}
