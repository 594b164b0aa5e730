"""What is left of damaged files is had where damaged ones are wanted: true up to the damage, then white or grey."""

import io
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile

from scanpipe.errors import ImageRefused
from scanpipe.raster import Pixels
from scanpipe.raster.files import Frame, Reading, read_frames
from scanpipe.raster.remains.jpeg2000 import completed
from tests.unit.raster.damage_kinds import ARITHMETIC, CHECKED, CODED, PAGE, SECTOR, black_and_white, encoded

RGB = np.asarray(PAGE)
GREY = np.asarray(PAGE.convert("L"))


def tiff(pixels: Any, **options: Any) -> bytes:
    """Return a TIFF whose directory stands before its data, as scanners write it."""
    stream = io.BytesIO()
    tifffile.imwrite(stream, pixels, photometric=options.pop("photometric", "rgb"), **options)
    return stream.getvalue()


def left(path: Path, data: bytes) -> Frame:
    """Return the only page, which is refused where damaged ones are not wanted."""
    path.write_bytes(data)
    with pytest.raises(ImageRefused, match=path.name):
        list(read_frames(path))
    (frame,) = read_frames(path, Reading(damaged=True))
    assert frame.damage
    return frame


def whole(path: Path, data: bytes) -> Pixels:
    path.write_bytes(data)
    (frame,) = read_frames(path)
    return frame.raster.pixels


def true_rows(one: Pixels, other: Pixels, *, within: float = 0) -> float:
    """Return what share of the rows from the top on are the same, on average within so many levels."""
    error = np.abs(one.astype(int) - other).reshape(len(one), -1).mean(axis=1)
    return float(np.argmax(np.append(error, np.inf) > within)) / len(one)


TIFFS = {
    "lzw": tiff(RGB, compression="lzw"),
    "lzw-predictor": tiff(RGB, compression="lzw", predictor=True),
    "lzw-strips": tiff(RGB, compression="lzw", rowsperstrip=40),
    "lzw-16-bit": tiff(GREY.astype(np.uint16) * 257, compression="lzw", predictor=True, photometric="minisblack"),
    "deflate": tiff(RGB, compression="zlib", predictor=True),
    "packbits": tiff(GREY, compression="packbits", photometric="minisblack"),
    "lzma": tiff(RGB, compression="lzma", rowsperstrip=20),
}


@pytest.mark.parametrize("name", sorted(TIFFS))
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_cut_tiff_gives_the_rows_before_the_cut_and_white(tmp_path: Path, name: str, share: float) -> None:
    data = TIFFS[name]
    before = whole(tmp_path / "a.tif", data)
    after = left(tmp_path / "a.tif", data[: int(len(data) * share)]).raster.pixels
    assert after.shape == before.shape
    assert share - 0.1 < true_rows(before, after) < share + 0.1
    assert (after[-10:] == 255).all()


@pytest.mark.parametrize("name", ["lzw-strips", "deflate", "packbits"])
def test_a_lost_sector_costs_no_strip_but_its_own(tmp_path: Path, name: str) -> None:
    data = TIFFS[name]
    at = len(data) // 2
    before = whole(tmp_path / "a.tif", data)
    after = left(tmp_path / "a.tif", data[:at] + bytes(SECTOR) + data[at + SECTOR :]).raster.pixels
    assert true_rows(before, after) > 0.35
    if name == "lzw-strips":
        assert true_rows(before[::-1], after[::-1]) > 0.3


