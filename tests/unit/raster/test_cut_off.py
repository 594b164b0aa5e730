"""Where a picture ends before its frame does: what decoders fill in, and what scans show at their edges."""

import io

import numpy as np
import pytest
from PIL import Image

from scanpipe.capture.checks import check_capture
from scanpipe.enhance.filters.page_box import find_page
from scanpipe.enhance.parameters import PageBoxParams
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.cut_off import Ends, ends_early
from scanpipe.raster.picture import cut_ends_allowed
from tests.unit.raster.damage_kinds import black_and_white, encoded, written

HEIGHT, WIDTH = 640, 440
PAGE = written(HEIGHT, WIDTH)


def half_of(kind: str, share: float) -> Pixels:
    """Return what another program shows of a file that ends early."""
    data = encoded(PAGE, kind)
    with cut_ends_allowed(), Image.open(io.BytesIO(data[: int(len(data) * share)] + b"\xff\xd9")) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("share", [0.3, 0.55, 0.8])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_part_that_did_not_come_is_found(kind: str, share: float) -> None:
    shown = half_of(kind, share)
    ends = ends_early(shown)
    assert ends.bottom == pytest.approx((1 - share) * HEIGHT, abs=60)
    assert "cut_off" in check_capture(Raster(pixels=shown, dpi=100)).flags
    again = np.asarray(Image.open(io.BytesIO(encoded(Image.fromarray(shown), "JPEG", quality=85))))
    assert ends_early(again).bottom == pytest.approx(ends.bottom, abs=20)


@pytest.mark.parametrize("turns", range(4))
def test_it_is_found_at_every_side(turns: int) -> None:
    shown = np.asarray(PAGE).copy()
    shown[500:] = 128
    sides = ("bottom", "right", "top", "left")
    assert ends_early(np.rot90(shown, turns)) == Ends(**{sides[turns]: 140})


def test_half_a_fax_page_in_black_is_found() -> None:
    shown = np.asarray(black_and_white(PAGE).convert("L")).copy()
    shown[300:] = 0
    assert ends_early(shown) == Ends(bottom=340)


def frame(shown: Pixels, slant: float, level: int) -> Pixels:
    rows, columns = np.indices(shown.shape[:2])
    shown = shown.copy()
    shown[rows > 500 + slant * columns] = level
    return shown


@pytest.mark.parametrize(
    "shown",
    [
        np.asarray(PAGE),
        np.asarray(black_and_white(PAGE).convert("L")),
        np.full((HEIGHT, WIDTH), 255, np.uint8),
        frame(np.asarray(PAGE), 0.05, 0),
        frame(np.asarray(PAGE), -0.03, 0),
    ],
    ids=["paper", "black and white", "empty", "slanted frame", "slanted the other way"],
)
def test_what_scans_show_at_their_edges_is_not(shown: Pixels) -> None:
    assert not ends_early(shown).any


def test_a_blank_foot_in_black_and_white_and_clipped_paper_are_no_end() -> None:
    shown = np.asarray(black_and_white(PAGE).convert("L")).copy()
    shown[300:] = 255
    assert not ends_early(shown).any
    clipped = np.asarray(PAGE).copy()
    clipped[clipped > 200] = 255
    clipped[298:300] = 60  # a rule across the page
    clipped[300:] = 255
    assert not ends_early(clipped).any


@pytest.mark.parametrize("level", [0, 128])
def test_the_page_box_leaves_what_did_not_come_in_the_picture(level: int) -> None:
    shown = np.asarray(PAGE).copy()
    shown[380:] = level
    box = find_page(Raster(pixels=shown, dpi=60), PageBoxParams()).box
    assert box.bottom == HEIGHT
    assert not box.outline
