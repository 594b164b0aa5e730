"""Streams of a PDF: what readers pass over in damaged ones, leaving out a picture, a part of it or of the page."""

import math
import zlib
from collections.abc import Iterable
from typing import Any

import pikepdf

from scanpipe.messages import LazyText, lazy
from scanpipe.pdf.colour_spaces import channels
from scanpipe.pdf.streams import codings
from scanpipe.raster.damage.coded import inflated, inflated_size
from scanpipe.raster.damage.containers import jpeg2000_has_hole
from scanpipe.raster.damage.fax import g3_is_damaged, g4_is_damaged
from scanpipe.raster.damage.jbig2 import jbig2_is_damaged
from scanpipe.raster.damage.jpeg import jpeg_damage

_END_OF_CODESTREAM = b"\xff\xd9"
_FAX_COLUMNS = 1728  # where none are given (ISO 32000-1, table 11)


def streams_damage(streams: Iterable[pikepdf.Stream]) -> LazyText | str:
    """Return how it shows that one of the streams (pictures, content) is damaged; empty where nothing shows."""
    damages = (_damage(stream) for stream in streams)
    return next((damage for damage in damages if damage), "")


def _damage(stream: pikepdf.Stream) -> LazyText | str:
    *wrappings, coding = codings(stream)
    data = stream.read_raw_bytes()
    try:
        for wrapping in wrappings:  # some programs deflate a JPEG
            if wrapping != "/FlateDecode":
                return ""
            data = inflated(data)
        if coding == "/FlateDecode":
            return _cut_short(inflated_size(data), stream)
    except zlib.error as error:
        return str(error)
    if coding is None:
        return _cut_short(len(data), stream)
    if coding == "/DCTDecode":
        return jpeg_damage(data)
    if coding == "/JPXDecode" and not data.rstrip(b"\0\r\n").endswith(_END_OF_CODESTREAM):
        return lazy("it is truncated")
    if coding == "/CCITTFaxDecode" and _fax_damaged(stream, data):
        return lazy("its fax data end before the end of the page")
    if coding == "/JBIG2Decode" and jbig2_is_damaged(data):
        return lazy("it is truncated")
    return lazy("its data contain a gap of zeros") if coding == "/JPXDecode" and jpeg2000_has_hole(data) else ""


def _fax_damaged(stream: pikepdf.Stream, data: bytes) -> bool:
    parameters: Any = stream.get("/DecodeParms", {})
    if isinstance(parameters, pikepdf.Array):
        parameters = parameters[-1]
    if bool(parameters.get("/EncodedByteAlign", False)):
        return False
    rows, width = int(stream.Height), int(parameters.get("/Columns", _FAX_COLUMNS))
    return g4_is_damaged(data, width, rows) if int(parameters.get("/K", 0)) < 0 else g3_is_damaged(data, rows)


def _cut_short(size: int, stream: pikepdf.Stream) -> LazyText | str:
    """Return that a picture's pixels are too few; of other streams nobody knows how long they are."""
    if stream.get("/Subtype") != "/Image":
        return ""
    bits = 1 if stream.get("/ImageMask", False) else int(stream.get("/BitsPerComponent", 1))
    row = math.ceil(int(stream.Width) * channels(stream.get("/ColorSpace")) * bits / 8)
    return lazy("it is truncated") if size < row * int(stream.Height) else ""
