"""Tesseract, run once a page: the invisible text layer and the words come from the same reading.

The page is handed over as an uncompressed grey TIFF in memory (`memfd_create`): Tesseract starts reading 0.2 s sooner
than with PNG or PNM, and a killed process leaves no picture behind. One thread a process: pages run side by side.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytesseract
from PIL import Image
from pytesseract import pytesseract as runner

from scanpipe.errors import EngineError, ToolMissing
from scanpipe.messages import _
from scanpipe.model import Word
from scanpipe.ocr.words import words_of_table
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.codecs import to_grey

LONGEST_SIDE_PX = 32_000
"""Tesseract refuses pictures of more than 32,767 pixels a side."""

_NARROWEST_PX = 3
"""Tesseract ends with an error on pictures narrower than this."""

# Text is looked for line by line (psm 11) and not in columns (psm 3): of the printed words of register forms 73 % are
# found instead of 54 %, on typewritten pages as many.
_SETTINGS = "--psm 11 -c textonly_pdf=1 -c tessedit_create_pdf=1 -c tessedit_create_tsv=1"
_CREATION_DATE = re.compile(rb"(/CreationDate \(D:)[^)]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read on a page: a one-page PDF of invisible text at the page's size, and the words."""

    text_layer: bytes
    words: tuple[Word, ...]


def read_page(image: Raster, *, language: str, page_dpi: float | None = None, timeout_s: float = 300) -> Reading:
    """Read a page; one without writing gives no words and a text layer without text.

    The same pixels give the same bytes. A page beyond Tesseract's limit is read reduced, its boxes scaled back.

    Args:
        image: what is read: the page, or an enlarged picture of it.
        language: "vie", "vie+fra".
        page_dpi: of the page, in whose pixels the boxes of words are told; that of the image if not given.
        timeout_s: Tesseract is stopped then.

    Raises:
        ToolMissing: Tesseract or the language is not installed.
        EngineError: Tesseract failed, or took longer than `timeout_s`.
    """
    require_language(language)
    scale = min(1.0, LONGEST_SIDE_PX / max(image.height, image.width))
    to_page = (page_dpi or image.dpi) / (image.dpi * scale)
    pixels = _prepared(image, scale)
    with _picture(pixels) as picture, tempfile.TemporaryDirectory(prefix="scanpipe-ocr-") as folder:
        out = Path(folder) / "page"
        _run(picture, out, language=language, dpi=image.dpi * scale, timeout_s=timeout_s)
        layer, table = out.with_suffix(".pdf").read_bytes(), out.with_suffix(".tsv").read_text(encoding="utf-8")
    return Reading(text_layer=_without_clock(layer), words=words_of_table(table, scale=to_page))


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
            _("Tesseract cannot read the language {languages}.").format(languages=", ".join(missing)),
            remedy=_("Install it: apt install {packages}").format(packages=packages),
        )


@contextmanager
def _tool_named() -> Iterator[None]:
    try:
        yield
    except pytesseract.TesseractNotFoundError as error:
        raise ToolMissing(
            _("Tesseract is not installed."), remedy=_("Install it: apt install tesseract-ocr tesseract-ocr-vie")
        ) from error


def _prepared(image: Raster, scale: float) -> Pixels:
    pixels = to_grey(image).pixels
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    missing = [(0, max(0, _NARROWEST_PX - side)) for side in pixels.shape]
    return np.pad(pixels, missing, constant_values=255)


@contextmanager
def _picture(pixels: Pixels) -> Iterator[str]:
    """Yield a path that Tesseract can open, of a file that is gone as soon as this process is."""
    handle = os.memfd_create("scanpipe-page")
    with os.fdopen(handle, "wb") as stream:
        Image.fromarray(pixels).save(stream, "TIFF")
        stream.flush()
        yield f"/proc/{os.getpid()}/fd/{handle}"


def _run(picture: str, out: Path, *, language: str, dpi: float, timeout_s: float) -> None:
    os.environ["OMP_THREAD_LIMIT"] = "1"
    config = f"--dpi {round(dpi)} {_SETTINGS}"
    try:
        with _tool_named():
            runner.run_tesseract(picture, str(out), "", language, config, timeout=timeout_s)
    except pytesseract.TesseractError as error:
        raise EngineError(_("Tesseract could not read the page: {error}").format(error=error.message)) from error
    except RuntimeError as error:
        raise EngineError(
            _("Tesseract had not read the page after {seconds} s and was stopped.").format(seconds=timeout_s),
            remedy=_("Look at the page: a picture of noise can take this long."),
        ) from error


def _without_clock(layer: bytes) -> bytes:
    """Blank out the time of creation at its own length, which leaves the cross-reference table right."""
    return _CREATION_DATE.sub(lambda found: found[1] + b"0" * (len(found[0]) - len(found[1]) - 1) + b")", layer)
