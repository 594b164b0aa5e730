"""A small page in every kind of file that is imported, and the ways in which files come to harm."""

import io
from typing import Any

import imagecodecs
import img2pdf
import numpy as np
from PIL import Image, ImageDraw

SECTOR = 512


def written(height: int = 320, width: int = 260) -> Image.Image:
    """Return paper with noise and strokes on it."""
    random = np.random.default_rng(5)
    paper = np.full((height, width, 3), 235.0) + random.normal(0, 3, (height, width, 1))
    image = Image.fromarray(paper.clip(0, 255).astype(np.uint8))
    drawing = ImageDraw.Draw(image)
    for y in range(20, height - 20, 14):
        for x in range(20, width - 30, 9):
            end = (x + int(random.integers(2, 8)), y + int(random.integers(-5, 9)))
            drawing.line((x, y, *end), fill=(30, 30, 70), width=2)
    return image


def black_and_white(image: Image.Image) -> Image.Image:
    """Return a scan with one bit a pixel."""
    return image.convert("L").point(lambda level: 255 * (level > 128)).convert("1")


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


PAGE = written()
_BITS = black_and_white(PAGE)
_ONE_STRIP = {278: PAGE.height}
_JXL = np.asarray(PAGE)

CHECKED = {
    "png": encoded(PAGE, "PNG"),
    "deflate.tif": encoded(PAGE, "TIFF", compression="tiff_adobe_deflate"),
    "lzma.tif": encoded(PAGE, "TIFF", compression="lzma"),
    "best.jxl": bytes(imagecodecs.jpegxl_encode(_JXL, lossless=True, effort=5)),
    "flate.pdf": img2pdf.convert(encoded(PAGE, "PNG")),
}
"""Their data have checksums: no byte can change in silence."""

CODED = {
    "standard.jpg": encoded(PAGE, "JPEG", quality=85),
    "optimised.jpg": encoded(PAGE, "JPEG", optimize=True),
    "progressive.jpg": encoded(PAGE, "JPEG", progressive=True),
    "restarts.jpg": encoded(PAGE, "JPEG", restart_marker_rows=1),
    "dct.pdf": img2pdf.convert(encoded(PAGE, "JPEG", quality=85)),
    "jpeg.tif": encoded(PAGE, "TIFF", compression="jpeg"),
    "lzw.tif": encoded(PAGE, "TIFF", compression="tiff_lzw"),
    "g4.tif": encoded(_BITS, "TIFF", compression="group4", tiffinfo=_ONE_STRIP),
    "g4strips.tif": encoded(_BITS, "TIFF", compression="group4", tiffinfo={278: 32}),
    "g4.pdf": img2pdf.convert(encoded(_BITS, "TIFF", compression="group4", tiffinfo=_ONE_STRIP)),
    "g3.tif": encoded(_BITS, "TIFF", compression="group3", tiffinfo=_ONE_STRIP),
    "rle.tif": encoded(_BITS, "TIFF", compression="tiff_ccitt", tiffinfo=_ONE_STRIP),
}
"""Codes in them depend on those before: what is overwritten leads to codes that do not exist, or to a wrong end."""

ARITHMETIC = {
    "lossy.webp": encoded(PAGE, "WEBP", quality=80),
    "lossless.webp": encoded(PAGE, "WEBP", lossless=True),
    "lossless.jp2": encoded(PAGE, "JPEG2000"),
    "lossy.jp2": encoded(PAGE, "JPEG2000", irreversible=True, quality_mode="rates", quality_layers=[10]),
    "jpx.pdf": img2pdf.convert(encoded(PAGE, "JPEG2000")),
    "fast.jxl": bytes(imagecodecs.jpegxl_encode(_JXL, lossless=True, effort=1)),
}
"""Any bytes are a picture to their decoders; only a gap of zeros can be told."""

PLAIN = {
    "a.bmp": encoded(PAGE, "BMP"),
    "a.ppm": encoded(PAGE, "PPM"),
    "raw.tif": encoded(PAGE, "TIFF"),
}
"""Pixels as they are: only what is missing at the end can be told."""


def cut(data: bytes, random: np.random.Generator) -> bytes:
    """End the file somewhere behind its head."""
    return data[: random.integers(len(data) // 10, len(data) - 2)]


def _overwritten(data: bytes, random: np.random.Generator, by: bytes) -> bytes:
    at = random.integers(len(data) // 8, max(len(data) // 8 + 1, len(data) * 9 // 10 - len(by)))
    return data[:at] + by + data[at + len(by) :]


def gap(data: bytes, random: np.random.Generator) -> bytes:
    """Lose one sector or several, which read as zeros."""
    size = int(random.integers(SECTOR, max(SECTOR + 1, len(data) // 4)))
    return _overwritten(data, random, bytes(size))


def foreign(data: bytes, random: np.random.Generator) -> bytes:
    """Have one sector overwritten by another file's."""
    return _overwritten(data, random, random.integers(0, 256, SECTOR, np.uint8).tobytes())


def flip(data: bytes, random: np.random.Generator) -> bytes:
    """Turn over one bit behind the file's head."""
    at = int(random.integers(len(data) // 10, len(data)))
    return data[:at] + bytes((data[at] ^ 1 << int(random.integers(8)),)) + data[at + 1 :]
