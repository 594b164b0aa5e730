"""Masters as pictures for a screen: JPEG, at its width first, and at full size for who looks closely."""

from pathlib import Path

import numpy as np

from scanpipe.errors import PageUnknown
from scanpipe.flows.pictures.recent import Recent
from scanpipe.flows.station import STORE
from scanpipe.messages import lazy
from scanpipe.raster import Raster
from scanpipe.raster.averaging import averaged
from scanpipe.raster.codecs import decode_master, decode_png, encode_screen_jpeg
from scanpipe.state.store import Store

_PIXEL_BYTES = 60_000_000  # two pages of A4 in colour at 300 dpi
_INK = (255, 0, 90)  # drawn over a page whose colours are lightened by it: paper stays, ink turns red


class Masters:
    """The masters of the station in `folder`; pixels of the last ones are kept. For one thread."""

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder / STORE)
        self._pixels: Recent[str, Raster] = Recent(_PIXEL_BYTES, lambda picture: picture.pixels.nbytes)

    def jpeg(self, digest: str, *, dpi: float, width: int | None) -> bytes:
        """Return a master as JPEG, averaged down to `width` pixels where it is wider.

        Raises:
            BlobDamaged: it is gone, or damaged.
            StoreFailed: the store cannot be read.
        """
        picture = self._picture(digest, dpi)
        return screen_jpeg(picture, width or picture.width)

    def tile(self, digest: str, *, dpi: float, corner: tuple[int, int], side: int) -> bytes:
        """Return a square of a master at full size as JPEG; `corner` counts squares from the left and from above.

        Raises:
            PageUnknown: the master ends before.
            BlobDamaged: it is gone, or damaged.
            StoreFailed: the store cannot be read.
        """
        picture = self._picture(digest, dpi)
        left, top = (side * count for count in corner)
        if left >= picture.width or top >= picture.height:
            raise PageUnknown(lazy("There is no such picture."))
        pixels = np.ascontiguousarray(picture.pixels[top : top + side, left : left + side])
        return encode_screen_jpeg(Raster(pixels=pixels, dpi=dpi))

    def mask_jpeg(self, digest: str, *, dpi: float, width: int) -> bytes:
        """Return a text mask as JPEG: its ink in a bright colour, all else black, to lighten the page with.

        Raises:
            BlobDamaged: it is gone, or damaged.
            StoreFailed: the store cannot be read.
        """
        mask = _narrowed(decode_png(self._store.get(digest), dpi=dpi), width)
        ink = (255 - mask.pixels).astype(np.float32) / 255
        coloured = (ink[..., None] * np.array(_INK, np.float32)).astype(np.uint8)
        return encode_screen_jpeg(Raster(pixels=coloured, dpi=mask.dpi))

    def _picture(self, digest: str, dpi: float) -> Raster:
        picture = self._pixels.get(digest)
        if picture is None:
            picture = decode_master(self._store.get(digest), dpi=dpi)
            self._pixels.put(digest, picture)
        return picture


def screen_jpeg(picture: Raster, width: int) -> bytes:
    """Return a picture as JPEG, averaged down to `width` pixels where it is wider."""
    return encode_screen_jpeg(_narrowed(picture, width))


def _narrowed(picture: Raster, width: int) -> Raster:
    if width >= picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return Raster(pixels=averaged(picture.pixels, width, height), dpi=picture.dpi * width / picture.width)
