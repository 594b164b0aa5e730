"""A scan of the target sheet tells what is wrong with a scanner: each fault is made here, and found."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from scanpipe.capture.target.complaints import complaints
from scanpipe.capture.target.measure import TargetReport, measure_target
from scanpipe.errors import ImageRefused
from scanpipe.raster import MM_PER_INCH, Raster
from tests.target_scans import DPI, scanned_target


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("target"))


@pytest.fixture(scope="module")
def scan(folder: str) -> Raster:
    return scanned_target(folder)


@pytest.fixture(scope="module")
def report(scan: Raster) -> TargetReport:
    return measure_target(scan)


def wrong(report: TargetReport) -> set[str]:
    return {complaint.measure for complaint in complaints(report)}


def changed(scan: Raster, levels: np.ndarray) -> Raster:
    return scan.replace(np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def test_a_good_scanner_has_no_complaint(report: TargetReport) -> None:
    assert wrong(report) == set()
    assert report.dpi_across == pytest.approx(DPI, rel=0.003)
    assert report.dpi_down == pytest.approx(DPI, rel=0.003)
    assert abs(report.skew_deg) < 0.05
    assert report.greys == tuple(sorted(report.greys, reverse=True))


def test_a_sheet_that_is_stretched_across_shows_in_that_axis_alone(folder: str) -> None:
    found = measure_target(scanned_target(folder, wide=1.03))
    assert found.dpi_across == pytest.approx(1.03 * DPI, rel=0.003)
    assert found.dpi_down == pytest.approx(DPI, rel=0.003)
    assert wrong(found) == {"dpi_across"}


@pytest.mark.parametrize("turn_deg", [-3.0, 1.2])
def test_the_skew_is_measured(folder: str, turn_deg: float) -> None:
    found = measure_target(scanned_target(folder, turn_deg=turn_deg))
    assert found.skew_deg == pytest.approx(-turn_deg, abs=0.05)
    assert wrong(found) == ({"skew_deg"} if abs(turn_deg) > 2 else set())


def test_corners_off_the_right_angle_are_told(folder: str) -> None:
    found = measure_target(scanned_target(folder, sheared=0.01))
    assert abs(found.square_deg) == pytest.approx(np.degrees(0.01), abs=0.05)
    assert "square_deg" in wrong(found)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_the_sheet_may_lie_any_way_up(scan: Raster, report: TargetReport, turns: int) -> None:
    found = measure_target(scan.replace(np.ascontiguousarray(np.rot90(scan.pixels, turns))))
    assert found.greys == pytest.approx(report.greys, abs=2)
    assert abs(found.skew_deg) < 0.1
    assert wrong(found) == set()


def test_a_blur_is_told_and_measured_by_axis(scan: Raster, report: TargetReport) -> None:
    found = measure_target(
        scan.replace(np.asarray(cv2.GaussianBlur(scan.pixels, (0, 0), sigmaX=2.5, sigmaY=0.1), np.uint8))
    )
    # The spectrum of a Gaussian of deviation s falls to a half at sqrt(2 ln 2) / (2 pi s); the scan's own blur adds.
    sigma = np.hypot(2.5, 0.7)
    assert found.mtf50_across == pytest.approx(0.1874 / sigma * DPI / MM_PER_INCH, rel=0.15)
    assert found.mtf50_down == pytest.approx(report.mtf50_down, rel=0.15)
    assert wrong(found) == {"mtf50_across"}


def test_a_streak_is_told_with_its_place(scan: Raster) -> None:
    levels = scan.pixels.astype(np.float32)
    column = round(100 / MM_PER_INCH * DPI)
    levels[:, column : column + 2] -= 15
    found = measure_target(changed(scan, levels))
    assert found.streak_mm == pytest.approx(100, abs=0.5)
    assert wrong(found) == {"streak_levels"}


def test_a_band_across_is_told(scan: Raster) -> None:
    levels = scan.pixels.astype(np.float32)
    levels[1500:1504] += 12
    levels[1400:1404] -= 12
    assert wrong(measure_target(changed(scan, levels))) == {"band_levels"}


def test_uneven_light_is_told(scan: Raster) -> None:
    fading = np.linspace(1, 0.75, scan.width, dtype=np.float32)[None, :, None]
    assert "uneven_percent" in wrong(measure_target(changed(scan, scan.pixels * fading)))


def test_wrong_colours_are_told_and_a_tone_of_the_whole_is_not(scan: Raster) -> None:
    yellowed = measure_target(changed(scan, scan.pixels * np.array([1, 0.97, 0.9], np.float32)))
    assert wrong(yellowed) == set()
    assert wrong(measure_target(scan.replace(np.ascontiguousarray(scan.pixels[..., ::-1])))) == {"colour_error"}


def test_noise_and_flat_contrast_are_told(scan: Raster) -> None:
    noise = np.random.default_rng(1).normal(0, 12, scan.pixels.shape)
    assert "noise_levels" in wrong(measure_target(changed(scan, scan.pixels + noise)))
    assert "greys" in wrong(measure_target(changed(scan, scan.pixels * 0.4 + 120)))


def test_a_grey_scan_has_no_colour_error(scan: Raster) -> None:
    found = measure_target(Raster(pixels=np.ascontiguousarray(scan.pixels[..., 1]), dpi=DPI))
    assert found.colour_error == 0.0
    assert replace(found, colour_error=0.0) == found


@pytest.fixture(params=["empty", "half"])
def no_target(scan: Raster, request: pytest.FixtureRequest) -> Iterator[Raster]:
    half = np.ascontiguousarray(scan.pixels[: scan.height // 2])
    yield scan.replace(half if request.param == "half" else np.full_like(half, 240))


def test_a_picture_without_the_whole_target_is_refused(no_target: Raster) -> None:
    with pytest.raises(ImageRefused, match="target"):
        measure_target(no_target)


def test_the_target_is_one_a4_page(tmp_path: Path) -> None:
    import pikepdf

    from tests.target_scans import printed_target

    path = tmp_path / "target.pdf"
    path.write_bytes(printed_target())
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
        box = [float(value) for value in pdf.pages[0].mediabox]
    assert box[2:] == pytest.approx([210 / 25.4 * 72, 297 / 25.4 * 72], abs=0.5)
