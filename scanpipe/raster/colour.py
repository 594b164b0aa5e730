"""Any pixel form that files come in, made into what a raster holds: 8-bit grey or sRGB.

- 1 bit becomes 0 and 255, other depths are scaled over their full range (16-bit colour by its high byte, as Pillow
  reads it); grey stays grey.
- An ICC profile other than sRGB is applied (relative colorimetric with black point compensation); one that is damaged
  or does not fit the pixels is left out, as viewers do. CMYK without a profile is converted by the plain formula.
- Transparent parts show white paper; a page that is transparent everywhere is taken as opaque: its alpha means nothing.
"""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from scanpipe.raster import Pixels

_WHITE = 255
_PHOTOMETRIC_TAG, _BITS_TAG = 262, 258
_MIN_IS_WHITE = 0
_FULL_SCALES = (1, 255, 65535)
_TRANSFORM = ImageCms.Flags.BLACKPOINTCOMPENSATION


def eight_bit(image: Image.Image) -> Pixels:
    """Return a loaded image as uint8 grey (H, W) or sRGB (H, W, 3).

    Raises:
        ValueError: sample values that no picture has.
    """
    if image.mode.startswith(("I", "F")):
        return _scaled_down(image)
    flat = _in_srgb(_opaque(_without_palette(image)))
    return np.asarray(flat.convert("L" if flat.mode in ("1", "L") else "RGB"), np.uint8)


def grey_if_neutral(pixels: Pixels) -> Pixels:
    """Return one channel of an RGB picture (H, W, 3) without any colour, else the picture."""
    first = pixels[..., 0]
    neutral = np.array_equal(first, pixels[..., 1]) and np.array_equal(first, pixels[..., 2])
    return np.ascontiguousarray(first) if neutral else pixels


def scaled(samples: NDArray[np.generic], *, full: float) -> Pixels:
    """Return samples whose white is `full` as uint8, rounded, values beyond it clipped."""
    if samples.dtype == np.uint16:
        steps = np.arange(65536, dtype=np.float64) * (_WHITE / full)
        return np.asarray(np.clip(np.rint(steps), 0, _WHITE).astype(np.uint8)[samples])
    return np.asarray(np.clip(np.rint(samples.astype(np.float32) * (_WHITE / full)), 0, _WHITE).astype(np.uint8))


def on_white(colour: Pixels, alpha: Pixels) -> Pixels:
    """Return the picture (H, W) or (H, W, C) as it looks on white paper, by its alpha (H, W).

    Alpha that is the same everywhere and hides all is taken for a program's mistake, not for an empty page.
    """
    if alpha.min() == _WHITE or alpha.max() == 0:
        return colour
    weight = alpha if colour.ndim == 2 else np.broadcast_to(alpha[..., None], colour.shape)
    ink = cv2.multiply(_WHITE - colour, np.ascontiguousarray(weight), scale=1 / _WHITE)
    return np.asarray(_WHITE - ink, np.uint8)


def _scaled_down(image: Image.Image) -> Pixels:
    samples = np.asarray(image)
    tags = getattr(image, "tag_v2", {})
    if samples.dtype.kind == "u":
        bits = int(tags.get(_BITS_TAG, (16,))[0])
        pixels = scaled(samples.astype(np.uint16), full=(1 << min(bits, 16)) - 1)
    else:
        pixels = scaled(samples, full=_full_scale(samples))
    return np.asarray(_WHITE - pixels, np.uint8) if tags.get(_PHOTOMETRIC_TAG) == _MIN_IS_WHITE else pixels


def _full_scale(samples: NDArray[np.generic]) -> int:
    lowest, highest = float(samples.min()), float(samples.max())
    scales = [full for full in _FULL_SCALES if highest <= full and (full > 1 or samples.dtype.kind == "f")]
    if not lowest >= 0 or not scales:
        raise ValueError(f"sample values from {lowest} to {highest}")
    return scales[0]


def _without_palette(image: Image.Image) -> Image.Image:
    if "transparency" in image.info and image.mode in ("1", "L", "RGB", "P"):
        return image.convert("RGBA" if image.mode in ("RGB", "P") else "LA")
    if image.mode == "PA":
        return image.convert("RGBA")
    if image.mode != "P":
        return image
    colours = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)
    return image.convert("L" if np.all(colours == colours[:, :1]) else "RGB")


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBa", "La"):
        image = image.convert(image.mode.upper())
    if image.mode not in ("RGBA", "LA"):
        return image
    samples = np.asarray(image)
    colour = samples[..., 0] if image.mode == "LA" else samples[..., :-1]
    flat = Image.fromarray(on_white(colour, samples[..., -1]))
    flat.info["icc_profile"] = image.info.get("icc_profile")
    return flat


def _in_srgb(image: Image.Image) -> Image.Image:
    if image.mode == "LAB":
        return _transformed(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    profile = image.info.get("icc_profile")
    if not profile or image.mode == "1":
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        turned = _transformed(image, source)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned.getchannel(0) if image.mode == "L" else turned


def _transformed(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    turned = ImageCms.profileToProfile(
        image,
        source,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=_TRANSFORM,
    )
    if turned is None:
        raise ValueError("the colour profile gave no picture")
    return turned
