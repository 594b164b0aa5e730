"""Where a TIFF's pixels lie (TIFF 6.0): strips or tiles, each coded on its own."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_PLANES, _WIDTH, _HEIGHT = 284, 256, 257
STRIP_OFFSETS, STRIP_LENGTHS, _STRIP_ROWS = 273, 279, 278
TILE_OFFSETS, TILE_LENGTHS, _TILE_WIDTH, _TILE_ROWS = 324, 325, 322, 323


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A strip or a tile: where its data lie, whether it has none though others have, and its size in pixels."""

    offset: int
    length: int
    width: int
    rows: int
    missing: bool


def parts(tags: Any) -> Iterator[Part]:
    """Yield the page's strips or tiles; libtiff finds where the only one ends that does not say it."""
    lengths = (*tags.get(STRIP_LENGTHS, ()), *tags.get(TILE_LENGTHS, ()))
    needed = len(lengths) > 1 and tags.get(_PLANES, 1) == 1  # planes may be left out that nobody sees
    width, height = int(tags[_WIDTH]), int(tags[_HEIGHT])
    rows = min(int(tags.get(_STRIP_ROWS, height)), height)
    strips = zip(tags.get(STRIP_OFFSETS, ()), tags.get(STRIP_LENGTHS, ()), strict=False)
    for number, (offset, length) in enumerate(strips):
        above = number % max(1, math.ceil(height / rows)) * rows  # the planes, if apart, come one after the other
        left, missing = max(1, height - above), needed and not length
        yield Part(offset=offset, length=length, width=width, rows=min(rows, left), missing=missing)
    for offset, length in zip(tags.get(TILE_OFFSETS, ()), tags.get(TILE_LENGTHS, ()), strict=False):
        size = {"width": int(tags[_TILE_WIDTH]), "rows": int(tags[_TILE_ROWS])}
        yield Part(offset=offset, length=length, missing=needed and not length, **size)
