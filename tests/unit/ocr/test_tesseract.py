import io
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from pytesseract import pytesseract as runner

from scanpipe.errors import EngineError, ToolMissing
from scanpipe.model import Word
from scanpipe.ocr import tesseract
from scanpipe.ocr.tesseract import Reading, read_page, require_language
from scanpipe.raster import MM_PER_INCH, Raster
from tests.drawn_pages import DrawnPage, draw_page

TOLERANCE_MM = 1.0


@pytest.fixture(scope="module")
def page() -> DrawnPage:
    return draw_page()


@pytest.fixture(scope="module")
def reading(page: DrawnPage) -> Reading:
    return read_page(page.image, language="vie")


@pytest.fixture
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(runner, "tesseract_cmd", "/nowhere/tesseract")
    require_language.cache_clear()
    yield
    require_language.cache_clear()


def blank(height: int, width: int) -> Raster:
    return Raster(pixels=np.full((height, width), 255, np.uint8), dpi=300)


def box_mm(word: Word, dpi: float) -> list[float]:
    edges = (word.left, word.top, word.left + word.width, word.top + word.height)
    return [edge / dpi * MM_PER_INCH for edge in edges]


def test_vietnamese_is_read_with_all_its_accents_in_nfc(page: DrawnPage, reading: Reading) -> None:
    texts = [word.text for word in reading.words]
    assert texts == list(page.words)
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)


def test_words_stand_where_they_are_printed(page: DrawnPage, reading: Reading) -> None:
    for word in reading.words:
        assert box_mm(word, page.image.dpi) == pytest.approx(page.words[word.text], abs=TOLERANCE_MM)


def test_words_say_their_line_and_how_sure_they_are(reading: Reading) -> None:
    assert sorted({word.line for word in reading.words}) == [0, 1, 2]
    assert all(60 < word.confidence <= 100 for word in reading.words)


def test_the_same_page_gives_the_same_bytes(page: DrawnPage, reading: Reading) -> None:
    assert read_page(page.image, language="vie") == reading


def test_the_text_layer_has_the_size_of_the_paper(page: DrawnPage, reading: Reading) -> None:
    with pikepdf.open(io.BytesIO(reading.text_layer)) as layer:
        box = [float(edge) for edge in layer.pages[0].mediabox]
    assert [edge / 72 * MM_PER_INCH for edge in box[2:]] == pytest.approx(page.image.size_mm, abs=0.05)


@pytest.mark.parametrize("size", [(900, 700), (1, 1), (2, 900), (900, 2)])
def test_a_page_without_writing_is_no_error(size: tuple[int, int]) -> None:
    reading = read_page(blank(*size), language="vie")
    assert reading.words == ()
    with pikepdf.open(io.BytesIO(reading.text_layer)) as layer:
        assert b"Tj" not in layer.pages[0].Contents.read_bytes().replace(b"TJ", b"Tj")


def test_a_page_beyond_tesseracts_limit_is_read_and_its_boxes_fit(page: DrawnPage) -> None:
    pixels = page.image.pixels[..., 1]
    wide = np.full((pixels.shape[0], 33_000), 255, np.uint8)
    wide[:, -pixels.shape[1] :] = pixels
    found = {word.text: word for word in read_page(Raster(pixels=wide, dpi=300), language="vie").words}
    offset_mm = (wide.shape[1] - pixels.shape[1]) / 300 * MM_PER_INCH
    left, top, _right, _bottom = box_mm(found["Nguyễn"], 300)
    assert (left - offset_mm, top) == pytest.approx(page.words["Nguyễn"][:2], abs=TOLERANCE_MM)


@pytest.mark.parametrize("language", ["tlh", "vie+tlh"])
def test_a_missing_language_is_named_with_the_package_to_install(language: str) -> None:
    with pytest.raises(ToolMissing, match="tlh") as raised:
        read_page(blank(100, 100), language=language)
    assert raised.value.remedy.endswith("tesseract-ocr-tlh")


@pytest.mark.usefixtures("no_tesseract")
def test_a_missing_tesseract_says_what_to_install() -> None:
    with pytest.raises(ToolMissing) as raised:
        read_page(blank(100, 100), language="vie")
    assert "apt install tesseract-ocr" in raised.value.remedy


def test_a_page_that_takes_too_long_is_given_up_and_leaves_nothing_behind(
    page: DrawnPage, temporary_folder: Path
) -> None:
    with pytest.raises(EngineError, match="stopped"):
        read_page(page.image, language="vie", timeout_s=0.01)
    assert list(temporary_folder.iterdir()) == []


def test_a_reading_leaves_nothing_behind(temporary_folder: Path) -> None:
    read_page(blank(100, 100), language="vie")
    assert list(temporary_folder.iterdir()) == []


def test_what_is_installed_can_be_asked() -> None:
    assert "vie" in tesseract.available_languages()
    assert tesseract.tesseract_version()[0].isdigit()


def test_boxes_of_an_enlarged_picture_are_told_in_pixels_of_the_page(page: DrawnPage) -> None:
    pixels = cv2.resize(page.image.pixels, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    enlarged = Raster(pixels=np.asarray(pixels, np.uint8), dpi=450)
    for word in read_page(enlarged, language="vie", page_dpi=300).words:
        assert box_mm(word, 300) == pytest.approx(page.words[word.text], abs=TOLERANCE_MM)
