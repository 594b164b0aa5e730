"""Streams of a PDF: how they are coded, and unpacking them within bounds."""

import zlib

from pikepdf import Array, Name, Stream

from scanpipe.messages import LazyText, lazy


class BeyondBounds(Exception):
    """A PDF holds what no scan does, or far too much of something; `text` says what."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text)
        self.text = text


class Budget:
    """How many bytes may still be unpacked; a page's share counts against the document's too."""

    def __init__(self, left: int, whole: "Budget | None" = None) -> None:
        self._left = left
        self._whole = whole

    def take(self, data: bytes) -> bytes:
        """Return `data`.

        Raises:
            BeyondBounds: it is more than was left.
        """
        self._left -= len(data)
        if self._left < 0:
            raise BeyondBounds(lazy("its content is too large for a scan"))
        return self._whole.take(data) if self._whole else data

    @property
    def left(self) -> int:
        """The bytes that may still come."""
        return min(self._left, self._whole.left) if self._whole else self._left


def unpacked(stream: Stream, budget: Budget) -> bytes:
    """Return a stream's bytes, whether plain or deflated; other filters have no place in content or metadata.

    Raises:
        BeyondBounds: it has another filter, or is larger than the budget.
        zlib.error: it is damaged.
    """
    data = stream.read_raw_bytes()
    names = codings(stream)
    if names == [None]:
        return budget.take(data)
    if names != [str(Name.FlateDecode)]:
        raise BeyondBounds(lazy("its content has an unsupported compression"))
    return budget.take(zlib.decompressobj().decompress(data, budget.left + 1))


def codings(stream: Stream) -> list[str | None]:
    """Return how a stream is coded, last, and what that was packed in, the outermost first; None: as it is."""
    filters = stream.get(Name.Filter)
    names = filters.as_list() if isinstance(filters, Array) else [filters]
    return [None if name is None else str(name) for name in names] or [None]
