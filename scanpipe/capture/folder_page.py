"""One page out of a foreign file, decoded and written down: what the import has a limited child do."""

from contextlib import ExitStack
from pathlib import Path

import cv2
import msgspec

from scanpipe.capture.checks import CaptureChecks, CheckLimits, check_capture
from scanpipe.capture.separators import SeparatorSheet, separator_of
from scanpipe.messages import LazyText
from scanpipe.raster.codecs import encode_master
from scanpipe.raster.files import Frame, PageFile, Reading, open_pages
from scanpipe.raster.picture import Damaged, Unreadable
from scanpipe.system.fsio import store_errors_named


class DecodedPage(msgspec.Struct, frozen=True, kw_only=True, tag="decoded"):
    """The master is written; the file holds `count` pages. `separator` is what it says if it is a separator sheet."""

    count: int
    width: int
    height: int
    dpi: float
    dpi_assumed: bool
    checks: CaptureChecks
    separator: SeparatorSheet | None = None


class PageCount(msgspec.Struct, frozen=True, kw_only=True, tag="counted"):
    """The file holds `count` pages; none was decoded."""

    count: int


class DecodeError(msgspec.Struct, frozen=True, kw_only=True, tag="bad"):
    """The page cannot be read; `count` is 0 where not even the file could be opened.

    `damaged` tells whether something of it may be had nevertheless.
    """

    count: int
    reason: LazyText | str
    damaged: bool = False


class _OpenFile:
    """The file last asked for, kept open for its next page."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._pages: PageFile | None = None
        self._stack = ExitStack()

    def file(self, path: Path, index: int, reading: Reading) -> PageFile:
        if self._pages is None or path != self._path or index == 0:
            self._stack.close()
            self._pages, self._path = None, path
            self._pages = self._stack.enter_context(open_pages(path, reading))
        return self._pages


_open_file = _OpenFile()


def write_page(
    path: Path, index: int, target: Path | None, reading: Reading, limits: CheckLimits
) -> DecodedPage | PageCount | DecodeError:
    """Decode a page, counted from 0, and write its master to `target`; without one the pages are only counted.

    Raises:
        DiskFull, StoreFailed: the master cannot be written.
    """
    cv2.setNumThreads(1)
    count = 0
    try:
        pages = _open_file.file(path, index, reading)
        count = pages.count
        return PageCount(count=count) if target is None else _written(pages.frame(index), count, target, limits)
    except Unreadable as error:
        return DecodeError(count=count, reason=error.text, damaged=isinstance(error, Damaged))


def _written(frame: Frame, count: int, target: Path, limits: CheckLimits) -> DecodedPage:
    raster = frame.raster
    with store_errors_named(target.parent):
        target.write_bytes(encode_master(raster))
    return DecodedPage(
        count=count,
        width=raster.width,
        height=raster.height,
        dpi=raster.dpi,
        dpi_assumed=frame.dpi_assumed,
        checks=check_capture(raster, limits=limits, damage=frame.damage),
        separator=separator_of(raster),
    )
