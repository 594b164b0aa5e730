"""What is said of a capture before the sheet is put away: only what is really bad is flagged."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scanpipe.capture.checks import check_capture
from scanpipe.raster import Pixels, Raster
from tests.grain import with_grain

A4_300 = (3508, 2480)
PAPER, INK = 225, 60


def sheet(shape: tuple[int, int] = A4_300, *, paper: int = PAPER) -> Pixels:
    """Paper with a faint texture and a lamp that fades to one side."""
    faded = np.linspace(paper, paper - 18, shape[1], dtype=np.float32)
    return with_grain(np.broadcast_to(faded[None, :, None], (*shape, 3)), seed=5)


def written(*, ink: int = INK, paper: int = PAPER, lines: int = 30) -> Pixels:
    pixels = sheet(paper=paper)
    for line in range(lines):
        place = (300, 400 + line * 90)
        cv2.putText(
            pixels, "Khai sinh 012/2010 Nguyen Van", place, cv2.FONT_HERSHEY_SIMPLEX, 2.2, (ink,) * 3, 5, cv2.LINE_AA
        )
    return pixels


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """Have the lens out of focus; the noise of the sensor is sharp all the same."""
    return with_grain(np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8), seed=6)


def flags(pixels: NDArray[np.uint8], dpi: float = 300) -> tuple[str, ...]:
    return check_capture(Raster(pixels=pixels, dpi=dpi)).flags


def test_a_written_page_has_no_flag_in_colour_grey_or_black_and_white() -> None:
    page = written()
    assert flags(page) == ()
    assert flags(np.ascontiguousarray(page[..., 0])) == ()
    assert flags(np.where(page[..., 0] > 128, 255, 0).astype(np.uint8)) == ()


@pytest.mark.parametrize("dpi", [100, 150, 200, 400, 600])
def test_the_resolution_does_not_matter(dpi: int) -> None:
    page = cv2.resize(
        written(), None, fx=dpi / 300, fy=dpi / 300, interpolation=cv2.INTER_AREA if dpi < 300 else cv2.INTER_CUBIC
    )
    assert flags(np.asarray(page, np.uint8), dpi) == ()


@pytest.mark.parametrize("paper", [255, PAPER, 180, 120])
def test_empty_paper_of_any_shade_is_blank(paper: int) -> None:
    assert flags(sheet(paper=paper)) == ("blank",)


def test_the_dark_edge_that_a_scanner_shows_is_no_ink() -> None:
    page = sheet()
    page[:60], page[:, -50:] = 20, 20
    assert flags(page) == ("blank",)


def test_one_line_of_writing_is_enough_not_to_be_blank() -> None:
    checks = check_capture(Raster(pixels=written(lines=1), dpi=300))
    assert not checks.blank
    assert checks.ink_share < 0.01


def test_a_black_capture_is_told() -> None:
    assert flags(np.full((*A4_300, 3), 12, np.uint8)) == ("black",)
    assert flags(np.zeros(A4_300, np.uint8)) == ("black",)


def test_a_blurred_capture_is_told_and_a_soft_one_is_not() -> None:
    page = written()
    assert flags(blurred(page, 8)) == ("blurred",)
    assert flags(blurred(page, 2.5)) == ()


def test_the_blur_is_measured_in_millimetres() -> None:
    measured = check_capture(Raster(pixels=blurred(written(), 4), dpi=300)).blur_mm
    assert measured == pytest.approx(4 / 300 * 25.4, rel=0.4)


def test_writing_that_hardly_stands_out_is_told() -> None:
    assert "low_contrast" in flags(written(ink=PAPER - 20))
    assert flags(written(ink=PAPER - 60)) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (7, 9), (40, 40)])
def test_a_scrap_of_an_image_is_measured_too(shape: tuple[int, int]) -> None:
    check_capture(Raster(pixels=np.full(shape, 200, np.uint8), dpi=300))
    check_capture(Raster(pixels=np.full((*shape, 3), 200, np.uint8), dpi=1200))
