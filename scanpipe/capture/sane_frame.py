"""Is what `snap` returned the page that the scanner announced? Pure: numbers and bytes in, rows or a fault out.

python-sane's `snap` reads a stream of `width * channels` bytes a row whatever the scanner's bytes per line are, drops
what does not fill a last row, takes any end of data for success, reads beyond its buffer at 16 bits, and
puts the passes of a three-pass scanner on top of each other.
"""

from dataclasses import dataclass

from scanpipe.capture.sane_protocol import fault

_LARGEST = 2**31 - 1
_CHANNELS = {"gray": 1, "color": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the scanner says it will send: `lines` is -1 where it cannot know; `bytes_per_line` may hold padding."""

    layout: str
    last: bool
    width: int
    lines: int
    depth: int
    bytes_per_line: int

    @property
    def channels(self) -> int:
        """Samples a pixel."""
        return _CHANNELS.get(self.layout, 3)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row as `snap` returns it: one a sample."""
        return self.width * self.channels

    @property
    def stride(self) -> int:
        """Bytes from row to row in what `snap` returns, were nothing dropped; more than `row_bytes` where padded."""
        if self.depth == 8:
            return self.bytes_per_line
        # Each bit becomes a byte, but the bits that fill up a row's last byte are dropped.
        padded = self.bytes_per_line > (self.width + 7) // 8
        return self.bytes_per_line * 8 if padded else self.width


def check_readable(frame: Frame, *, depth: int) -> None:
    """Refuse before a page is read what `snap` cannot read soundly.

    Raises:
        Fault: the depth is not the one asked, colours come in separate passes, or lines do not hold their pixels.
    """
    if frame.depth != depth:
        raise fault("refused", option="depth", asked=str(depth), got=str(frame.depth))
    if frame.layout not in _CHANNELS or not frame.last:
        raise fault("refused", option="mode", asked="one pass", got=f"{frame.layout}, one of several passes")
    if frame.depth == 1 and frame.layout != "gray":
        raise fault("refused", option="depth", asked="1 in grey", got="1 in colour")
    needed = frame.row_bytes if frame.depth == 8 else (frame.width + 7) // 8
    if frame.width < 1 or frame.bytes_per_line < needed:
        raise fault("incomplete", f"{frame.bytes_per_line} bytes for {frame.width} pixels a line")
    if frame.depth == 1 and frame.bytes_per_line > needed and frame.width % 8:
        raise fault("refused", option="depth", asked="1", got=f"padded lines of {frame.width} pixels")
    if max(1, frame.lines) * frame.stride > _LARGEST:
        raise fault("refused", option="resolution", asked=f"{frame.width} x {frame.lines}", got="2 GB a page at most")


def page_rows(frame: Frame, data: bytes | bytearray, *, height: int) -> list[memoryview]:
    """Return the page's rows without padding, every one of them whole.

    `snap` drops the tail that does not fill one of its own rows. Where lines are padded and the tail was longer than
    the padding, the page's last row is not whole and is left out: never more than that one.

    Raises:
        Fault: fewer or more bytes came than were announced.
    """
    row, stride, total = frame.row_bytes, frame.stride, height * frame.row_bytes
    if len(data) != total or (frame.lines >= 0 and height != frame.lines * stride // row):
        raise fault("incomplete", f"{len(data) // stride} of {frame.lines} lines came")
    rows = (total - row) // stride + 1
    if total < row or frame.lines == 0:
        raise fault("incomplete", "no line came")
    view = memoryview(data)
    if stride == row:
        return [view]
    return [view[start : start + row] for start in range(0, rows * stride, stride)]
