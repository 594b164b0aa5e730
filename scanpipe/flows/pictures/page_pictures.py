"""Pictures of a page that somebody judges: as it was scanned, as it was processed, and which of it is ink."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from scanpipe.errors import PageUnknown
from scanpipe.flows.pictures.screen import Masters, screen_jpeg
from scanpipe.flows.pictures.screen_cache import ScreenCache
from scanpipe.flows.station import CACHE, Station
from scanpipe.messages import lazy
from scanpipe.raster import Raster
from scanpipe.state.captures import capture_row
from scanpipe.state.versions import version_row

Kind = Literal["scan", "page", "mask"]
KINDS: Final[tuple[Kind, ...]] = ("scan", "page", "mask")
_DPI = 1.0  # nothing is measured on pictures for a screen
TILE: Final = 768
"""The side of a tile in pixels; those at the right and below are what is left."""
THUMBNAIL: Final = 240
"""The width in pixels of a page among many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is stored, by its digest."""

    kind: Kind
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What of it is wanted: the whole of it at a width in pixels, or else the tile of that column and row."""

    width: int = 0
    column: int = 0
    row: int = 0


def source_of(station: Station, kind: Kind, row: int) -> Source:
    """Return what a capture (of "scan") or a version (of the others) looks like.

    Raises:
        PageUnknown: there is none of that number.
    """
    if kind == "scan":
        capture = capture_row(station.journal, row)
        if capture:
            return Source(kind=kind, digest=capture.digest)
    else:
        version = version_row(station.journal, row)
        if version:
            return Source(kind=kind, digest=version.image if kind == "page" else version.mask)
    raise PageUnknown(lazy("There is no such picture."))


def keep_thumbnail(folder: Path, digest: str, page: Raster) -> None:
    """Make the thumbnail of a processed page while its pixels are at hand: to decode them is what takes time."""
    _cache(folder).put(_key(Source(kind="page", digest=digest), THUMBNAIL), screen_jpeg(page, THUMBNAIL))


class PagePictures:
    """JPEGs of pages of the station in `folder`; for one thread, several of which share the folder of what was made."""

    def __init__(self, folder: Path) -> None:
        self._masters, self._cache = Masters(folder), ScreenCache(folder / CACHE)

    def has(self, source: Source, width: int) -> bool:
        """Return whether a whole picture was made already."""
        return self._cache.has(_key(source, width))

    def jpeg(self, source: Source, cut: Cut) -> bytes:
        """Return a picture, of which whole ones are kept.

        Raises:
            PageUnknown: it has no such tile.
            BlobDamaged: it is gone, or damaged.
            StoreFailed: the store cannot be read.
        """
        if not cut.width:
            return self._masters.tile(source.digest, dpi=_DPI, corner=(cut.column, cut.row), side=TILE)
        key = _key(source, cut.width)
        if found := self._cache.get(key):
            return found
        if source.kind == "mask":
            made = self._masters.mask_jpeg(source.digest, dpi=_DPI, width=cut.width)
        else:
            made = self._masters.jpeg(source.digest, dpi=_DPI, width=cut.width)
            self._keep_thumbnail(source)
        self._cache.put(key, made)
        return made

    def _keep_thumbnail(self, source: Source) -> None:
        """Make the thumbnail of a picture while its pixels are at hand: to decode them is what takes time."""
        if not self.has(source, THUMBNAIL):
            thumbnail = self._masters.jpeg(source.digest, dpi=_DPI, width=THUMBNAIL)
            self._cache.put(_key(source, THUMBNAIL), thumbnail)


@cache
def _cache(folder: Path) -> ScreenCache:
    return ScreenCache(folder)


def _key(source: Source, width: int) -> str:
    return f"{source.digest}-{width}.jpg"
