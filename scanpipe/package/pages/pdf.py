"""One PDF for a page set: PDF/A-2u, pictures embedded as they are, invisible text over them, true to the paper's size.

The same input gives the same bytes: no clock, no random identifiers (ISO 19005-2; ISO 32000-1, 14.4).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Final

import pikepdf

from scanpipe.package.pages.assemble import place_pages
from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.pages.text_layer import TextLayers

LANGUAGE: Final = "vi-VN"
PRODUCER: Final = f"scanpipe {version('scanpipe')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPage:
    """A page's picture and the one-page PDF of invisible text that belongs over it."""

    image: EncodedPage
    text_layer: bytes


def build_pdf(pages: Sequence[PdfPage], *, title: str, subject: str) -> bytes:
    """Return the PDF/A-2u file, and so 2b, of `pages`, at least one, in the order given.

    Raises:
        BlobDamaged: a text layer cannot be read.
    """
    with place_pages([page.image for page in pages]) as document:
        layers = TextLayers(document)
        for page, source in zip(document.pages, pages, strict=True):
            layers.add(page, source.text_layer)
        _describe(document, title=title, subject=subject)
        return _saved(document)


def _describe(document: pikepdf.Pdf, *, title: str, subject: str) -> None:
    """Say what the document is, in XMP and alike in the information dictionary, and what its colours mean."""
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["pdfaid:part"] = "2"
        metadata["pdfaid:conformance"] = "U"
        metadata["dc:title"] = title
        metadata["dc:description"] = subject
        metadata["dc:language"] = {LANGUAGE}
        metadata["xmp:CreatorTool"] = metadata["pdf:Producer"] = PRODUCER
    document.docinfo = document.make_indirect(
        pikepdf.Dictionary(Title=title, Subject=subject, Creator=PRODUCER, Producer=PRODUCER)
    )
    root = document.Root
    root.Lang = pikepdf.String(LANGUAGE)
    root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    root.OutputIntents = pikepdf.Array([_srgb_intent(document)])


def _srgb_intent(document: pikepdf.Pdf) -> pikepdf.Dictionary:
    """Return the output intent: Little CMS's built-in sRGB profile ("No copyright, use freely"), its date fixed."""
    profile = files("scanpipe.package.pages").joinpath("srgb.icc").read_bytes()
    return pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=document.make_stream(profile, N=3),
    )


def _saved(document: pikepdf.Pdf) -> bytes:
    # img2pdf's own identifier is always the same and would be kept.
    if "/ID" in document.trailer:
        del document.trailer.ID
    stream = io.BytesIO()
    document.save(
        stream,
        force_version="1.7",
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return stream.getvalue()
