"""Tesseract, run once a page: the invisible text layer and the words come from the same reading.

The page is handed over as an uncompressed grey TIFF in memory (`memfd_create`): Tesseract starts reading 0.2 s sooner
than with PNG or PNM. What Tesseract writes goes to memory, too, by links in the spool: a full disk cannot cut it short,
and a killed process leaves nothing of a person's record behind. One thread a process: pages run side by side.
"""

import os
import re
import resource
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytesseract
from PIL import Image
from pytesseract import pytesseract as runner

from scanpipe.errors import OcrFailed, ToolMissing
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Word
from scanpipe.ocr.text_layer import empty_layer, require_whole
from scanpipe.ocr.words import words_of_table
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.averaging import averaged
from scanpipe.raster.channels import to_grey
from scanpipe.system.fsio import TEMP_PREFIX, disk_errors_named

LONGEST_SIDE_PX = 32_000
"""Tesseract refuses pictures of more than 32,767 pixels a side."""

CPU_LIMIT_S = 180
"""CPU time that Tesseract may use on a page: a hundred times what a page of type takes."""

_NARROWEST_PX = 3
"""Tesseract ends with an error on pictures narrower than this."""

_WALL_FACTOR = 20  # a process that neither ends nor uses its CPU time hangs; a loaded machine is slow, not hung
_OUTPUTS = ("pdf", "tsv")
_TABLE_HEAD = "level\t"

