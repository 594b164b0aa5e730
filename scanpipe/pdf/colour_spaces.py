"""What the samples of a PDF's image are: how many make a pixel, and whether they are colours (ISO 32000-1, 8.6)."""

from pikepdf import Array, Name, Object, Stream

_CHANNELS = {"/DeviceRGB": 3, "/RGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4, "/CMYK": 4}
_GREY = frozenset({"/DeviceGray", "/G", "/CalGray", "/Separation"})
_WITHIN_HEADER = 4096


def family(space: Object | None) -> str:
    """Return the family of a colour space, such as /ICCBased; empty where there is none."""
    if space is None:
        return ""
    return str(space[0] if isinstance(space, Array) else space)


def channels(space: Object | None) -> int:
    """Return how many samples a pixel has; 1 where that is not plain."""
    if space is not None and family(space) == "/ICCBased":
        return int(space[1].get(Name.N, 1))
    return _CHANNELS.get(family(space), 1)


def has_colour(image: Stream) -> bool:
    """Whether an image shows more than shades; JPEG 2000 may leave that to its own header."""
    space = image.get(Name.ColorSpace)
    if space is not None:
        return _is_coloured(space)
    return not bool(image.get(Name.ImageMask, False)) and _jpeg2000_channels(image.read_raw_bytes()) >= 3


def _is_coloured(space: Object) -> bool:
    kind = family(space)
    if kind == "/Indexed":
        return _is_coloured(space[1])
    return channels(space) >= 3 if kind == "/ICCBased" else kind not in _GREY


def _jpeg2000_channels(data: bytes) -> int:
    """Return the channels that the image header box states (ISO 15444-1, I.5.3.1), or 0."""
    at = data[:_WITHIN_HEADER].find(b"ihdr")
    return int.from_bytes(data[at + 12 : at + 14], "big") if at >= 0 else 0
