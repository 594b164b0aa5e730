"""JPEG: libjpeg goes on after bad codes, lost restart markers, missing and surplus data, and only warns.

Pillow silences these warnings; OpenCV's libjpeg prints the first of them. It decodes the picture once more for that, at
an eighth of its size, which reads all of its data. (Warnings: jerror.h of libjpeg; markers: ITU-T T.81, B.1.)
"""

from collections.abc import Iterator

import cv2
import numpy as np

from scanpipe.messages import LazyText, lazy
from scanpipe.raster.damage.coded import has_hole
from scanpipe.raster.damage.overheard import overheard

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN, _COMMENT, _HUFFMAN_TABLES = 0xDA, 0xFE, 0xC4
_FOR_AC, _CODE_LENGTHS, _END_OF_BLOCK = 0x10, 16, 0
_LONGEST = 128  # zeros: hundreds of blocks whose every value is the same
_SEQUENTIAL = (0xC0, 0xC1)
_ALL_OF_A_BLOCK = bytes((0, 63, 0))
_READ = cv2.IMREAD_REDUCED_GRAYSCALE_8 | cv2.IMREAD_IGNORE_ORIENTATION


def jpeg_damage(data: bytes) -> LazyText | str:
    """Return what libjpeg says of a whole JPEG's data, in its words; empty where it has nothing to say."""
    with overheard() as lines:
        cv2.imdecode(np.frombuffer(_bare(data) + _END, np.uint8), _READ)
    said = [line for line in lines if "JPEG" in line or "marker" in line.lower()]
    if said:
        return said[0].removeprefix("Corrupt JPEG data: ")
    return lazy("its data contain a gap of zeros") if _has_gap(data) else ""


def abbreviated_damage(tables: bytes, data: bytes) -> LazyText | str:
    """Return what libjpeg says of a picture whose tables stand apart, as in a TIFF (Technical Note 2)."""
    return jpeg_damage(tables.removesuffix(_END) + data.removeprefix(_START) if tables else data)


def _has_gap(data: bytes) -> bool:
    """Tell whether a sequential scan has more zeros in a row than it can: blank paper, where zeros end each block."""
    segments = _segments(data)
    kinds = [kind for kind, _segment, _end in segments]
    if not segments or not set(kinds) & set(_SEQUENTIAL) or kinds[-1] != _SCAN:
        return False
    blank = all(
        symbols[0] == _END_OF_BLOCK
        for kind, segment, _end in segments
        if kind == _HUFFMAN_TABLES
        for table, symbols in _tables(segment[4:])
        if table & _FOR_AC
    )
    return not blank and has_hole(data[segments[-1][2] :].rpartition(_END)[0], _LONGEST)


def _tables(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield class and number of each Huffman table, and its symbols from that of the code of zeros on."""
    while len(body) > _CODE_LENGTHS + 1:
        count = sum(body[1 : _CODE_LENGTHS + 1])
        yield body[0], body[_CODE_LENGTHS + 1 :][: max(1, count)]
        body = body[_CODE_LENGTHS + 1 + count :]


def _bare(data: bytes) -> bytes:
    """Return the data without what libjpeg may warn of though the picture is whole, for it tells one warning only.

    Those are application segments with unknown versions, and a sequential scan with odd spectral parameters.
    """
    parts, sequential, rest = [_START], False, 2
    for kind, segment, end in _segments(data):
        rest = end
        sequential = sequential or kind in _SEQUENTIAL
        if kind == _SCAN and sequential:
            segment = segment[:-3] + _ALL_OF_A_BLOCK
        if not (0xE0 <= kind <= 0xEF or kind == _COMMENT):
            parts.append(segment)
    return b"".join((*parts, data[rest:]))


def _segments(data: bytes) -> list[tuple[int, bytes, int]]:
    """Return the kind of each segment up to the first scan's header, its bytes, and where it ends."""
    found, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == 0xFF:  # markers may be filled up with these
            at += 1
            continue
        found.append((kind, data[at : at + 2 + length], at + 2 + length))
        at += 2 + length
        if kind == _SCAN:
            break
    return found
