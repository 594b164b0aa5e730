"""The resolution of a page: from the file where it can be believed, else assumed and said so."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scanpipe.raster.files import Frame, Reading, read_frames

X_TAG, Y_TAG, UNIT_TAG = 282, 283, 296
CENTIMETRE, INCH = 3, 2


def frame_of(folder: Path, name: str, size: tuple[int, int] = (60, 40), **options: Any) -> Frame:
    Image.new("L", size, 200).save(folder / name, **options)
    return next(iter(read_frames(folder / name, Reading(default_dpi=301))))


@pytest.mark.parametrize("name", ["a.tif", "a.png", "a.jpg", "a.bmp"])
@pytest.mark.parametrize("dpi", [100, 200, 300, 400, 600, 1200])
def test_each_format_keeps_its_resolution(tmp_path: Path, name: str, dpi: int) -> None:
    frame = frame_of(tmp_path, name, dpi=(dpi, dpi))
    assert frame.raster.dpi == dpi
    assert not frame.dpi_assumed


def test_tiff_in_centimetres_and_fractions(tmp_path: Path) -> None:
    frame = frame_of(tmp_path, "a.tif", tiffinfo={X_TAG: 118.11, Y_TAG: 118.11, UNIT_TAG: CENTIMETRE})
    assert frame.raster.dpi == 300
    frame = frame_of(tmp_path, "b.tif", tiffinfo={X_TAG: 299.5, Y_TAG: 299.5, UNIT_TAG: INCH})
    assert frame.raster.dpi == 299.5


def test_jfif_in_centimetres(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("L", (60, 40), 200).save(path, dpi=(118, 118))
    data = path.read_bytes()
    assert data[13:14] == b"\x01"
    path.write_bytes(data[:13] + b"\x02" + data[14:])
    assert next(iter(read_frames(path))).raster.dpi == pytest.approx(118 * 2.54)


def exif_with_resolution(dpi: float, unit: int) -> Image.Exif:
    exif = Image.Exif()
    exif[X_TAG], exif[Y_TAG], exif[UNIT_TAG] = dpi, dpi, unit
    return exif


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.png"])
def test_exif_tells_where_the_format_does_not(tmp_path: Path, name: str) -> None:
    assert frame_of(tmp_path, name, exif=exif_with_resolution(240, INCH)).raster.dpi == 240
    assert frame_of(tmp_path, name, exif=exif_with_resolution(80, CENTIMETRE)).raster.dpi == pytest.approx(203.2)


def test_exif_tells_where_jfif_says_what_every_program_says(tmp_path: Path) -> None:
    assert frame_of(tmp_path, "a.jpg", dpi=(72, 72), exif=exif_with_resolution(300, INCH)).raster.dpi == 300


@pytest.mark.parametrize("dpi", [None, (72, 72), (1, 1), (20, 20), (9600, 9600), (300, 60)])
def test_no_or_absurd_resolution_is_assumed_and_said_so(tmp_path: Path, dpi: tuple[int, int] | None) -> None:
    frame = frame_of(tmp_path, "a.tif", **({"dpi": dpi} if dpi else {}))
    assert frame.dpi_assumed
    assert frame.raster.dpi == 301
    assert (frame.raster.width, frame.raster.height) == (60, 40)


def test_paper_of_more_than_a_metre_is_not_believed(tmp_path: Path) -> None:
    assert frame_of(tmp_path, "a.png", size=(3650, 4), dpi=(100, 100)).dpi_assumed
    assert not frame_of(tmp_path, "b.png", size=(3450, 4), dpi=(100, 100)).dpi_assumed


@pytest.mark.parametrize(
    ("size", "believed"),
    [((1748, 2480), False), ((1654, 2339), False), ((2480, 3508), False), ((794, 1123), True), ((1587, 1123), True)],
    ids=["A5 at 300", "A4 at 200", "A4 at 300", "A4 at 96", "A3 at 96"],
)
def test_96_dpi_is_believed_where_the_paper_makes_sense(tmp_path: Path, size: tuple[int, int], believed: bool) -> None:
    frame = frame_of(tmp_path, "a.jpg", size=size, dpi=(96, 96))
    assert (frame.dpi_assumed, frame.raster.dpi) == (not believed, 96 if believed else 301)


def test_a_stated_resolution_goes_before_the_files(tmp_path: Path) -> None:
    for name, dpi in (("a.tif", 100), ("b.tif", 204), ("c.tif", 0)):
        Image.new("L", (60, 40), 200).save(tmp_path / name, **({"dpi": (dpi, dpi / 2)} if dpi else {}))
        frame = next(iter(read_frames(tmp_path / name, Reading(stated_dpi=240))))
        assert (frame.raster.dpi, frame.dpi_assumed) == (240, False)
        assert frame.raster.height == (80 if dpi else 40)


@pytest.mark.parametrize(("dpi", "size"), [((204, 98), (60, 83)), ((204, 196), (60, 42)), ((100, 200), (120, 40))])
def test_oblong_pixels_become_square_at_the_finer_resolution(
    tmp_path: Path, dpi: tuple[int, int], size: tuple[int, int]
) -> None:
    frame = frame_of(tmp_path, "fax.tif", dpi=dpi)
    assert frame.raster.dpi == max(dpi)
    assert (frame.raster.width, frame.raster.height) == size


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_a_fax_that_lies_on_its_side_is_stretched_the_right_way(tmp_path: Path, compression: str) -> None:
    frame = frame_of(tmp_path, "fax.tif", dpi=(204, 98), compression=compression, tiffinfo={0x0112: 6})
    assert (frame.raster.width, frame.raster.height) == (83, 60)


def test_pixels_are_only_touched_where_they_are_oblong(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 60), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png", dpi=(300, 300.2))
    np.testing.assert_array_equal(next(iter(read_frames(tmp_path / "a.png"))).raster.pixels, pixels)
