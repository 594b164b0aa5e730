"""Pages out of files that exist already: found in a folder in natural order, decoded in a process that may die.

The child (`folder_page.py` is what it does) serves many files; after a crash or a kill a new one goes on with the next
page.
"""

import tempfile
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from natsort import natsort_keygen, ns

from scanpipe.capture.checks import CheckLimits
from scanpipe.capture.folder_decoder import Decoder, DecoderDied
from scanpipe.capture.folder_page import DecodedPage, DecodeError, PageCount
from scanpipe.capture.master import Master
from scanpipe.capture.separators import SeparatorSheet
from scanpipe.errors import UsageError
from scanpipe.messages import LazyText, lazy
from scanpipe.raster.files import IMAGE_SUFFIXES, Reading, frame_name
from scanpipe.system.fsio import TEMP_PREFIX, disk_errors_named, nfc, readable_name
from scanpipe.system.os_errors import describe

_IGNORED_NAMES = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"))
_MAX_DEATHS = 3  # deaths of the child over one file, after which its other pages are not tried
_natural = natsort_keygen(alg=ns.PATH | ns.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderListing:
    """What lies in a folder: `files` to import, in order, and what else is there and will not be."""

    files: tuple[Path, ...]
    ignored: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A page as it is kept: page `index`, from 0, of the `count` pages of the file.

    `separator` is what it says if it is a separator sheet.
    """

    path: Path
    name: str
    index: int
    count: int
    master: Master
    separator: SeparatorSheet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A page, or a whole file (of one page, as far as is known), that cannot be had, and why.

    Something of one that is `damaged` may be had.
    """

    path: Path
    name: str
    index: int
    count: int
    reason: LazyText | str
    damaged: bool = False


_Started = tuple["Future[Imported | Refused | None]", Iterator[Imported | Refused]]


def list_files(folder: Path) -> FolderListing:
    """Look into a folder (not into folders in it): 2.tif comes before 10.tif.

    Hidden files and what Windows and macOS leave lying about are passed over; whatever else is no image is reported.

    Raises:
        UsageError: no such folder.
    """
    try:
        entries = [entry for entry in folder.iterdir() if not _is_ignored(entry.name)]
    except OSError as error:
        raise UsageError(
            lazy(
                "Cannot read the folder {folder}: {error}.",
                folder=readable_name(str(folder)),
                error=describe(error),
            ),
            remedy=lazy("Choose the folder that holds the image files."),
        ) from error
    entries.sort(key=lambda entry: (_natural(nfc(entry.name)), entry.name))
    wanted = {entry for entry in entries if entry.suffix.lower() in IMAGE_SUFFIXES and entry.is_file()}
    return FolderListing(
        files=tuple(entry for entry in entries if entry in wanted),
        ignored=tuple(entry for entry in entries if entry not in wanted),
    )


def import_pages(
    paths: Iterable[Path],
    *,
    spool: Path,
    reading: Reading | None = None,
    limits: CheckLimits | None = None,
    timeout_s: float = 60,
    memory_mb: int = 3000,
    side_by_side: int = 2,
) -> Generator[Imported | Refused, None, None]:
    """Yield every page of the files, in order; a bad one is refused and the rest goes on.

    Close it where it is left early: what happens while Python throws it away on its own is swallowed, Ctrl-C too.

    Args:
        paths: image files and PDFs.
        spool: folder for the pages under way; nothing stays in it.
        reading: how they are read.
        limits: from where on something is told of a page.
        timeout_s: for one page.
        memory_mb: address space of a decoder.
        side_by_side: files that are decoded at once; while one page is stored, the next file's first is on its way.

    Raises:
        DiskFull: no room in the spool.
        EngineError: no decoder starts.
    """
    with disk_errors_named(spool):
        folder = tempfile.TemporaryDirectory(prefix=TEMP_PREFIX, dir=spool, ignore_cleanup_errors=True)
    with folder, ExitStack() as stack:
        decoders = [
            (Decoder(timeout_s=timeout_s, memory_mb=memory_mb, limits=limits), Path(folder.name) / f"page{turn}")
            for turn in range(side_by_side)
        ]
        for decoder, _target in decoders:
            stack.enter_context(decoder)
        threads = stack.enter_context(ThreadPoolExecutor(side_by_side))
        for decoder, _target in decoders:
            stack.callback(decoder.stop)  # before the threads are waited for: one may be on a page that takes its time
        started: deque[_Started] = deque()
        for path, (decoder, target) in zip(paths, cycle(decoders), strict=False):
            pages = _pages(decoder, path, target, reading or Reading())
            started.append((threads.submit(next, pages, None), pages))
            if len(started) == side_by_side:
                yield from _in_order(*started.popleft())
        while started:
            yield from _in_order(*started.popleft())


def count_pages(paths: Iterable[Path], *, timeout_s: float = 60, memory_mb: int = 3000) -> tuple[int, ...]:
    """Return how many pages each of the files holds, 0 for one that cannot be opened; nothing is decoded.

    Raises:
        EngineError: no decoder starts.
    """
    with Decoder(timeout_s=timeout_s, memory_mb=memory_mb) as decoder:
        return tuple(_count(decoder, path) for path in paths)


def _count(decoder: Decoder, path: Path) -> int:
    try:
        return decoder.ask(path.absolute(), 0, None, Reading(damaged=True)).count
    except DecoderDied:
        return 0


def _in_order(
    first: "Future[Imported | Refused | None]", pages: Iterator[Imported | Refused]
) -> Iterator[Imported | Refused]:
    """Yield the page that was decoded ahead, then the file's other pages as they are asked for."""
    page = first.result()
    while page is not None:
        yield page
        page = next(pages, None)


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name.lower() in _IGNORED_NAMES


def _pages(decoder: Decoder, path: Path, target: Path, reading: Reading) -> Iterator[Imported | Refused]:
    index, count, deaths = 0, 1, 0
    while index < count:
        answer: DecodedPage | PageCount | DecodeError = DecodeError(
            count=count, reason=lazy("not tried, because earlier pages crashed the decoder")
        )
        if deaths < _MAX_DEATHS:
            try:
                answer = decoder.ask(path.absolute(), index, target, reading)
            except DecoderDied as death:
                deaths += 1
                answer = DecodeError(count=count, reason=death.text)
        count = max(count, answer.count)
        name = frame_name(readable_name(path.name), index, count)
        if isinstance(answer, DecodedPage):
            yield _kept(path, name, index, target, answer)
        elif isinstance(answer, DecodeError):
            yield Refused(path=path, name=name, index=index, count=count, reason=answer.reason, damaged=answer.damaged)
        index += 1


def _kept(path: Path, name: str, index: int, target: Path, page: DecodedPage) -> Imported:
    master = Master(
        data=target.read_bytes(),
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        dpi_assumed=page.dpi_assumed,
        checks=page.checks,
    )
    target.unlink()
    return Imported(path=path, name=name, index=index, count=page.count, master=master, separator=page.separator)
