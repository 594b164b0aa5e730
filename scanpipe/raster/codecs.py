"""The forms in which scanpipe keeps and hands out pixels.

Masters and enhanced pages are lossless JPEG XL (effort 1: ten times faster than PNG and a third smaller on real colour
pages, bit-exact); masks are 1-bit PNG, black = ink.
"""

import io

import cv2
import imagecodecs
import numpy as np
from PIL import Image

from scanpipe.errors import BlobDamaged
from scanpipe.messages import lazy
from scanpipe.raster import Raster

DAMAGED_NOTE = "scanpipe: from a damaged file"
"""What an exported TIFF says of a page that was kept though its file was damaged."""


def encode_master(raster: Raster) -> bytes:
    """Return the pixels as lossless JPEG XL; the same pixels give the same bytes."""
    return bytes(imagecodecs.jpegxl_encode(raster.pixels, lossless=True, effort=1, numthreads=1))


def decode_master(data: bytes, *, dpi: float) -> Raster:
    """Read back what `encode_master` wrote.

    Raises:
        BlobDamaged: the bytes are no JPEG XL image.
    """
    try:
        pixels = imagecodecs.jpegxl_decode(data, numthreads=1)
    except (imagecodecs.JpegxlError, ValueError, RuntimeError) as error:
        raise BlobDamaged(lazy("A stored page cannot be decoded: {error}.", error=error)) from error
    return Raster(pixels=pixels, dpi=dpi)


def encode_png(raster: Raster) -> bytes:
    """Return a PNG of grey or RGB that says its resolution."""
    return _png(Image.fromarray(raster.pixels), raster.dpi, compress_level=3)


def encode_mask(mask: Raster) -> bytes:
    """Return a 1-bit PNG of a grey picture that holds only 0 (ink) and 255; it says its resolution."""
    image = Image.fromarray(mask.pixels).convert("1", dither=Image.Dither.NONE)
    return _png(image, mask.dpi, compress_level=6)


def _png(image: Image.Image, dpi: float, *, compress_level: int) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", dpi=(dpi, dpi), compress_level=compress_level)
    return stream.getvalue()


def decode_png(data: bytes, *, dpi: float) -> Raster:
    """Read back what `encode_png` or `encode_mask` wrote; masks come as grey 0 and 255.

    Raises:
        BlobDamaged: the bytes are no PNG image.
    """
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise BlobDamaged(lazy("A stored picture cannot be decoded."))
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return Raster(pixels=pixels.astype(np.uint8), dpi=dpi)


def encode_jpeg(raster: Raster, *, quality: int) -> bytes:
    """Return a baseline JPEG with optimised tables, resolution in its header; colour subsampled 4:2:0."""
    stream = io.BytesIO()
    dpi = round(raster.dpi)
    Image.fromarray(raster.pixels).save(
        stream, "JPEG", quality=quality, optimize=True, subsampling="4:2:0", dpi=(dpi, dpi)
    )
    return stream.getvalue()


def encode_screen_jpeg(raster: Raster) -> bytes:
    """Return a JPEG for a screen, made as fast as can be: full colour resolution, so that thin red and blue stay."""
    return bytes(imagecodecs.jpeg8_encode(raster.pixels, level=85, subsampling="444"))


def encode_jpeg2000(raster: Raster, *, psnr_db: float) -> bytes:
    """Return a JPEG 2000 file, sRGB or grey, as small as one can be that is true to `psnr_db`."""
    data = imagecodecs.jpeg2k_encode(
        raster.pixels,
        psnr_db,  # type: ignore[arg-type]  # fractions count, whatever its stub says
        codecformat="jp2",
        mct=raster.colour,
        reversible=False,
        numthreads=1,
    )
    return bytes(data)


def encode_tiff(raster: Raster, *, damaged: bool = False) -> bytes:
    """Return a lossless TIFF (deflate with predictor) that says its resolution, and whether its page is not whole."""
    import tifffile

    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        raster.pixels,
        photometric="rgb" if raster.colour else "minisblack",
        compression="deflate",
        predictor=True,
        resolution=(raster.dpi, raster.dpi),
        resolutionunit="INCH",
        rowsperstrip=256,
        metadata=None,
        description=DAMAGED_NOTE if damaged else None,
        software="scanpipe",
    )
    return stream.getvalue()


def encode_pnm(raster: Raster) -> bytes:
    """Return the pixels as they are behind a PNM header (P6 for colour, P5 for grey); it has no place for dpi."""
    magic = "P6" if raster.colour else "P5"
    return f"{magic}\n{raster.width} {raster.height}\n255\n".encode() + raster.pixels.tobytes()
