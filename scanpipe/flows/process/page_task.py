"""What a worker does with a page: read blobs, compute, write blobs. Small JSON in and out; no journal, no settings."""

from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np

from scanpipe.enhance.auto_recipe import decide, with_choice
from scanpipe.enhance.pipeline import Enhanced, enhance, enhance_half
from scanpipe.enhance.recipe import AnyRecipe, Recipe, recipe_of_record
from scanpipe.errors import OcrFailed
from scanpipe.flows.pictures.page_pictures import keep_thumbnail
from scanpipe.flows.recipes import load_recipe
from scanpipe.model import Region
from scanpipe.ocr.tesseract import Reading, read_page, tesseract_version, unread
from scanpipe.ocr.words import encode_words, mean_confidence, score_of
from scanpipe.raster import Raster
from scanpipe.raster.codecs import decode_master, encode_mask, encode_master
from scanpipe.state.exchange import blobs_at
from scanpipe.state.journal import json_text

NO_TEXT = "no_text"
"""The flag of a page that OCR failed on."""

_NOTHING = Recipe(name="", steps=())


class PageJob(msgspec.Struct, frozen=True, kw_only=True):
    """A capture, or half of it, to be enhanced and read by a recipe, or by one that the rules of `auto` choose.

    `screen` is the folder of pictures for the screen, "" where this machine has none.
    """

    store: str
    spool: str
    screen: str
    digest: str
    dpi: float
    language: str
    recipe: dict[str, Any] | None = None
    auto: dict[str, Any] | None = None
    region: Region = ""

    @property
    def made_by(self) -> AnyRecipe:
        """The recipe, or the rules, that the records are of; with neither, nothing is done to the page."""
        record = self.auto or self.recipe
        return recipe_of_record(record) if record else _NOTHING


def process_page(data: dict[str, Any]) -> dict[str, Any]:
    """Enhance and read one capture; return the fields of its version row.

    Raises:
        MemoryError: it needs more than there is, or than the process may have.
    """
    try:
        return _processed(msgspec.convert(data, type=PageJob))
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError from error
        raise


def warm_up() -> None:
    """Bring what is compiled into memory, by a page of a few strokes."""
    cv2.setNumThreads(1)
    page = np.full((400, 300, 3), 220, np.uint8)
    for row in range(40, 360, 20):
        page[row : row + 4, 40:260:7] = 30
    recipe = load_recipe("default")
    assert isinstance(recipe, Recipe)
    enhanced = enhance(Raster(pixels=page, dpi=100), recipe)
    encode_master(enhanced.image)
    encode_mask(enhanced.mask)
    tesseract_version()


def _processed(job: PageJob) -> dict[str, Any]:
    cv2.setNumThreads(1)
    store = blobs_at(job.store)
    master = decode_master(store.get(job.digest), dpi=job.dpi)
    recipe, choice = decide(master, job.made_by)
    made = enhance_half(master, recipe, job.region) if job.region else enhance(master, recipe)
    enhanced = with_choice(made, choice)
    reading, failure = _read(enhanced, job)
    image = store.put(encode_master(enhanced.image))
    if job.screen:
        keep_thumbnail(Path(job.screen), image, enhanced.image)
    return {
        "image": image,
        "mask": store.put(encode_mask(enhanced.mask)),
        "writing": store.put(encode_mask(enhanced.writing)),
        "words": store.put(encode_words(reading.words)),
        "text_layer": store.put(reading.text_layer),
        "dpi": enhanced.image.dpi,
        "confidence": mean_confidence(reading.words),
        "flags": json_text((*enhanced.report.flags, *([NO_TEXT] if failure else []))),
        "report": json_text({**msgspec.to_builtins(enhanced.report), "text": score_of(reading.words, failure=failure)}),
        "tools": json_text({"opencv": cv2.__version__, "tesseract": tesseract_version()}),
    }


def _read(enhanced: Enhanced, job: PageJob) -> tuple[Reading, str]:
    """Read the page; where that fails it goes on without text, for its picture is what counts. Also returned: why."""
    if (enhanced.mask.pixels > 0).all():
        return unread(enhanced.image), ""
    picture = enhanced.reading
    try:
        reading = read_page(
            picture.raster,
            language=job.language,
            spool=Path(job.spool),
            page_dpi=enhanced.image.dpi,
            is_table=picture.is_table,
        )
    except OcrFailed as error:
        return unread(enhanced.image), str(error)
    return reading, ""
