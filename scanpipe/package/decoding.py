"""Can the pictures of a PDF be decoded to their end? One that was cut off before it was packed shows in no checksum.

JPEG is decoded at an eighth of its size, which reads all of it, JPEG 2000 in full; of deflated pixels the bytes are
counted. JBIG2 and CCITT have no decoder here: that there is anything must do.
"""

import io
import zlib

from pikepdf import Array, Name, Stream
from PIL import Image

from scanpipe.errors import PackageError
from scanpipe.messages import _

_MAX_PIXELS = 300_000_000  # A1 at 300 dpi has 70 million
_MAX_DECODED = 2 * 1024**3
_CHUNK = 1024 * 1024
_REDUCED = (8, 8)  # pixels that are asked for: the most that JPEG can be reduced by while it is read


class Pictures:
    """The pictures of one document, each decoded once, up to a bound for all of them."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}
        self._left = _MAX_DECODED

    def is_whole(self, image: Stream) -> bool:
        """Return whether the picture can be decoded to its end.

        Raises:
            PackageError: it, or all of them together, would decode to far too much.
        """
        key = image.objgen
        if key not in self._known or not any(key):
            self._known[key] = self._decodes(image)
        return self._known[key]

    def _decodes(self, image: Stream) -> bool:
        width, height = int(image.get(Name.Width, 0)), int(image.get(Name.Height, 0))
        if width * height > _MAX_PIXELS:
            raise PackageError(_("it has a picture of an impossible size"))
        data, coding = image.read_raw_bytes(), _coding(image)
        if coding in (Name.DCTDecode, Name.JPXDecode):
            self._take(width * height // 64)
            return _opens(data, (width, height))
        if coding in (Name.FlateDecode, None):
            bits = width * height * int(image.get(Name.BitsPerComponent, 1))
            return (self._inflated(data) if coding else len(data)) * 8 >= bits
        return bool(data)

    def _inflated(self, data: bytes) -> int:
        """Return how many bytes a deflated stream has; 0 where it is damaged or has no end."""
        inflater, size = zlib.decompressobj(), 0
        try:
            while data and not inflater.eof:
                size += len(inflater.decompress(data, _CHUNK))
                data = inflater.unconsumed_tail
                self._take(_CHUNK)
        except zlib.error:
            return 0
        return size if inflater.eof else 0

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise PackageError(_("it unpacks to far more than a scan holds"))


def _coding(image: Stream) -> object:
    """Return the coding of the picture itself, the last where there are several."""
    filters = image.get(Name.Filter)
    return filters[-1] if isinstance(filters, Array) else filters


def _opens(data: bytes, size: tuple[int, int]) -> bool:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "JPEG2000")) as picture:
            if picture.size != size:
                return False
            picture.draft(None, _REDUCED)
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True
