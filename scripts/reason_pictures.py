"""Draw what each reason to reject a page looks like, for the review page: `make pictures`.

A page of samples/generate.py is spoiled as the reason says. Writes scanpipe/review/static/reasons/CODE.jpg. With codes,
only those: `reason_pictures.py blurred torn`.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from samples.generate import draw_page
from samples.truth import Pixels
from samples.wear import fade, wear
from scanpipe.vocabularies.reasons import REASONS

PICTURES = Path(__file__).parents[1] / "scanpipe" / "review" / "static" / "reasons"
_DPI = 100
_WIDTH, _HEIGHT = 320, 240
_MOST_BYTES = 12_000
_BED, _SKIN, _SLIP = (16, 15, 17), (222, 170, 140), (250, 250, 248)
_PAGE = draw_page("form", seed=3, dpi=_DPI)

Point = tuple[int, int]


def main() -> None:
    """Write every picture and say how large it is."""
    cv2.setNumThreads(1)
    PICTURES.mkdir(exist_ok=True)
    for code in sys.argv[1:] or REASONS:
        path = PICTURES / f"{code}.jpg"
        path.write_bytes(_encoded(_DRAWN[code]()))
        print(f"{path.name}: {path.stat().st_size} bytes")


def _detail(pixels: Pixels, left: int = 85, top: int = 190) -> Pixels:
    return pixels[top : top + _HEIGHT, left : left + _WIDTH]


def _part(pixels: Pixels, left: int, top: int, width: int) -> Pixels:
    part = pixels[top : top + width * _HEIGHT // _WIDTH, left : left + width]
    return np.asarray(cv2.resize(part, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def _blurred() -> Pixels:
    return np.asarray(cv2.GaussianBlur(_detail(_PAGE.pixels), (0, 0), 2.6), np.uint8)


def _cut_off() -> Pixels:
    left = 330  # the lines end beyond it
    return _part(_PAGE.pixels[:, :690], left, 760, 360)


def _skewed() -> Pixels:
    worn = wear(_PAGE, seed=1, skew=6.0, border=7)
    return _part(worn.pixels, 0, 0, 640)


def _wrong_page() -> Pixels:
    half = cv2.resize(_PAGE.pixels, (_WIDTH // 2 - 4, _HEIGHT), interpolation=cv2.INTER_AREA)
    gap = np.full((_HEIGHT, 8, 3), _BED, np.uint8)
    return np.hstack([half, gap, half])


def _faded() -> Pixels:
    return _detail(fade(_PAGE.pixels, 1.0, _DPI, np.random.default_rng(4)))


def _smudged() -> Pixels:
    """Show a blot of ink that a sleeve drew to the right."""
    page, blot = _detail(_PAGE.pixels), np.zeros((_HEIGHT, _WIDTH), np.float32)
    cv2.ellipse(blot, (150, 118), (38, 30), 0, 0, 360, (1.0,), -1)
    cv2.ellipse(blot, (205, 122), (80, 16), 3, 0, 360, (0.75,), -1)
    wet = cv2.GaussianBlur(blot, (0, 0), 5)[..., None] * 0.9
    return np.asarray(page * (1 - wet) + np.array((44, 48, 92)) * wet, np.uint8)


def _torn() -> Pixels:
    rng = np.random.default_rng(5)
    edge = [(x, 150 - x // 3 + int(rng.integers(-6, 7))) for x in range(0, 330, 8)]
    return _filled(_detail(_PAGE.pixels), [(0, 0), *edge, (_WIDTH, 0)][::-1], _BED)


def _folded() -> Pixels:
    page = _part(_PAGE.pixels, 430, 20, 380)
    corner: list[Point] = [(150, 0), (_WIDTH, 0), (_WIDTH, 160)]
    flap: list[Point] = [(150, 0), (_WIDTH, 160), (188, 148)]
    return _filled(_filled(page, corner, _BED), flap, (205, 193, 160), rim=(150, 138, 108))


def _covered() -> Pixels:
    page = _part(_PAGE.pixels, 60, 180, 480)
    page = _filled(page, [(150, 20), (300, 40), (288, 128), (138, 106)], _SLIP, rim=(170, 170, 165))
    cv2.ellipse(page, (60, 240), (34, 88), 12, 0, 360, _SKIN, -1, cv2.LINE_AA)
    cv2.ellipse(page, (75, 172), (17, 22), 12, 0, 360, (240, 205, 185), -1, cv2.LINE_AA)
    return page


def _lit(factor: float, offset: float) -> Pixels:
    values = _detail(_PAGE.pixels).astype(np.float32)
    return np.asarray(np.clip(values * factor + offset, 0, 255), np.uint8)


def _dirty_glass() -> Pixels:
    page = _detail(_PAGE.pixels).copy()
    for x, thickness in ((96, 2), (214, 1)):
        cv2.line(page, (x, 0), (x, _HEIGHT), (70, 66, 62), thickness)
    for x, y in np.random.default_rng(2).integers((0, 0), (_WIDTH, _HEIGHT), (14, 2)).tolist():
        cv2.circle(page, (x, y), 2, (60, 55, 50), -1, cv2.LINE_AA)
    return page


def _strokes_lost() -> Pixels:
    """Show the scan above; below, the processed page without its accents and its dots."""
    kept = _PAGE.ink & ~cv2.dilate(_PAGE.diacritics.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    made = np.where(kept[..., None], _PAGE.pixels // 2, np.uint8(255)).astype(np.uint8)
    half = (slice(262, 262 + _HEIGHT // 2 - 3), slice(85, 85 + _WIDTH))
    return np.vstack([_PAGE.pixels[half], np.full((6, _WIDTH, 3), _BED, np.uint8), made[half]])


def _other() -> Pixels:
    page = (_part(_PAGE.pixels, 60, 180, 480) // 3 + 165).astype(np.uint8)
    cv2.putText(page, "?", (105, 190), cv2.FONT_HERSHEY_DUPLEX, 6, (143, 15, 34), 14, cv2.LINE_AA)
    return page


_DRAWN: dict[str, Callable[[], Pixels]] = {
    "blurred": _blurred,
    "cut-off": _cut_off,
    "skewed": _skewed,
    "wrong-page": _wrong_page,
    "faded": _faded,
    "smudged": _smudged,
    "torn": _torn,
    "folded": _folded,
    "covered": _covered,
    "too-dark": partial(_lit, 0.32, 0),
    "too-light": partial(_lit, 1.0, 120),
    "dirty-glass": _dirty_glass,
    "strokes-lost": _strokes_lost,
    "other": _other,
}


def _filled(
    pixels: Pixels, corners: list[Point], colour: tuple[int, int, int], rim: tuple[int, int, int] | None = None
) -> Pixels:
    out, shape = pixels.copy(), np.array(corners, np.int32)
    cv2.fillPoly(out, [shape], colour, cv2.LINE_AA)
    if rim:
        cv2.polylines(out, [shape], True, rim, 2, cv2.LINE_AA)  # noqa: FBT003  # OpenCV takes no names here
    return out


def _encoded(pixels: Pixels) -> bytes:
    """Return a JPEG, as good as its size allows."""
    picture = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    tried = (cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1] for quality in range(75, 20, -3))
    return next(data.tobytes() for data in tried if data.size < _MOST_BYTES)


if __name__ == "__main__":
    main()
