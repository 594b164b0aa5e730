"""How many stamps are found, by their ink and shape, and how much else is taken for one.

    python -m bench.stamps [PAGES] [--seed N] [--dpi 200] [--pictures FOLDER]

Each page is a drawn one with two more stamps on it, of any shape and ink, worn and over whatever is there. A stamp is
found where half of its box, and no more than four times its area, is told as one. --pictures keeps pages on which a
stamp was missed, or something else taken for one.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from samples.canvas import Canvas
from samples.generate import draw_page
from samples.stamps import INKS, SHAPES, Stamp, press
from samples.truth import Kind, SamplePage
from scanpipe.enhance.maps.ink import map_ink
from scanpipe.enhance.maps.seals import Seal, find_seals
from scanpipe.raster import Box, Pixels, Raster

KINDS: tuple[Kind, ...] = ("lines", "form", "notes", "table")
STAMPS = 2
_FOUND, _LARGEST = 0.5, 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looked:
    """What was drawn on a page, what of it was found, and what was taken for a stamp."""

    stamps: tuple[Stamp, ...]
    found: tuple[bool, ...]
    false: tuple[Seal, ...]
    pixels: Pixels


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="Count stamps that are found.")
    parser.add_argument("pages", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        seeds = range(options.seed * 10_000, options.seed * 10_000 + options.pages)
        looked = list(pool.map(look, seeds, [options.dpi] * options.pages))
    for row in table(looked):
        print(row)
    if options.pictures:
        keep(looked, options.pictures)


def look(seed: int, dpi: int) -> Looked:
    """Draw a page and look for its stamps."""
    rng = np.random.default_rng([seed, 7])
    page = draw_page(KINDS[seed % len(KINDS)], seed=seed, dpi=dpi)
    canvas = Canvas.of(np.asarray(page.pixels / 255, np.float32), dpi)
    inks = list(INKS)
    stamps: list[Stamp] = []
    while len(stamps) < STAMPS:
        shape, ink = SHAPES[int(rng.integers(len(SHAPES)))], inks[int(rng.integers(len(inks)))]
        pressed = press(canvas, rng, shape=shape, ink=ink)
        if all(shared(pressed.box, other.box) == 0 for other in stamps):
            stamps.append(pressed)
    pixels = np.round(canvas.reflectance * 255).astype(np.uint8)
    pixels = np.clip(pixels + rng.normal(0, 2.5, pixels.shape), 0, 255).astype(np.uint8)
    raster = Raster(pixels=pixels, dpi=dpi)
    told = [match.seal for match in find_seals(raster, map_ink(raster)) if match.seal.kind != "signature"]
    true = [*true_boxes(page), *(stamp.box for stamp in stamps)]
    false = [seal for seal in told if not any(shared(seal.box_px, box) for box in true)]
    found = tuple(any(fits(seal.box_px, stamp.box) for seal in told) for stamp in stamps)
    return Looked(stamps=tuple(stamps), found=found, false=tuple(false), pixels=pixels)


def true_boxes(page: SamplePage) -> Iterator[Box]:
    """Yield the boxes of what a page has stamped on it by itself: seals, and its number."""
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(
        cv2.dilate(page.seal.view(np.uint8), np.ones((9, 9), np.uint8))
    )
    for left, top, width, height, _area in stats[1:]:
        yield int(left), int(top), int(left + width), int(top + height)
    for line in page.lines:
        if not line.hand and any(letter.isdigit() for letter in line.text):
            yield line.left, line.top, line.left + line.width, line.top + line.height


def shared(one: Box, other: Box) -> int:
    """Return how many pixels two boxes share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, across) * max(0, down)


def fits(told: Box, true: Box) -> bool:
    """Tell whether a box is that of a stamp."""
    area = (true[2] - true[0]) * (true[3] - true[1])
    return shared(told, true) >= _FOUND * area and (told[2] - told[0]) * (told[3] - told[1]) <= _LARGEST * area


def table(looked: Sequence[Looked]) -> Iterator[str]:
    """Yield the lines of the table."""
    drawn: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    for page in looked:
        for stamp, is_found in zip(page.stamps, page.found, strict=True):
            for key in ((stamp.ink, stamp.shape), (stamp.ink, "all"), ("all", stamp.shape), ("all", "all")):
                drawn[key] += 1
                found[key] += is_found
    columns = (*SHAPES, "all")
    yield "| ink | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for ink in (*INKS, "all"):
        cells = [f"{found[ink, shape]} of {drawn[ink, shape]}" for shape in columns]
        yield f"| {ink} | " + " | ".join(cells) + " |"
    false = [seal for page in looked for seal in page.false]
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(f"{s.colour} {s.kind}" for s in false).most_common())
    share = 100 * found["all", "all"] / drawn["all", "all"]
    yield f"\n{share:.1f} % found; {len(false)} false on {len(looked)} pages: {kinds}"


def keep(looked: Sequence[Looked], folder: Path) -> None:
    """Save the pages with a fault: missed stamps in red, false ones in blue."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(looked):
        if all(page.found) and not page.false:
            continue
        picture = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2BGR)
        for stamp, is_found in zip(page.stamps, page.found, strict=True):
            if not is_found:
                cv2.rectangle(picture, stamp.box[:2], stamp.box[2:], (0, 0, 255), 3)
        for seal in page.false:
            cv2.rectangle(picture, seal.box_px[:2], seal.box_px[2:], (255, 0, 0), 3)
        cv2.imwrite(
            str(folder / f"{number:03}.png"), cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        )


if __name__ == "__main__":
    main()
