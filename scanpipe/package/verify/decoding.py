"""Can the pictures of a PDF be decoded to their end? One that was cut off before it was packed shows in no checksum.

JPEG is decoded at an eighth of its size, which reads all of it, JPEG 2000 in full; of deflated pixels the bytes are
counted, and of JBIG2 the segments. CCITT has no decoder here: that there is anything must do. What is missing of a JPEG
that was closed again after it was cut off is shown in middle grey (libjpeg, jdhuff.c), as the end of no scan is.
"""

import io
import math
import struct
import zlib
from collections.abc import Iterator

from pikepdf import Name, Stream
from PIL import Image

from scanpipe.errors import PackageError
from scanpipe.messages import lazy
from scanpipe.pdf.colour_spaces import channels, has_colour
from scanpipe.pdf.streams import codings

_MAX_PIXELS = 300_000_000  # A1 at 300 dpi has 70 million
_MAX_DECODED = 2 * 1024**3
_MAX_FILTERS = 4
_MAX_SCANS = 100  # a progressive JPEG has about ten; each is decoded all over the picture
_FLATE, _DCT, _JPX, _JBIG2 = "/FlateDecode", "/DCTDecode", "/JPXDecode", "/JBIG2Decode"
_JPEG = b"\xff\xd8"
_START_OF_SCAN = b"\xff\xda"
_CHUNK = 1024 * 1024
_UNKNOWN_LENGTH = 0xFFFFFFFF  # of a segment, or the height of a page that comes in stripes
_PAGE_INFORMATION = 48
_REGIONS = frozenset({4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43})  # of text, halftone, generic, refinement
_NO_DATA = ((127, 127), (128, 128))  # an inverted channel has 127
_REDUCED = (8, 8)  # pixels that are asked for: the most that JPEG can be reduced by while it is read


class ImageDecoder:
    """The pictures of one document, each decoded once, up to a bound for all of them."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}
        self._coloured: dict[tuple[int, int], bool] = {}
        self._left = _MAX_DECODED

    def is_decodable(self, image: Stream) -> bool:
        """Return whether the picture can be decoded to its end.

        Raises:
            PackageError: it, or all of them together, would decode to far too much.
        """
        key = image.objgen
        if key not in self._known or not any(key):
            self._known[key] = self._decodes(image)
        return self._known[key]

    def has_colour(self, image: Stream) -> bool:
        """Return whether a picture has more than one channel."""
        key = image.objgen
        if key not in self._coloured or not any(key):
            self._coloured[key] = has_colour(image)
        return self._coloured[key]

    def _decodes(self, image: Stream) -> bool:
        width, height = int(image.get(Name.Width, 0)), int(image.get(Name.Height, 0))
        if width * height > _MAX_PIXELS:
            raise PackageError(lazy("it has a picture of an impossible size"))
        *wrappings, coding = _bounded_codings(image)
        data = image.read_raw_bytes()
        if any(wrapping != _FLATE for wrapping in wrappings):
            return bool(data)
        for _wrapping in wrappings:  # some programs deflate a JPEG
            data = self._inflated(data)
        if coding in (_DCT, _JPX):
            self._take(width * height // 64)
            return _opens(data, (width, height), channels(image.get(Name.ColorSpace)) if coding == _DCT else None)
        if coding in (_FLATE, None):
            row = math.ceil(width * channels(image.get(Name.ColorSpace)) * int(image.get(Name.BitsPerComponent, 1)) / 8)
            return (self._inflated_size(data) if coding else len(data)) >= row * height
        return _segments_whole(data, (width, height)) if coding == _JBIG2 else bool(data)

    def _inflated(self, data: bytes) -> bytes:
        try:
            return b"".join(self._pieces(data))
        except zlib.error:
            return b""

    def _inflated_size(self, data: bytes) -> int:
        """Return how many bytes a deflated stream has; 0 where it is damaged or has no end."""
        try:
            return sum(map(len, self._pieces(data)))
        except zlib.error:
            return 0

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        inflater = zlib.decompressobj()
        while data and not inflater.eof:
            yield inflater.decompress(data, _CHUNK)
            data = inflater.unconsumed_tail
            self._take(_CHUNK)
        if not inflater.eof:
            raise zlib.error("no end")

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise PackageError(lazy("its content is too large for a scan"))


def _bounded_codings(image: Stream) -> list[str | None]:
    names = codings(image)
    if len(names) > _MAX_FILTERS:
        raise PackageError(lazy("it has a picture with too many layers of compression"))
    return names


def _segments_whole(data: bytes, size: tuple[int, int]) -> bool:
    """Whether the segments of a JBIG2 stream end where it ends, and hold a page of that size (ITU-T T.88, 7.2)."""
    at, kinds, sizes = 0, set(), set()
    try:
        while at < len(data):
            kind, begin, at = _segment(data, at)
            kinds.add(kind)
            if kind == _PAGE_INFORMATION:
                sizes.add(struct.unpack_from(">II", data, begin))
    except (IndexError, struct.error):
        return False
    return at == len(data) and not kinds.isdisjoint(_REGIONS) and sizes <= {size, (size[0], _UNKNOWN_LENGTH)}


def _segment(data: bytes, at: int) -> tuple[int, int, int]:
    """Return a segment's kind, where its data begins, and where it ends."""
    number, flags = int.from_bytes(data[at : at + 4], "big"), data[at + 4]
    at += 5
    referred = data[at] >> 5
    if referred == 7:
        referred = int.from_bytes(data[at : at + 4], "big") & 0x1FFFFFFF
        at += 4 + math.ceil((referred + 1) / 8)
    else:
        at += 1
    at += referred * (1 if number <= 256 else 2 if number <= 65536 else 4) + (4 if flags & 0x40 else 1)
    length = int.from_bytes(data[at : at + 4], "big")
    return flags & 0x3F, at + 4, len(data) if length == _UNKNOWN_LENGTH else at + 4 + length


def _opens(data: bytes, size: tuple[int, int], channels: int | None) -> bool:
    """Whether a picture has that size, that many values a pixel where they are told, and an end."""
    if data.startswith(_JPEG) and data.count(_START_OF_SCAN) > _MAX_SCANS:
        raise PackageError(lazy("it has a JPEG picture with too many scans"))
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "JPEG2000")) as picture:
            if picture.size != size or channels not in (None, len(picture.getbands())):
                return False
            picture.draft(None, _REDUCED)
            picture.load()
            return picture.format != "JPEG" or not _grey_at_end(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False


def _grey_at_end(picture: Image.Image) -> bool:
    """Whether the last row is what a decoder shows where a JPEG has no data."""
    last = picture.crop((0, picture.height - 1, picture.width, picture.height))
    return picture.height > 1 and all(band.getextrema() in _NO_DATA for band in last.split())
