"""Broken and hostile files: refused with a name and a reason, at once, whatever is in them."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from scanpipe.errors import ImageRefused
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_tiff
from scanpipe.raster.files import read_frames


def refused(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(ImageRefused) as caught:
        list(read_frames(path))
    assert path.name in str(caught.value.text)
    assert str(caught.value.remedy)
    return str(caught.value.text)


def encoded(kind: str, *, mode: str = "RGB", **options: Any) -> bytes:
    pixels = np.random.default_rng(7).integers(0, 256, (48, 48, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


def jxl() -> bytes:
    pixels = np.random.default_rng(7).integers(0, 256, (48, 48, 3), np.uint8)
    return bytes(imagecodecs.jpegxl_encode(pixels, lossless=True))


def pdf() -> bytes:
    stream = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(72, 72))
        page.contents_add(b"0 0 36 36 re f")
        document.save(stream)
    return stream.getvalue()


SOUND = {
    "png": encoded("PNG"),
    "jpg": encoded("JPEG"),
    "webp": encoded("WEBP", lossless=True),
    "bmp": encoded("BMP"),
    "jp2": encoded("JPEG2000"),
    "lzw.tif": encoded("TIFF", compression="tiff_lzw"),
    "raw.tif": encoded("TIFF", compression="raw"),
    "deflate.tif": encode_tiff(Raster(pixels=np.eye(40, dtype=np.uint8) * 255, dpi=300)),
    "g4.tif": encoded("TIFF", mode="1", compression="group4"),
    "jpeg.tif": encoded("TIFF", compression="jpeg"),
    "jxl": jxl(),
    "pdf": pdf(),
}


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_sound_files_are_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(SOUND[kind])
    assert len(list(read_frames(path))) == 1


@pytest.mark.parametrize("kind", sorted(SOUND))
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_refused_not_passed_as_half_a_page(tmp_path: Path, kind: str, kept: float) -> None:
    refused(tmp_path / f"a.{kind}", SOUND[kind][: int(len(SOUND[kind]) * kept)])


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\0" * 4096, b"Trang 1\n" * 50, b"%PDF-1.7 and no more", b"II*\0", b"\xff\xd8\xff"]
)
def test_what_is_no_image_is_refused_whatever_its_suffix(tmp_path: Path, content: bytes) -> None:
    refused(tmp_path / "a.jpg", content)


def png_of(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [12_500, 20_000, 60_000, 2**31 - 1])
def test_a_png_that_would_fill_the_memory_is_refused_by_its_header(tmp_path: Path, side: int) -> None:
    message = refused(tmp_path / "bomb.png", png_of(side, side, zlib.compress(bytes(1 << 20))))
    assert "larger" in message or "pixels" in message


@pytest.mark.parametrize("side", [16_000, 2**31 - 1])
def test_a_bmp_with_a_huge_header_is_refused(tmp_path: Path, side: int) -> None:
    header = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54, 0, 0, 54, 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0)
    refused(tmp_path / "bomb.bmp", header)


def test_a_jpeg_xl_with_a_huge_header_is_refused(tmp_path: Path) -> None:
    sides = (2**30 - 1) | (0 << 30)
    bits = 0 | (3 << 1) | (sides << 3) | (1 << 33)  # not small, 30-bit height, ratio 1: square
    message = refused(tmp_path / "bomb.jxl", b"\xff\x0a" + bits.to_bytes(14, "little"))
    assert "1073741824 x 1073741824" in message


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (40, 48), (9000, 3), (3, 300), (1600, 1000), (256, 256)])
@pytest.mark.parametrize("effort", [1, 3])
def test_the_size_in_a_jpeg_xl_header_is_read_as_the_decoder_reads_it(size: tuple[int, int], effort: int) -> None:
    from scanpipe.raster.jxl import size_of

    height, width = size
    data = bytes(imagecodecs.jpegxl_encode(np.zeros((height, width), np.uint8), lossless=True, effort=effort))
    assert size_of(data) == (width, height)
    boxed = bytes(imagecodecs.jpegxl_encode(np.zeros((height, width), np.uint8), lossless=True, usecontainer=True))
    assert size_of(boxed) == (width, height)


def test_an_animation_is_refused(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 99, 200)]
    for kind in ("png", "webp"):
        frames[0].save(tmp_path / f"a.{kind}", save_all=True, append_images=frames[1:])
        assert "animation" in refused(tmp_path / f"a.{kind}", (tmp_path / f"a.{kind}").read_bytes())


def test_other_kinds_of_image_are_not_even_tried(tmp_path: Path) -> None:
    refused(tmp_path / "a.tif", encoded("GIF"))
    refused(tmp_path / "a.png", encoded("ICO"))


def test_a_file_that_is_not_there_or_not_to_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageRefused, match=r"gone\.tif cannot be read: the file or folder does not exist"):
        list(read_frames(tmp_path / "gone.tif"))
    (tmp_path / "folder.tif").mkdir()
    with pytest.raises(ImageRefused, match=r"folder\.tif cannot be read"):
        list(read_frames(tmp_path / "folder.tif"))


@settings(deadline=None, derandomize=True, max_examples=400, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damage_gives_pages_or_a_refusal_and_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(SOUND)))
    content = bytearray(SOUND[kind])
    for _flip in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"a.{kind}"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        for frame in read_frames(path):
            assert frame.raster.width * frame.raster.height > 0
    except ImageRefused as refusal:
        assert path.name in str(refusal.text)
