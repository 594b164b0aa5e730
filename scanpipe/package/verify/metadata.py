"""What a PDF says of itself: its level of PDF/A (ISO 19005-2, 6.6.4) and its titles, in XMP and information dictionary.

The XMP packet is searched, not parsed: it may be hostile, and what is sought of it is little.
"""

import html
import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from scanpipe.pdf.streams import Budget, unpacked

_MAX_XMP = 1024 * 1024
# Within a tag no more is looked at than this, so that the time to search stays in proportion to the packet.
_TAG = rb"(?:\s{0,20}=\s{0,20}[\"']|(?:\s[^<>]{0,200})?>)\s{0,20}"
_PART = re.compile(rb"pdfaid:part" + _TAG + rb"([1-4])")
_CONFORMANCE = re.compile(rb"pdfaid:conformance" + _TAG + rb"([A-Za-z])")


def read_xmp(pdf: Pdf) -> bytes:
    """Return the XMP packet of the document, empty where it has none.

    Raises:
        BeyondBounds: it is packed in a way that metadata has no use for, or far too large.
    """
    metadata = pdf.Root.get(Name.Metadata)
    return unpacked(metadata, Budget(_MAX_XMP)) if isinstance(metadata, Stream) else b""


def pdfa_level(xmp: bytes) -> tuple[int | None, str]:
    """Return part and conformance as the packet states them."""
    part, conformance = _PART.search(xmp), _CONFORMANCE.search(xmp)
    return (int(part[1]) if part else None), (conformance[1].decode().upper() if conformance else "")


def titles(pdf: Pdf, xmp: bytes) -> tuple[str, ...]:
    """Return every title that the document states, each once; one that cannot be read is none."""
    return tuple(dict.fromkeys(title for title in (*_xmp_titles(xmp), _info_title(pdf)) if title))


def _xmp_titles(xmp: bytes) -> Iterator[str]:
    """Yield the texts within `dc:title`, one for each language."""
    start = xmp.find(b"<dc:title")
    while 0 <= start < (end := xmp.find(b"</dc:title>", start)):
        for text in re.findall(rb">([^<>]+)<", xmp[start : end + 1]):
            yield html.unescape(text.decode("utf-8", "replace")).strip()
        start = xmp.find(b"<dc:title", end)


def _info_title(pdf: Pdf) -> str:
    info = pdf.trailer.get(Name.Info)
    title = info.get(Name.Title) if isinstance(info, Dictionary) else None
    try:
        return str(title).strip() if isinstance(title, pikepdf.String) else ""
    except ValueError:
        return ""
