"""A black-and-white picture as one JBIG2 generic region: lossless, every pixel as it is, no symbol ever substituted.

ITU-T T.88 (2018): the region is coded by template 0 with typical prediction (6.2.5), its bits by the arithmetic coder
of annex E. It takes a third less than CCITT group 4.
"""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scanpipe.jit_cache import compiled
from scanpipe.raster import Pixels

_PAGE_INFORMATION, _GENERIC_REGION = 48, 39
_END_OF_PAGE, _END_OF_FILE = 49, 51
_FILE_OF_ONE_PAGE = bytes([0x97, 0x4A, 0x42, 0x32, 0x0D, 0x0A, 0x1A, 0x0A, 1, 0, 0, 0, 1])
_LOSSLESS, _TYPICAL_PREDICTION = 0x01, 0x08
_NOMINAL_PIXELS = bytes([3, 255, 253, 255, 2, 254, 254, 254])  # where template 0 has its adaptive pixels
_ROW_CONTEXT = 0x9B25  # in which is coded whether a row is like the one above
_MOST_ROOM = 4  # bytes a byte of pixels can ever take, and then some

# Estimate of probability, states after the less and the more probable symbol, whether the sense switches (table E.1).
_STATES: Final = np.array(
    [
        (0x5601, 1, 1, 1), (0x3401, 6, 2, 0), (0x1801, 9, 3, 0), (0x0AC1, 12, 4, 0), (0x0521, 29, 5, 0),
        (0x0221, 33, 38, 0), (0x5601, 6, 7, 1), (0x5401, 14, 8, 0), (0x4801, 14, 9, 0), (0x3801, 14, 10, 0),
        (0x3001, 17, 11, 0), (0x2401, 18, 12, 0), (0x1C01, 20, 13, 0), (0x1601, 21, 29, 0), (0x5601, 14, 15, 1),
        (0x5401, 14, 16, 0), (0x5101, 15, 17, 0), (0x4801, 16, 18, 0), (0x3801, 17, 19, 0), (0x3401, 18, 20, 0),
        (0x3001, 19, 21, 0), (0x2801, 19, 22, 0), (0x2401, 20, 23, 0), (0x2201, 21, 24, 0), (0x1C01, 22, 25, 0),
        (0x1801, 23, 26, 0), (0x1601, 24, 27, 0), (0x1401, 25, 28, 0), (0x1201, 26, 29, 0), (0x1101, 27, 30, 0),
        (0x0AC1, 28, 31, 0), (0x09C1, 29, 32, 0), (0x08A1, 30, 33, 0), (0x0521, 31, 34, 0), (0x0441, 32, 35, 0),
        (0x02A1, 33, 36, 0), (0x0221, 34, 37, 0), (0x0141, 35, 38, 0), (0x0111, 36, 39, 0), (0x0085, 37, 40, 0),
        (0x0049, 38, 41, 0), (0x0025, 39, 42, 0), (0x0015, 40, 43, 0), (0x0009, 41, 44, 0), (0x0005, 42, 45, 0),
        (0x0001, 43, 45, 0), (0x5601, 46, 46, 0),
    ],
    np.int64,
)  # fmt: skip
Coder = tuple[int, int, int, int]  # the interval, the code, bits until the next byte, the place of the last one
States = NDArray[np.int64]
Rows = NDArray[np.int64]


def encode_jbig2(mask: Pixels) -> bytes:
    """Return a mask (h, w; 0 = ink, else paper) as the JBIG2 stream that a PDF embeds (ISO 32000-1, 7.4.7)."""
    height, width = mask.shape
    page = struct.pack(">IIIIBH", width, height, 0, 0, _LOSSLESS, 0)
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, _TYPICAL_PREDICTION) + _NOMINAL_PIXELS
    region += _coded((mask == 0).astype(np.uint8), _STATES).tobytes()
    return _segment(0, _PAGE_INFORMATION, page) + _segment(1, _GENERIC_REGION, region)


def encode_jbig2_file(picture: Pixels) -> bytes:
    """Return a black-and-white picture (h, w; 0 = black, else white) as a JBIG2 file of one page (annex D.1)."""
    # img2pdf, which leaves out what a PDF has no place for, wants the last segment to be of the page as well.
    return _FILE_OF_ONE_PAGE + encode_jbig2(picture) + _segment(2, _END_OF_PAGE, b"") + _segment(3, _END_OF_FILE, b"")


def _segment(number: int, kind: int, data: bytes) -> bytes:
    """Return a segment of page 1 that refers to no other."""
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data