def test_tiles_and_planes_of_their_own_are_had_one_by_one(tmp_path: Path) -> None:
    tiles = tiff(RGB, compression="lzw", tile=(64, 64))
    after = left(tmp_path / "tiles.tif", tiles[: len(tiles) // 2]).raster.pixels
    assert true_rows(RGB, after) >= 64 / len(RGB)
    planes = tiff(RGB.transpose(2, 0, 1).copy(), compression="lzw", planarconfig="separate", rowsperstrip=100)
    after = left(tmp_path / "planes.tif", planes[: len(planes) // 2]).raster.pixels
    np.testing.assert_array_equal(after[..., 0], RGB[..., 0])
    assert (after[..., 2] == 255).all()


@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_fax_strips_that_are_gone_are_white(tmp_path: Path, photometric: str) -> None:
    data = encoded(black_and_white(PAGE), "TIFF", compression="group4", tiffinfo={278: 32})
    if photometric == "miniswhite":
        data = data.replace(b"\x06\x01\x03\x00\x01\x00\x00\x00\x01", b"\x06\x01\x03\x00\x01\x00\x00\x00\x00")
    before = whole(tmp_path / "a.tif", data)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        assert page.photometric.name.lower() == photometric
        at, end = page.dataoffsets[4], page.dataoffsets[6]
    after = left(tmp_path / "a.tif", data[:at] + bytes(end - at) + data[end:]).raster.pixels
    assert (after[4 * 32 : 6 * 32] == 255).all()
    np.testing.assert_array_equal(after[: 4 * 32], before[: 4 * 32])
    np.testing.assert_array_equal(after[6 * 32 :], before[6 * 32 :])


def test_jpeg_strips_that_are_gone_are_grey(tmp_path: Path) -> None:
    data = tiff(RGB, compression="jpeg", rowsperstrip=48)
    before = whole(tmp_path / "a.tif", data)
    after = left(tmp_path / "a.tif", data[: len(data) // 2]).raster.pixels
    assert true_rows(before, after) > 0.4
    assert (after[-40:, 16:] == 128).all()  # libjpeg makes its first block of nothing


def test_pages_before_those_that_are_lost_are_had_and_all_are_flagged(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        for _page in range(4):
            writer.write(RGB, photometric="rgb", compression="lzw")
    path = tmp_path / "book.tif"
    path.write_bytes(stream.getvalue()[: int(0.6 * len(stream.getvalue()))])
    with pytest.raises(ImageRefused, match="some of its pages are lost"):
        list(read_frames(path))
    frames = list(read_frames(path, Reading(damaged=True)))
    assert [frame.name for frame in frames] == ["book.tif#1", "book.tif#2", "book.tif#3"]
    assert all(frame.damage for frame in frames)
    np.testing.assert_array_equal(frames[1].raster.pixels, RGB)


def test_a_tiff_without_its_directory_is_refused_with_the_remedy(tmp_path: Path) -> None:
    data = CODED["lzw.tif"]  # libtiff writes the directory last
    (tmp_path / "a.tif").write_bytes(data[: len(data) * 9 // 10])
    with pytest.raises(ImageRefused, match="its end, with the list of its pages, is missing"):
        list(read_frames(tmp_path / "a.tif", Reading(damaged=True)))


@pytest.mark.parametrize("options", [{"quality": 80}, {"lossless": True}], ids=["lossy", "lossless"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_cut_webp_gives_the_rows_before_the_cut(tmp_path: Path, options: dict[str, Any], share: float) -> None:
    data = encoded(PAGE, "WEBP", **options)
    before = whole(tmp_path / "a.webp", data)
    after = left(tmp_path / "a.webp", data[: int(len(data) * share)]).raster.pixels
    assert true_rows(before, after, within=2) > share - 0.2
    assert (after[-10:] == 255).all()


@pytest.mark.parametrize("options", [{}, {"no_jp2": True}, {"tile_size": (128, 128)}], ids=["jp2", "j2k", "tiles"])
def test_a_cut_jpeg_2000_goes_on_less_sharp_or_grey(tmp_path: Path, options: dict[str, Any]) -> None:
    data = encoded(PAGE, "JPEG2000", progression="RPCL", precinct_size=(64, 64), **options)
    before = whole(tmp_path / "a.jp2", data)
    after = left(tmp_path / "a.jp2", data[: len(data) * 7 // 10]).raster.pixels
    assert true_rows(before, after, within=1) > 0.3
    assert after[-40:].mean(axis=(1, 2)).min() > 100, "no row is black"


def test_a_whole_jpeg_2000_is_not_changed_by_completing_it(tmp_path: Path) -> None:
    for name in ("lossless.jp2", "lossy.jp2"):
        before = whole(tmp_path / name, ARITHMETIC[name])
        np.testing.assert_array_equal(whole(tmp_path / name, completed(ARITHMETIC[name])), before)


def test_blocks_of_a_cut_lossy_jpeg_xl_are_had(tmp_path: Path) -> None:
    page = np.tile(RGB, (3, 3, 1))  # blocks have 256 pixels
    data = bytes(imagecodecs.jpegxl_encode(page, distance=1.0, effort=3))
    before = whole(tmp_path / "a.jxl", data)
    after = left(tmp_path / "a.jxl", data[: len(data) * 7 // 10]).raster.pixels
    np.testing.assert_array_equal(after[:200], before[:200])
    assert (after[-10:] == 255).any()


def test_where_nothing_can_be_had_the_error_says_what_else_may_help(tmp_path: Path) -> None:
    data = CHECKED["best.jxl"]
    (tmp_path / "a.jxl").write_bytes(data[: len(data) // 2])
    with pytest.raises(ImageRefused, match="djxl --allow_partial_files"):
        list(read_frames(tmp_path / "a.jxl", Reading(damaged=True)))
    (tmp_path / "a.webp").write_bytes(ARITHMETIC["lossy.webp"][:24])
    with pytest.raises(ImageRefused, match="no part of it can be decoded"):
        list(read_frames(tmp_path / "a.webp", Reading(damaged=True)))
