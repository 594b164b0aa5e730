"""Printed separator sheets are read back, worn and askew; one that cannot be read is never taken for a page."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pypdfium2
import pytest
import segno

from scanpipe.capture.separators import SeparatorSheet, read_separator
from scanpipe.model import CaseKey
from scanpipe.package.reports.separator_sheets import SheetBook, SheetPaper, separator_sheets_pdf
from scanpipe.raster import MM_PER_INCH, Pixels, Raster
from scanpipe.separator import Separator
from tests.grain import with_grain
from tests.page_drawings import LINES, draw_page

BOOK = SheetBook(label="KS.2010.01", kind_name="Khai sinh", year=2010, volume=1, unit_name="Phường Đông Thọ")
NAME = "14758@2025-06-30/KS.2010.01"
CASE = Separator(book=NAME, case=CaseKey(year=2010, number="12a"))
COVER = Separator(book=NAME)
READ, DAMAGED, PATCH = SeparatorSheet(separator=CASE), SeparatorSheet(damaged=True), SeparatorSheet(patch=True)
PAPER, TONER = 235, 45


@cache
def pdf_of(paper: SheetPaper) -> bytes:
    return separator_sheets_pdf(BOOK, [COVER, CASE], patches=1, paper=paper)


@cache
def printed(dpi: int, *, page: int = 1, paper: SheetPaper = "A4") -> Pixels:
    """A sheet as a scanner sees it: grey paper, toner that is not quite black, in colour."""
    document = pypdfium2.PdfDocument(pdf_of(paper))
    try:
        ideal = np.asarray(document[page].render(scale=dpi / 72, rev_byteorder=True).to_numpy(), np.float32)[..., :3]
    finally:
        document.close()
    return with_grain(TONER + ideal * ((PAPER - TONER) / 255), seed=3)


def read(pixels: Pixels, dpi: int) -> SeparatorSheet | None:
    return read_separator(Raster(pixels=np.ascontiguousarray(pixels), dpi=dpi))


def turned(pixels: Pixels, angle: float) -> Pixels:
    """Turn a sheet about its middle, on a bed large enough for all of it."""
    if angle % 90 == 0:
        return np.asarray(np.rot90(pixels, round(angle / 90)))
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    across, down = (abs(turn[0, :2]) @ (width, height), abs(turn[1, :2]) @ (width, height))
    turn[:, 2] += (across / 2 - width / 2, down / 2 - height / 2)
    return np.asarray(cv2.warpAffine(pixels, turn, (int(across), int(down)), borderValue=(250, 250, 250)), np.uint8)


@pytest.mark.parametrize("angle", [0, 2, -4, 11, 33, 90, 135, 180, 270])
def test_a_sheet_is_read_at_any_rotation(angle: float) -> None:
    assert read(turned(printed(200), angle), 200) == READ


@pytest.mark.parametrize("dpi", [100, 150, 240, 300, 600])
def test_a_sheet_is_read_at_any_resolution(dpi: int) -> None:
    assert read(printed(dpi), dpi) == READ


@pytest.mark.parametrize("paper", ["A4", "A5"])
@pytest.mark.parametrize("mode", ["colour", "grey", "black and white"])
def test_a_sheet_is_read_in_any_mode_on_either_paper(mode: str, paper: SheetPaper) -> None:
    pixels = printed(200, paper=paper)
    if mode != "colour":
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    if mode == "black and white":
        pixels = np.where(pixels > 128, 255, 0).astype(np.uint8)
    assert read(pixels, 200) == READ


def test_cover_and_patch_sheets_are_told_apart() -> None:
    assert read(printed(200, page=0), 200) == SeparatorSheet(separator=COVER)
    assert read(printed(200, page=2), 200) == PATCH


@pytest.mark.parametrize("angle", [2, -4, 90, 180])
def test_bars_are_found_askew_and_on_their_side(angle: float) -> None:
    assert read(turned(printed(200, page=2), angle), 200) == PATCH


# How a sheet wears.


def faded(pixels: Pixels) -> Pixels:
    """Toner that is nearly gone."""
    return np.asarray(PAPER - (PAPER - pixels.astype(np.float32)).clip(0) * 0.2, np.float32).astype(np.uint8)


def blurred(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.7 / MM_PER_INCH * 200), np.uint8)


def crumpled(pixels: Pixels, seed: int) -> Pixels:
    """Forty creases, light and dark, of 0.6 mm."""
    worn, random = pixels.copy(), np.random.default_rng(seed)
    size = np.array([pixels.shape[1], pixels.shape[0]])
    for crease in range(40):
        ends = (random.random((2, 2)) * size).astype(int).tolist()
        cv2.line(worn, ends[0], ends[1], (60,) * 3 if crease % 2 else (240,) * 3, 5)
    return worn


def torn_below(pixels: Pixels) -> Pixels:
    return pixels[: int(len(pixels) * 0.6)]


def torn_above(pixels: Pixels) -> Pixels:
    return pixels[int(len(pixels) * 0.45) :]


def photocopied(pixels: Pixels) -> Pixels:
    """Black and white by a threshold over noise, with specks, and scanned in grey."""
    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 2).astype(np.float32)
    random = np.random.default_rng(4)
    copied = np.where(grey + random.normal(0, 30, grey.shape) > 120, 255, 0).astype(np.uint8)
    copied[random.random(grey.shape) < 0.003] = 0
    return np.asarray(cv2.GaussianBlur(copied, (0, 0), 0.8), np.uint8)


def lit_from_one_side(pixels: Pixels) -> Pixels:
    return (pixels * np.linspace(1, 0.35, pixels.shape[1])[:, None]).astype(np.uint8)


@pytest.mark.parametrize(
    "wear", [faded, blurred, torn_below, torn_above, photocopied, lit_from_one_side], ids=lambda f: f.__name__
)
def test_a_worn_sheet_is_read(wear: Callable[[Pixels], Pixels]) -> None:
    assert read(wear(turned(printed(200), 2)), 200) == READ


def test_most_crumpled_sheets_are_read_and_none_is_a_page() -> None:
    sheet = turned(printed(200), 2)
    found = [read(crumpled(sheet, seed), 200) for seed in range(200, 210)]
    assert all(one in (READ, DAMAGED) for one in found)
    assert found.count(READ) >= 7


def spotted(pixels: Pixels, share: float, *, dpi: int = 200) -> Pixels:
    """Lay a white spot of that share of a code over the middle of both."""
    worn, side = pixels.copy(), int(75 * share**0.5 / MM_PER_INCH * dpi)
    for across_mm, down_mm in ((12 + 37.5, 36.3 + 37.5), (198 - 37.5, 297 - 36.3 - 37.5)):
        left, top = (int(middle / MM_PER_INCH * dpi) - side // 2 for middle in (across_mm, down_mm))
        worn[top : top + side, left : left + side] = PAPER
    return worn


def test_a_sheet_is_read_whose_codes_lack_a_fifth() -> None:
    assert read(spotted(printed(200), 0.2), 200) == READ


@pytest.mark.parametrize("angle", [0, 3, 90, 180])
def test_a_sheet_whose_codes_are_gone_is_damaged_and_no_page(angle: float) -> None:
    assert read(turned(spotted(printed(200), 0.5), angle), 200) == DAMAGED
    assert read(turned(spotted(printed(200), 1.1), angle), 200) == DAMAGED


def test_one_of_two_bars_is_enough_to_tell_a_sheet_without_codes() -> None:
    assert read(torn_below(spotted(printed(200), 1.1)), 200) == DAMAGED


# Codes on pages.


def page_with_code(text: str, side_mm: float) -> Pixels:
    """A printed page of A5 with a code in its middle."""
    page = np.array(draw_page(LINES, size_mm=(148, 210), dpi=200).image.pixels)
    modules = np.array([[not dark for dark in row] for row in segno.make_qr(text, error="m").matrix], np.uint8) * 255
    side = int(side_mm / MM_PER_INCH * 200)
    code = cv2.resize(np.pad(modules, 4, constant_values=255), (side, side), interpolation=cv2.INTER_NEAREST)
    page[500 : 500 + side, 200 : 200 + side] = code[..., None]
    return page


def test_a_written_page_is_no_separator() -> None:
    assert read(draw_page(LINES, size_mm=(148, 210), dpi=200).image.pixels, 200) is None


@pytest.mark.parametrize("text", ["038197001234|NGUYEN VAN A|01012000|Nam", "https://dichvucong.gov.vn", "SCANPIPER"])
def test_a_code_of_another_program_is_no_separator(text: str) -> None:
    assert read(page_with_code(text, 30), 200) is None


def test_a_code_with_a_wrong_check_number_is_damaged() -> None:
    wrong = CASE.text[:-1] + str((int(CASE.text[-1]) + 1) % 10)
    assert read(page_with_code(wrong, 60), 200) == DAMAGED
    assert read(page_with_code(CASE.text, 60), 200) == READ


def bars(widths_mm: tuple[float, ...], *, length_mm: float = 150) -> Pixels:
    """Bars across a white page of A5, 2.03 mm apart."""
    page = np.full((1654, 1165, 3), PAPER, np.uint8)
    top = 20.0
    for width in widths_mm:
        rows = slice(round(top / MM_PER_INCH * 200), round((top + width) / MM_PER_INCH * 200))
        page[rows, 40 : 40 + int(length_mm / MM_PER_INCH * 200)] = TONER
        top += width + 2.03
    return with_grain(page.astype(np.float32), seed=7)


@pytest.mark.parametrize(
    ("widths_mm", "length_mm", "found"),
    [
        ((2.03, 5.08, 2.03, 5.08), 120, PATCH),
        ((5.08, 2.03, 5.08, 2.03), 120, PATCH),  # patch 2, or T upside down
        ((2.03, 5.08, 2.03, 5.08), 30, None),
        ((2.03, 5.08, 5.08, 2.03), 120, None),  # patch 4
        ((2.03, 2.03, 2.03, 2.03), 120, None),
        ((2.03, 5.08, 2.03, 5.08, 2.03), 120, None),
        ((0.5, 5.08, 0.5, 5.08), 120, None),
    ],
)
def test_only_the_bars_of_a_patch_code_are_one(
    widths_mm: tuple[float, ...], length_mm: float, found: SeparatorSheet | None
) -> None:
    assert read(bars(widths_mm, length_mm=length_mm), 200) == found


def test_a_page_smaller_than_a_strip_is_no_separator() -> None:
    assert read(np.full((20, 20), 255, np.uint8), 300) is None