@compiled()
def _coded(ink: Pixels, states: States) -> Pixels:
    """Code each row, after one decision on whether it is like the one above (6.2.5.7), and close the stream (E.2.9)."""
    height, width = ink.shape
    rows = np.zeros((3, width + 8), np.int64)  # two rows above and this one, each with four pixels of rim
    learned = np.zeros((65536, 2), np.uint8)  # for each context: the state, the more probable symbol
    out = np.zeros(_MOST_ROOM * (ink.size // 8 + height) + 1024, np.uint8)  # out[0] stands before the first byte
    coder = (0x8000, 0, 12, 0)
    was_like = 0
    for y in range(height):
        rows[0], rows[1] = rows[1].copy(), rows[2].copy()
        rows[2, 4 : 4 + width] = ink[y]
        like = 1 if np.array_equal(rows[2], rows[1]) else 0
        coder = _encode(coder, like ^ was_like, learned, _ROW_CONTEXT, states, out)
        was_like = like
        if not like:
            coder = _encode_row(coder, rows, width, learned, states, out)
    return _closed(coder, out)


@compiled()
def _encode_row(coder: Coder, rows: Rows, width: int, learned: Pixels, states: States, out: Pixels) -> Coder:
    """Code a row, each pixel in the context of the twelve above it and the four before it (6.2.5.3)."""
    above, near, here = rows
    ink = above | near | here
    first = (above[4] << 2) | (above[5] << 1) | above[6]
    second = (near[4] << 3) | (near[5] << 2) | (near[6] << 1) | near[7]
    third, x, end, next_ink = 0, 4, 4 + width, 4
    while x < end:
        context = (first << 11) | (second << 4) | third
        while next_ink < end + 3 and (next_ink < x or not ink[next_ink]):
            next_ink += 1
        if context == 0 and next_ink > x + 3:
            coder = _encode_white(coder, next_ink - 3 - x, learned, states, out)
            x, second = next_ink - 3, near[next_ink]
            continue
        coder = _encode(coder, here[x], learned, context, states, out)
        first = ((first << 1) | above[x + 3]) & 0x1F
        second = ((second << 1) | near[min(x + 4, near.size - 1)]) & 0x7F
        third = ((third << 1) | here[x]) & 0x0F
        x += 1
    return coder


@compiled()
def _encode_white(coder: Coder, pixels: int, learned: Pixels, states: States, out: Pixels) -> Coder:
    """Code white pixels with nothing but white around: all at once, until the next bit is due."""
    while pixels:
        interval, code, count, at = coder
        estimate = states[learned[0, 0], 0]
        at_once = 0 if learned[0, 1] else min(pixels, (interval - 0x8000) // estimate)
        coder = (interval - at_once * estimate, code + at_once * estimate, count, at)
        pixels -= at_once
        if pixels:
            coder = _encode(coder, 0, learned, 0, states, out)
            pixels -= 1
    return coder


@compiled()
def _encode(coder: Coder, bit: int, learned: Pixels, context: int, states: States, out: Pixels) -> Coder:
    """Code one decision, and learn from it what its context makes likely (E.2.4 to E.2.6)."""
    interval, code, count, at = coder
    state, likely = learned[context, 0], learned[context, 1]
    estimate = states[state, 0]
    interval -= estimate
    if bit == likely:
        if interval & 0x8000:
            return interval, code + estimate, count, at
        if interval < estimate:
            interval = estimate
        else:
            code += estimate
        learned[context, 0] = states[state, 2]
    else:
        if interval < estimate:
            code += estimate
        else:
            interval = estimate
        learned[context, 0], learned[context, 1] = states[state, 1], likely ^ states[state, 3]
    while not interval & 0x8000:
        interval, code, count = interval << 1, code << 1, count - 1
        if count == 0:
            code, count, at = _put_byte(code, at, out)
    return interval, code, count, at


@compiled()
def _put_byte(code: int, at: int, out: Pixels) -> tuple[int, int, int]:
    """Move the finished bits into the stream; after a byte of ones a bit is stuffed (E.2.7)."""
    if out[at] != 0xFF and code >= 0x8000000:
        out[at] += 1
        code &= 0x7FFFFFF
    if out[at] == 0xFF:
        out[at + 1] = code >> 20
        return code & 0xFFFFF, 7, at + 1
    out[at + 1] = code >> 19
    return code & 0x7FFFF, 8, at + 1


@compiled()
def _closed(coder: Coder, out: Pixels) -> Pixels:
    """Return the stream, its last bits chosen so that it is as short as can be, with its end marker."""
    interval, code, count, at = coder
    exceeded = code + interval
    code |= 0xFFFF
    if code >= exceeded:
        code -= 0x8000
    for _byte in range(2):
        code, count, at = _put_byte(code << count, at, out)
    end = at + (0 if out[at] == 0xFF else 1)
    out[end], out[end + 1] = 0xFF, 0xAC
    return out[1 : end + 2].copy()