# Text runs in columns (psm 3). The cells of a table do not, and each piece of text is looked for by itself (psm 11): on
# ruled registers a seventh more is read surely. On other pages that way spoils the order of the lines.
_IN_COLUMNS, _PIECE_BY_PIECE = "3", "11"
_SETTINGS = ("-c", "textonly_pdf=1", "-c", "tessedit_create_pdf=1", "-c", "tessedit_create_tsv=1")
_CREATION_DATE = re.compile(rb"(/CreationDate \(D:)[^)]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read on a page: a one-page PDF of invisible text at the page's size, and the words."""

    text_layer: bytes
    words: tuple[Word, ...]


def read_page(
    image: Raster,
    *,
    language: str,
    spool: Path,
    page_dpi: float | None = None,
    is_table: bool = False,
    cpu_limit_s: int = CPU_LIMIT_S,
) -> Reading:
    """Read a page; one without writing gives no words and a text layer without text.

    The same pixels give the same bytes. A page beyond Tesseract's limit is read reduced, its boxes scaled back.

    Args:
        image: what is read: the page, or a larger or smaller picture of it.
        language: "vie", "vie+fra".
        spool: a folder for links to Tesseract's output; no data lies in it.
        page_dpi: of the page, in whose pixels the boxes of words are told; that of the image if not given.
        is_table: the text stands in the cells of a ruled table.
        cpu_limit_s: Tesseract is stopped when it has used that much CPU time; other work on the machine does not count.

    Raises:
        ToolMissing: Tesseract or the language is not installed.
        OcrFailed: Tesseract failed, used too much CPU time, or what it wrote is not whole.
        DiskFull: no room for a link.
    """
    require_language(language)
    scale = min(1.0, LONGEST_SIDE_PX / max(image.height, image.width))
    to_page = (page_dpi or image.dpi) / (image.dpi * scale)
    with _picture(_prepared(image, scale)) as picture, _outputs(spool) as (base, written):
        layout = _PIECE_BY_PIECE if is_table else _IN_COLUMNS
        _run([*_command(picture, base, language=language, dpi=image.dpi * scale), "--psm", layout], cpu_limit_s)
        layer, table = written["pdf"].read_bytes(), written["tsv"].read_text(encoding="utf-8")
    require_whole(layer)
    if not table.startswith(_TABLE_HEAD):
        raise OcrFailed(lazy("Tesseract did not write its word table."))
    return Reading(text_layer=_without_clock(layer), words=words_of_table(table, scale=to_page))


def unread(page: Raster) -> Reading:
    """Return the reading of a page that nobody reads: no words, a text layer without text."""
    return Reading(text_layer=empty_layer(page), words=())


def tesseract_version() -> str:
    """Return the version of Tesseract, e.g. "5.3.0".

    Raises:
        ToolMissing: it is not installed.
    """
    with _tool_named():
        return str(pytesseract.get_tesseract_version(cached=True))


def available_languages() -> tuple[str, ...]:
    """Return the languages Tesseract can read here, e.g. ("eng", "vie").

    Raises:
        ToolMissing: Tesseract is not installed.
    """
    with _tool_named():
        return tuple(sorted(set(pytesseract.get_languages())))


@cache
def require_language(language: str) -> None:
    """Make sure that `language` ("vie", "vie+fra") can be read; the answer yes is remembered.

    Tesseract itself goes on without a missing second language, so it is asked beforehand.

    Raises:
        ToolMissing: Tesseract or one of the languages is not installed.
    """
    missing = [code for code in language.split("+") if code not in available_languages()]
    if missing:
        packages = " ".join(f"tesseract-ocr-{code.replace('_', '-')}" for code in missing)
        raise ToolMissing(
            lazy("The Tesseract language data {languages} is not installed.", languages=", ".join(missing)),
            remedy=lazy("Install it: apt install {packages}", packages=packages),
        )


@contextmanager
def _tool_named() -> Iterator[None]:
    try:
        yield
    except (pytesseract.TesseractNotFoundError, FileNotFoundError) as error:
        raise ToolMissing(
            lazy("Tesseract is not installed."),
            remedy=lazy("Install it: apt install tesseract-ocr tesseract-ocr-vie"),
        ) from error


def _prepared(image: Raster, scale: float) -> Pixels:
    pixels = to_grey(image).pixels
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        pixels = averaged(pixels, *size)
    missing = [(0, max(0, _NARROWEST_PX - side)) for side in pixels.shape]
    return np.pad(pixels, missing, constant_values=255)


@contextmanager
def _picture(pixels: Pixels) -> Iterator[Path]:
    """Yield a path that Tesseract can open, of a file that is gone as soon as this process is."""
    with _in_memory("scanpipe-page") as path:
        Image.fromarray(pixels).save(path, "TIFF")
        yield path


@contextmanager
def _outputs(spool: Path) -> Iterator[tuple[Path, dict[str, Path]]]:
    """Yield the name that Tesseract adds its endings to, and where what it writes is found by ending: in memory."""
    with disk_errors_named(spool), tempfile.TemporaryDirectory(prefix=TEMP_PREFIX, dir=spool) as folder:
        base = Path(folder) / "page"
        with _in_memory("scanpipe-pdf") as layer, _in_memory("scanpipe-tsv") as table:
            written = dict(zip(_OUTPUTS, (layer, table), strict=True))
            for ending, path in written.items():
                base.with_suffix(f".{ending}").symlink_to(path)
            yield base, written


@contextmanager
def _in_memory(name: str) -> Iterator[Path]:
    """Yield the path of an empty file in memory that other processes of this user can open, too."""
    handle = os.memfd_create(name)
    try:
        yield Path(f"/proc/{os.getpid()}/fd/{handle}")
    finally:
        os.close(handle)


def _command(picture: Path, base: Path, *, language: str, dpi: float) -> list[str]:
    return [runner.tesseract_cmd, str(picture), str(base), "-l", language, "--dpi", str(round(dpi)), *_SETTINGS]


def _run(command: list[str], cpu_limit_s: int) -> None:
    """Run Tesseract to its end.

    pytesseract's own runner bounds the wall time, which is no measure of work on a machine that others use, too.
    """
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with _tool_named():
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
        )
    with process:
        # CPU time is counted from the start of the process, so nothing is lost by setting the limit a moment later.
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (cpu_limit_s, cpu_limit_s + 1))
        try:
            _out, complaint = process.communicate(timeout=_WALL_FACTOR * cpu_limit_s)
        except subprocess.TimeoutExpired:
            raise _stopped(lazy("It made no progress.")) from None
        finally:
            process.kill()
    if process.returncode == -signal.SIGXCPU:
        raise _stopped(lazy("It used {seconds} s of processor time.", seconds=cpu_limit_s))
    if process.returncode:
        told = complaint.decode(errors="replace").strip() or lazy("exit code {number}", number=process.returncode)
        raise OcrFailed(lazy("Tesseract could not read the page: {error}", error=told))


def _stopped(why: LazyText) -> OcrFailed:
    return OcrFailed(
        lazy("Tesseract was stopped. {why}", why=why),
        remedy=lazy("Check the page; noise in the picture can cause this."),
    )


def _without_clock(layer: bytes) -> bytes:
    """Blank out the time of creation at its own length, which leaves the cross-reference table right."""
    return _CREATION_DATE.sub(lambda found: found[1] + b"0" * (len(found[0]) - len(found[1]) - 1) + b")", layer)
