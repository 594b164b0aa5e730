"""WebP that ends early or breaks (RFC 9649): libwebp writes row by row into the picture that it is given.

It looks at no file that is shorter than it states, so the sizes are made true before.
"""

import struct

import imagecodecs
import numpy as np
from PIL import Image

from scanpipe.messages import lazy
from scanpipe.raster.picture import Unreadable, check_size

_WHITE = 255
_HEAD, _CHUNK = 12, struct.Struct("<4sI")
_KEY_FRAME, _LOSSLESS = b"\x9d\x01\x2a", b"\x2f"
_SIDE_BITS = 14


def is_webp(head: bytes) -> bool:
    """Tell whether a file that begins with `head` (12 bytes or more) is WebP."""
    return head.startswith(b"RIFF") and head[8:_HEAD] == b"WEBP"


def readable_part(data: bytes) -> Image.Image:
    """Return the rows that come before the damage, white below them; without its transparency.

    Raises:
        Unreadable: no row comes.
    """
    whole, profile = _with_true_sizes(data)
    width, height = _size(whole)
    check_size(width, height)
    pixels = np.full((height, width, 3), _WHITE, np.uint8)
    try:
        imagecodecs.webp_decode(whole, hasalpha=False, out=pixels)
    except imagecodecs.WebpError as error:
        if pixels.min() == _WHITE:
            raise Unreadable(lazy("no part of it can be decoded")) from error
    image = Image.fromarray(pixels)
    if profile:
        image.info["icc_profile"] = profile
    return image


def _with_true_sizes(data: bytes) -> tuple[bytes, bytes]:
    """Return the file without what is not there, and its colour profile."""
    parts, profile, at = [], b"", _HEAD
    while at + _CHUNK.size < len(data):
        kind, length = _CHUNK.unpack_from(data, at)
        body = data[at + _CHUNK.size :][:length]
        if kind == b"ICCP":
            profile = body
        parts.append(_CHUNK.pack(kind, len(body)) + body + b"\0" * (len(body) % 2))
        at += _CHUNK.size + length + length % 2
    rest = b"WEBP" + b"".join(parts)
    return struct.pack("<4sI", b"RIFF", len(rest)) + rest, profile


def _size(data: bytes) -> tuple[int, int]:
    """Return width and height as the first picture's header states them."""
    at, mask = _HEAD, (1 << _SIDE_BITS) - 1
    while at + _CHUNK.size <= len(data):
        kind, length = _CHUNK.unpack_from(data, at)
        body = data[at + _CHUNK.size :][:10]
        if kind == b"VP8 " and body[3:6] == _KEY_FRAME and len(body) == 10:
            width, height = struct.unpack_from("<HH", body, 6)
            return width & mask, height & mask
        if kind == b"VP8L" and body.startswith(_LOSSLESS) and len(body) >= 5:
            bits = int.from_bytes(body[1:5], "little")
            return (bits & mask) + 1, (bits >> _SIDE_BITS & mask) + 1
        at += _CHUNK.size + length + length % 2
    raise Unreadable(lazy("no part of it can be decoded"))
