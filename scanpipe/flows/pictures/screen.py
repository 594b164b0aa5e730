"""Masters as pictures for a screen: JPEG, at its width first, and at full size for who looks closely."""

from pathlib import Path

from scanpipe.flows.pictures.recent import Recent
from scanpipe.flows.station import STORE
from scanpipe.raster import Raster
from scanpipe.raster.averaging import averaged
from scanpipe.raster.codecs import decode_master, encode_screen_jpeg
from scanpipe.state.store import Store

_PIXEL_BYTES = 60_000_000  # two pages of A4 in colour at 300 dpi


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
        picture = self._pixels.get(digest)
        if picture is None:
            picture = decode_master(self._store.get(digest), dpi=dpi)
            self._pixels.put(digest, picture)
        return encode_screen_jpeg(_narrowed(picture, width) if width else picture)


def _narrowed(picture: Raster, width: int) -> Raster:
    if width >= picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return Raster(pixels=averaged(picture.pixels, width, height), dpi=picture.dpi * width / picture.width)
