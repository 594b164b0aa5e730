"""What every stage does with pixels, flags and lengths, done once."""

import numpy as np
import pytest

from scanpipe.raster import Raster
from scanpipe.raster.averaging import averaged, blurred_down, in_all_blocks, in_blocks, reduced
from scanpipe.raster.channels import brightest, darkest, depth_below, grey_pixels, levels_below, saturation, to_grey
from scanpipe.raster.flags import dilated, fitted, near, touched
from scanpipe.raster.lengths import mm_of, pixel_mm2, px_of, whole_px

STEPS = np.array([[0, 10, 20, 30, 255], [40, 50, 60, 70, 255]], np.uint8)
RED_ON_BUFF = np.array([[[200, 40, 20], [240, 230, 200]]], np.uint8)


def test_whole_blocks_leave_out_the_rest_and_all_blocks_do_not() -> None:
    assert in_blocks(STEPS, 2).tolist() == [[25, 45]]
    assert in_all_blocks(STEPS, 2).tolist() == [[25, 45, 255]]


@pytest.mark.parametrize(("dpi", "factor"), [(300, 1), (151, 1), (100, 3), (75, 4), (37.5, 8)])
def test_a_page_is_reduced_by_a_whole_factor_and_never_below_what_is_asked(dpi: float, factor: int) -> None:
    page = np.random.default_rng(1).integers(0, 256, (101, 67, 3), np.uint8)
    small = reduced(Raster(pixels=page, dpi=300), dpi)
    assert (small.height, small.width, small.dpi) == (101 // factor, 67 // factor, 300 / factor)
    assert np.abs(small.pixels.astype(int) - in_blocks(page, factor)).max() <= 2


def test_the_fast_way_down_gives_about_the_same_levels() -> None:
    page = np.random.default_rng(1).integers(0, 256, (300, 200), np.uint8)
    assert np.abs(blurred_down(page, 67, 100).astype(int) - averaged(page, 67, 100)).mean() < 6
    assert np.array_equal(blurred_down(page, 100, 150), averaged(page, 100, 150))


def test_channels_are_told_as_one() -> None:
    assert brightest(RED_ON_BUFF).tolist() == [[200, 240]] and darkest(RED_ON_BUFF).tolist() == [[20, 200]]
    assert saturation(RED_ON_BUFF).tolist() == [[180, 40]] and not saturation(STEPS).any()
    assert grey_pixels(RED_ON_BUFF).tolist() == [[86, 230]] and grey_pixels(STEPS) is STEPS
    assert not to_grey(Raster(pixels=RED_ON_BUFF, dpi=300)).colour


def test_depth_is_told_in_levels_or_as_a_share_of_the_ground() -> None:
    ground = np.full_like(RED_ON_BUFF, 100)
    assert levels_below(RED_ON_BUFF, ground).tolist() == [[80, 0]]
    assert depth_below(RED_ON_BUFF, ground).tolist() == [[255 - 51, 0]]


def test_flags_are_widened_and_brought_to_other_sizes() -> None:
    flags = np.zeros((8, 8), np.bool_)
    flags[2, 5] = True
    assert np.argwhere(near(flags, 1)).tolist() == np.argwhere(dilated(flags, 3)).tolist()
    assert np.count_nonzero(near(flags, 1)) == 9
    assert np.argwhere(touched(flags, (2, 2))).tolist() == [[0, 1]]
    assert np.count_nonzero(fitted(flags, (16, 16))) == 4


def test_lengths_and_pixels_are_two_ways_to_say_the_same() -> None:
    assert px_of(25.4, 300) == pytest.approx(300) and mm_of(150, 300) == pytest.approx(12.7)
    assert (whole_px(0.001, 300), whole_px(1, 300)) == (1, 12)
    assert pixel_mm2(254) == pytest.approx(0.01)
    assert Raster(pixels=STEPS, dpi=254).pixel_mm2 == pixel_mm2(254)
