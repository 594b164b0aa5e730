import io
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from pytesseract import pytesseract as runner

from scanpipe.errors import OcrFailed, ToolMissing
from scanpipe.model import Word
from scanpipe.ocr import tesseract
from scanpipe.ocr.tesseract import Reading, read_page, require_language, unread
from scanpipe.raster import MM_PER_INCH, Raster
from tests.page_drawings import DrawnPage, draw_page

TOLERANCE_MM = 1.0


@pytest.fixture(scope="module")
def page() -> DrawnPage:
    return draw_page()


@pytest.fixture(scope="module")
def reading(page: DrawnPage) -> Reading:
    return read(page.image)


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


def read(image: Raster, *, language: str = "vie", **options: Any) -> Reading:
    """Read a page, and hold that nothing stays in the spool, whatever comes of it."""
    with tempfile.TemporaryDirectory() as spool:
        try:
            return read_page(image, language=language, spool=Path(spool), **options)
        finally:
            assert not any(Path(spool).iterdir())


def program(folder: Path, script: str) -> Path:
    """Write a program that stands for Tesseract where it fails: what fails by itself cannot be had."""
    require_language("vie")  # asked of Tesseract itself, and remembered
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


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
    assert read(page.image) == reading


def test_the_text_layer_has_the_size_of_the_paper(page: DrawnPage, reading: Reading) -> None:
    with pikepdf.open(io.BytesIO(reading.text_layer)) as layer:
        box = [float(edge) for edge in layer.pages[0].mediabox]
    assert [edge / 72 * MM_PER_INCH for edge in box[2:]] == pytest.approx(page.image.size_mm, abs=0.05)


@pytest.mark.parametrize("size", [(900, 700), (1, 1), (2, 900), (900, 2)])
def test_a_page_without_writing_is_no_error(size: tuple[int, int]) -> None:
    reading = read(blank(*size))
    assert reading.words == ()
    with pikepdf.open(io.BytesIO(reading.text_layer)) as layer:
        assert b"Tj" not in layer.pages[0].Contents.read_bytes().replace(b"TJ", b"Tj")


def test_a_page_beyond_tesseracts_limit_is_read_and_its_boxes_fit(page: DrawnPage) -> None:
    pixels = page.image.pixels[..., 1]
    wide = np.full((pixels.shape[0], 33_000), 255, np.uint8)
    wide[:, -pixels.shape[1] :] = pixels
    found = {word.text: word for word in read(Raster(pixels=wide, dpi=300)).words}
    offset_mm = (wide.shape[1] - pixels.shape[1]) / 300 * MM_PER_INCH
    left, top, _right, _bottom = box_mm(found["Nguyễn"], 300)
    assert (left - offset_mm, top) == pytest.approx(page.words["Nguyễn"][:2], abs=TOLERANCE_MM)


@pytest.mark.parametrize("language", ["tlh", "vie+tlh"])
def test_a_missing_language_is_named_with_the_package_to_install(language: str) -> None:
    with pytest.raises(ToolMissing, match="tlh") as raised:
        read(blank(100, 100), language=language)
    assert str(raised.value.remedy).endswith("tesseract-ocr-tlh")


@pytest.mark.usefixtures("no_tesseract")
def test_a_missing_tesseract_says_what_to_install() -> None:
    with pytest.raises(ToolMissing) as raised:
        read(blank(100, 100))
    assert "apt install tesseract-ocr" in str(raised.value.remedy)


def test_a_page_that_takes_too_much_cpu_time_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(runner, "tesseract_cmd", str(program(tmp_path, "while :; do :; done")))
    with pytest.raises(OcrFailed, match="1 s of processor time"):
        read(blank(100, 100), cpu_limit_s=1)


def test_waiting_is_not_counted_as_cpu_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = program(tmp_path, f'sleep 1.5; exec {shutil.which("tesseract")} "$@"')
    monkeypatch.setattr(runner, "tesseract_cmd", str(slow))
    assert read(blank(100, 100), cpu_limit_s=1).words == ()


@pytest.mark.parametrize(
    "writes",
    [
        "true",
        'printf "%%PDF-1.5" >"$2.pdf"; printf "level\n" >"$2.tsv"',
        f'{shutil.which("tesseract")} "$@"; head -c 900 "$2.pdf" >"$2.cut"; cat "$2.cut" >"$2.pdf"; rm "$2.cut"',
        f'{shutil.which("tesseract")} "$@"; : >"$2.tsv"',
        "exit 3",
    ],
)
def test_what_is_not_whole_is_no_reading(writes: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(runner, "tesseract_cmd", str(program(tmp_path, writes)))
    with pytest.raises(OcrFailed):
        read(blank(100, 100))


def test_no_systems_temporary_folder_is_needed(
    page: DrawnPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    monkeypatch.setenv("TMPDIR", "/nowhere")
    assert read_page(page.image, language="vie", spool=tmp_path).words


def test_an_unread_page_has_a_layer_of_its_size_without_text(page: DrawnPage) -> None:
    reading = unread(page.image)
    assert reading == unread(page.image)
    with pikepdf.open(io.BytesIO(reading.text_layer)) as layer:
        (only,) = layer.pages
        box = [float(edge) / 72 * MM_PER_INCH for edge in only.mediabox]
    assert box[2:] == pytest.approx(page.image.size_mm, abs=0.05)


def test_what_is_installed_can_be_asked() -> None:
    assert "vie" in tesseract.available_languages()
    assert tesseract.tesseract_version()[0].isdigit()


def test_boxes_of_an_enlarged_picture_are_told_in_pixels_of_the_page(page: DrawnPage) -> None:
    pixels = cv2.resize(page.image.pixels, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    enlarged = Raster(pixels=np.asarray(pixels, np.uint8), dpi=450)
    for word in read(enlarged, page_dpi=300).words:
        assert box_mm(word, 300) == pytest.approx(page.words[word.text], abs=TOLERANCE_MM)
