"""Damaged files: refused by name, or the same picture to the bit; with `damaged` what is left, and how it shows."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from scanpipe.errors import ImageRefused
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.codecs import encode_tiff
from scanpipe.raster.damage.fax import g4_is_damaged
from scanpipe.raster.damage.jbig2 import jbig2_is_damaged
from scanpipe.raster.damage.jpeg import jpeg_damage
from scanpipe.raster.files import Reading, read_frames
from tests.unit.raster.damage_kinds import (
    ARITHMETIC,
    CHECKED,
    CODED,
    PAGE,
    PLAIN,
    black_and_white,
    cut,
    encoded,
    flip,
    foreign,
    gap,
    written,
)

Harm = Callable[[bytes, np.random.Generator], bytes]
ALL = {**CHECKED, **CODED, **ARITHMETIC, **PLAIN}
TIMES = 12


def pixels(path: Path, data: bytes, *, damaged: bool = False) -> Pixels | None:
    """Return the picture; None where it is refused by name."""
    path.write_bytes(data)
    try:
        (frame,) = read_frames(path, Reading(damaged=damaged))
    except ImageRefused as refusal:
        assert path.name in str(refusal.text)
        return None
    return frame.raster.pixels


def silent(folder: Path, name: str, harm: Harm) -> int:
    """Return how many of the damaged copies gave another picture without a word."""
    random, whole = np.random.default_rng(sum(name.encode())), pixels(folder / name, ALL[name])
    assert whole is not None
    shown = [pixels(folder / name, harm(ALL[name], random)) for _time in range(TIMES)]
    return sum(picture is not None and not np.array_equal(picture, whole) for picture in shown)


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_file_that_ends_early_is_refused(tmp_path: Path, name: str) -> None:
    assert silent(tmp_path, name, cut) == 0


@pytest.mark.parametrize("name", sorted({**CHECKED, **CODED, **ARITHMETIC}))
def test_lost_sectors_are_noticed(tmp_path: Path, name: str) -> None:
    assert silent(tmp_path, name, gap) == 0


@pytest.mark.parametrize("name", sorted({**CHECKED, **CODED}))
def test_a_sector_of_another_file_is_noticed(tmp_path: Path, name: str) -> None:
    assert silent(tmp_path, name, foreign) <= 1


@pytest.mark.parametrize("name", sorted(CHECKED))
def test_not_a_bit_of_what_has_a_checksum_changes_in_silence(tmp_path: Path, name: str) -> None:
    assert silent(tmp_path, name, flip) == 0


@pytest.mark.parametrize("progressive", [False, True])
def test_half_a_jpeg_that_was_closed_again_is_refused_and_had_as_damaged(tmp_path: Path, progressive: bool) -> None:
    data = encoded(PAGE, "JPEG", progressive=progressive)
    half = data[: len(data) // 2] + b"\xff\xd9"
    with pytest.raises(ImageRefused, match=r"half\.jpg cannot be read: it is damaged \(.*premature end of data"):
        (tmp_path / "half.jpg").write_bytes(half)
        list(read_frames(tmp_path / "half.jpg"))
    (frame,) = read_frames(tmp_path / "half.jpg", Reading(damaged=True))
    assert "premature end" in str(frame.damage)
    assert frame.raster.pixels.shape == (PAGE.height, PAGE.width, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_is_left_of_a_file_that_ends_early_can_be_had(tmp_path: Path, kind: str) -> None:
    whole = encoded(PAGE, kind)
    (tmp_path / "a").write_bytes(whole[: len(whole) // 2])
    (frame,) = read_frames(tmp_path / "a", Reading(damaged=True))
    assert frame.damage
    near = np.abs(frame.raster.pixels[:100].astype(int) - np.asarray(PAGE)[:100]).mean()
    assert near < 8  # JPEG, and noise


def test_a_whole_file_is_not_flagged_where_damaged_ones_are_taken(tmp_path: Path) -> None:
    for name, data in ALL.items():
        (tmp_path / name).write_bytes(data)
        (frame,) = read_frames(tmp_path / name, Reading(damaged=True))
        assert not frame.damage, name


def test_what_libjpeg_warns_of_in_whole_pictures_is_no_damage() -> None:
    data = encoded(PAGE, "JPEG")
    unknown_revision = data.replace(b"JFIF\0\1\1", b"JFIF\0\7\7", 1)
    at = data.index(b"\xff\xda")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    odd_scan = data[: at + 2 + length - 3] + b"\0\0\0" + data[at + 2 + length :]
    assert unknown_revision != data != odd_scan
    for whole in (data, unknown_revision, odd_scan, data + b"\0" * 512, data[:-2]):
        assert jpeg_damage(whole) == ""


def fax(rows: int, width: int) -> bytes:
    page = black_and_white(written(height=rows, width=width))
    data = encoded(page, "TIFF", compression="group4", tiffinfo={278: rows})
    with Image.open(io.BytesIO(data)) as image:
        offset, length = image.tag_v2[273][0], image.tag_v2[279][0]
    return data[offset : offset + length]


@pytest.mark.parametrize("width", [259, 260, 261, 262, 263])
def test_a_fax_page_ends_where_its_data_do(width: int) -> None:
    data = fax(200, width)
    bits = "".join(f"{byte:08b}" for byte in data)
    endless = bits[: bits.index("000000000001")]
    without_end = bytes(int(endless[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(endless), 8))
    aligned_end = without_end + b"\0\x10\x01"
    for whole in (data, data + bytes(3), without_end, without_end + bytes(3), aligned_end):
        assert not g4_is_damaged(whole, width, 200)
    assert not g4_is_damaged(data, width, 150), "more rows than are stated"
    assert not g4_is_damaged(bytes(int(f"{b:08b}"[::-1], 2) for b in data), width, 200, reversed_bits=True)
    half = data[: len(data) // 2]
    for damaged in (half, half + bytes(100), half + bytes(100) + data[len(half) :], data + fax(200, width)):
        assert g4_is_damaged(damaged, width, 200)
    assert g4_is_damaged(data, width, 201)


def test_an_image_that_a_drawn_page_would_leave_out_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "drawn.pdf"
    path.write_bytes(CODED["dct.pdf"])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        page = document.pages[0]
        page.contents_add(b"0 0 20 20 re f")
        (image,) = page.resources.XObject.as_dict().values()
        data = image.read_raw_bytes()
        image.write(data[: len(data) // 2] + b"\xff\xd9", filter=pikepdf.Name.DCTDecode)
        document.save(path)
    with pytest.raises(ImageRefused, match="premature end"):
        list(read_frames(path))


def test_content_that_is_damaged_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "content.pdf"
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(72, 72))
        content = bytearray(zlib.compress(b"0 0 9 9 re f\n" * 200))
        content[-2] ^= 1
        page.Contents = document.make_stream(bytes(content), Filter=pikepdf.Name.FlateDecode)
        document.save(path, compress_streams=False)
    with pytest.raises(ImageRefused, match="is damaged"):
        list(read_frames(path))


def test_a_pdf_that_must_be_mended_is_taken_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(CHECKED["flate.pdf"].rpartition(b"startxref")[0])
    with pytest.raises(ImageRefused, match="damaged PDF"):
        list(read_frames(path))
    (frame,) = read_frames(path, Reading(damaged=True))
    assert "damaged PDF" in str(frame.damage)
    np.testing.assert_array_equal(frame.raster.pixels, np.asarray(PAGE))


def test_a_strip_without_data_is_noticed(tmp_path: Path) -> None:
    data = encoded(PAGE, "TIFF", compression="tiff_adobe_deflate", tiffinfo={278: 40})
    with Image.open(io.BytesIO(data)) as image:
        lengths = struct.pack("<8I", *image.tag_v2[279])
    assert data.count(lengths) == 1
    (tmp_path / "a.tif").write_bytes(data.replace(lengths, lengths[:12] + bytes(4) + lengths[16:]))
    with pytest.raises(ImageRefused, match="it is truncated"):
        list(read_frames(tmp_path / "a.tif"))


def test_a_tiff_that_says_that_it_comes_from_a_damaged_file_is_believed(tmp_path: Path) -> None:
    raster = Raster(pixels=np.asarray(PAGE), dpi=300)
    (tmp_path / "whole.tif").write_bytes(encode_tiff(raster))
    (tmp_path / "half.tif").write_bytes(encode_tiff(raster, damaged=True))
    assert len(list(read_frames(tmp_path / "whole.tif"))) == 1
    with pytest.raises(ImageRefused, match="it is marked as made from a damaged file"):
        list(read_frames(tmp_path / "half.tif"))
    (frame,) = read_frames(tmp_path / "half.tif", Reading(damaged=True))
    assert frame.damage
    np.testing.assert_array_equal(frame.raster.pixels, raster.pixels)


def test_segments_of_jbig2_are_counted() -> None:
    page = segment(0, 48, struct.pack(">IIIIBH", 64, 56, 0, 0, 0, 0))
    region = segment(1, 38, bytes(range(1, 90)))
    whole = page + region + segment(2, 49, b"")
    assert not jbig2_is_damaged(whole)
    for cut_at in (len(page), len(page) + 5, len(page) + 40, len(page + region) - 1):
        assert jbig2_is_damaged(whole[:cut_at])
    assert jbig2_is_damaged(page + segment(1, 38, bytes(200)))


def segment(number: int, kind: int, data: bytes) -> bytes:
    """Return a segment of the first page that refers to no other."""
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data


def many_pages(count: int) -> bytes:
    """Return a TIFF of so many pages of one pixel."""
    entries = ((256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 4), (277, 1), (278, 1), (279, 1))
    size = 2 + 12 * len(entries) + 4
    tags = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    heads = (
        struct.pack("<H", len(entries)) + tags + struct.pack("<I", 8 + (number + 1) * size if number < count - 1 else 0)
        for number in range(count)
    )
    return b"II*\0\x08\0\0\0" + b"".join(heads)


@pytest.mark.timeout(30)
def test_a_tiff_of_sixty_thousand_pages_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "endless.tif").write_bytes(many_pages(60_000))
    with pytest.raises(ImageRefused, match=r"endless\.tif cannot be read: it contains more than 2000 pages"):
        list(read_frames(tmp_path / "endless.tif"))
    (tmp_path / "book.tif").write_bytes(many_pages(300))
    assert len(list(read_frames(tmp_path / "book.tif"))) == 300
