"""Fax pages (ITU-T T.4 and T.6): whether all rows came; decoders show the others as white or black, and say nothing."""

import imagecodecs
import numpy as np

from scanpipe.raster.damage.coded import has_hole

_ZEROS, _MOST_REST = 11, 64 * 8  # bits
_END_OF_LINE = bytes(_ZEROS) + b"\1"
_LONGEST_FILL = 64  # bytes between two lines: a slow machine is given 40 ms for each
_LONGEST_PADDING = 32 * 8
_MOST_ZEROS_AT_END = 8  # bits: of a last code, and what fills up the byte
_TWO_WHITE_THREE_BLACK, _BLACK_NONE = "001" + "0111" + "10", "0000110111"
_WHITE = ("00110101", "000111", "0111", "1000", "1011")
_PATTERN = 5


def g4_is_damaged(data: bytes, width: int, rows: int, *, reversed_bits: bool = False) -> bool:
    """Tell whether a G4 picture has fewer rows than it states, or data after its end.

    No codes in a row have eleven zeros but those of its end, which stands twice; some programs leave the end out.
    """
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little" if reversed_bits else "big").tobytes()
    zeros = bits.find(bytes(_ZEROS))
    one = bits.find(b"\1", zeros) if zeros >= 0 else -1
    if one < 0:
        last = bits.rfind(b"\1") + 1
        return len(bits) - last > _LONGEST_PADDING or not _comes_whole(bits, last, len(bits), width, rows)
    if not bits.startswith(_END_OF_LINE * 2, one - _ZEROS) or bits.rfind(b"\1") > one + len(_END_OF_LINE) + _MOST_REST:
        return True
    return not _comes_whole(bits, zeros, one - _ZEROS, width, rows)


def g3_is_damaged(data: bytes, rows: int, *, reversed_bits: bool = False) -> bool:
    """Tell whether a G3 picture has fewer lines than it states, or a gap; between lines zeros may fill time."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little" if reversed_bits else "big").tobytes()
    lines = bits.count(_END_OF_LINE)
    return has_hole(data, _LONGEST_FILL) or 0 < lines < rows


def _comes_whole(bits: bytes, last: int, end: int, width: int, rows: int) -> bool:
    """Tell whether G4 codes hold all rows; of the zeros from `last` to `end` some are the last code's, some padding."""
    ends = range(last, min(last + _MOST_ZEROS_AT_END, end) + 1)
    return any(_holds_rows(bits[:place], width, rows) for place in ends)


def _holds_rows(bits: bytes, width: int, rows: int) -> bool:
    """Tell whether one row more, put behind the codes, is decoded into the row after the last."""
    codes = np.frombuffer(bits + _striped_row(width), np.uint8)
    try:
        decoded = imagecodecs.ccittfax4_decode(np.packbits(codes).tobytes(), height=rows + 1, width=width)
    except (imagecodecs.Ccittfax4Error, ValueError):
        return False
    return bool(np.asarray(decoded)[rows].any())


def _striped_row(width: int) -> bytes:
    """Return the codes, a byte for each bit, of a row of white and black stripes."""
    rest = width % _PATTERN
    last = f"001{_WHITE[rest]}{_BLACK_NONE}" if rest else ""
    return bytes(map(int, _TWO_WHITE_THREE_BLACK * (width // _PATTERN) + last))
