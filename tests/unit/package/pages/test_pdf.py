import io
import re
import subprocess
import tempfile
import unicodedata
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from scanpipe.errors import BlobDamaged
from scanpipe.ocr.tesseract import read_page
from scanpipe.package.pages.encode import encode_page
from scanpipe.package.pages.pdf import LANGUAGE, PdfPage, build_pdf
from scanpipe.raster import MM_PER_INCH
from tests.page_drawings import Box, DrawnPage, draw_page

TITLE, SUBJECT = "Khai sinh 012/2010", "Phường Đông Thọ, sổ KS.2010.01"
TOLERANCE_MM = 1.0


def as_pdf_page(page: DrawnPage, *, budget_kb: float = 100) -> PdfPage:
    image = encode_page(page.image, page.mask, budget_kb_per_a4=budget_kb)
    reading = read_page(page.image, language="vie", spool=Path(tempfile.gettempdir()))
    return PdfPage(image=image, text_layer=reading.text_layer)


@pytest.fixture(scope="module")
def drawn() -> list[DrawnPage]:
    return [draw_page(), draw_page(size_mm=(90, 110), colour=False, dpi=250), draw_page(())]


@pytest.fixture(scope="module")
def pages(drawn: list[DrawnPage]) -> list[PdfPage]:
    return [as_pdf_page(page) for page in drawn]


@pytest.fixture(scope="module")
def data(pages: list[PdfPage]) -> bytes:
    return build_pdf(pages, title=TITLE, subject=SUBJECT)


@pytest.fixture(scope="module")
def document(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


@pytest.fixture
def path(data: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "case.pdf"
    path.write_bytes(data)
    return path


def poppler(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def poppler_words(path: Path, page: int) -> dict[str, Box]:
    listing = poppler("pdftotext", "-bbox", "-f", str(page), "-l", str(page), path, "-")
    found = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.+?)</word>', listing)
    left_top_right_bottom = {text: [float(edge) / 72 * MM_PER_INCH for edge in edges] for *edges, text in found}
    return {text: (box[0], box[1], box[2], box[3]) for text, box in left_top_right_bottom.items()}


def test_pages_have_the_size_of_the_paper(document: pikepdf.Pdf, drawn: list[DrawnPage]) -> None:
    for page, source in zip(document.pages, drawn, strict=True):
        edges = [float(edge) / 72 * MM_PER_INCH for edge in page.mediabox]
        assert edges == pytest.approx([0, 0, *source.image.size_mm], abs=0.01)


def test_pictures_are_embedded_as_they_are(document: pikepdf.Pdf, pages: list[PdfPage]) -> None:
    for page, source in zip(document.pages, pages, strict=True):
        embedded = {bytes(picture.read_raw_bytes()) for picture in page.get_images().values()}
        foreground = source.image.foreground
        assert embedded == {source.image.base.data, *([foreground.picture.data] if foreground else [])}
        masks = [picture.Mask for picture in page.get_images().values() if "/Mask" in picture]
        assert [bytes(mask.read_raw_bytes()) for mask in masks] == ([foreground.mask] if foreground else [])


def test_the_same_pages_give_the_same_bytes(data: bytes, pages: list[PdfPage]) -> None:
    assert build_pdf(pages, title=TITLE, subject=SUBJECT) == data


def test_other_content_has_another_identifier(document: pikepdf.Pdf, pages: list[PdfPage]) -> None:
    other = pikepdf.open(io.BytesIO(build_pdf(pages[:1], title=TITLE, subject=SUBJECT)))
    assert other.trailer.ID[0] != document.trailer.ID[0]


@pytest.mark.parametrize("page", [1, 2])
def test_words_lie_over_the_printed_words(path: Path, drawn: list[DrawnPage], page: int) -> None:
    truth = drawn[page - 1].words
    found = poppler_words(path, page)
    assert list(found) == list(truth)
    for text, (left, top, right, bottom) in found.items():
        at_left, at_top, at_right, at_bottom = truth[text]
        assert (left, right) == pytest.approx((at_left, at_right), abs=TOLERANCE_MM)
        # The layer's glyphs stand on the line and are as high as the type, not as the letters of this word.
        assert top <= at_top + TOLERANCE_MM
        assert bottom >= at_bottom - 2 * TOLERANCE_MM
        assert abs(bottom - at_bottom) < 3 * TOLERANCE_MM


def test_text_comes_out_in_nfc_by_poppler_and_by_pdfium(path: Path, drawn: list[DrawnPage]) -> None:
    by_poppler = poppler("pdftotext", "-f", "1", "-l", "1", path, "-")
    with pypdfium2.PdfDocument(path) as opened:
        by_pdfium = opened[0].get_textpage().get_text_bounded()
    for text in (by_poppler, by_pdfium):
        assert text.split() == list(drawn[0].words)
        assert unicodedata.is_normalized("NFC", text)


def test_no_text_is_ever_painted(document: pikepdf.Pdf) -> None:
    for page in document.pages:
        mode, shown = 0, []
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tr":
                mode = int(operands[0])
            if str(operator) in {"Tj", "TJ", "'", '"'}:
                shown.append(mode)
        assert set(shown) <= {3}


def test_a_page_without_words_has_no_font(document: pikepdf.Pdf) -> None:
    assert "/Font" not in document.pages[2].obj.Resources


def test_all_pages_share_one_font(document: pikepdf.Pdf) -> None:
    fonts = {font.objgen for page in document.pages for font in page.obj.Resources.get("/Font", {}).values()}
    assert len(fonts) == 1


def test_xmp_and_document_information_agree(document: pikepdf.Pdf) -> None:
    metadata, info = document.open_metadata(), document.docinfo
    assert metadata["dc:title"] == str(info.Title) == TITLE
    assert metadata["dc:description"] == str(info.Subject) == SUBJECT
    assert metadata["xmp:CreatorTool"] == str(info.Creator)
    assert metadata["pdf:Producer"] == str(info.Producer)
    assert metadata.pdfa_status == "2U"


def test_the_document_says_its_language_and_its_version(document: pikepdf.Pdf) -> None:
    assert str(document.Root.Lang) == LANGUAGE
    assert document.pdf_version == "1.7"


def test_nothing_in_the_document_acts_or_tells_the_time(path: Path) -> None:
    report = poppler("pdfinfo", path)
    assert re.search(r"^JavaScript:\s+no$", report, re.MULTILINE)
    assert "Date:" not in report


def test_a_page_without_a_reading_gets_none(pages: list[PdfPage]) -> None:
    built = build_pdf([replace(pages[0], text_layer=pages[2].text_layer)], title=TITLE, subject=SUBJECT)
    with pypdfium2.PdfDocument(built) as opened:
        assert opened[0].get_textpage().get_text_bounded() == ""


@pytest.mark.parametrize("layer", [b"", b"%PDF-1.5\nnothing", b"not a PDF"])
def test_a_damaged_text_layer_is_refused(pages: list[PdfPage], layer: bytes) -> None:
    with pytest.raises(BlobDamaged):
        build_pdf([replace(pages[0], text_layer=layer)], title=TITLE, subject=SUBJECT)


def test_a_text_layer_of_two_pages_is_refused(pages: list[PdfPage], data: bytes) -> None:
    with pytest.raises(BlobDamaged, match="it has 3"):
        build_pdf([replace(pages[0], text_layer=data)], title=TITLE, subject=SUBJECT)
