"""A page's picture: within its budget, true to the page, and flagged where it cannot be both."""

import io
from collections.abc import Sequence

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from scanpipe.package.pages import fidelity
from scanpipe.package.pages.assemble import place_pages
from scanpipe.package.pages.encode import (
    BACKGROUND_LADDER,
    FOREGROUND_LADDER,
    LEAST_LETTER_PX,
    SEAL_LADDER,
    encode_page,
)
from scanpipe.package.pages.fidelity import FidelityReport, render
from scanpipe.package.pages.ink import ink_recall
from scanpipe.package.pages.layered_page import LayerQualities, Quality
from scanpipe.package.pages.layers import background_layer
from scanpipe.package.pages.picture import EncodedPage
from scanpipe.package.pages.reference import reference_of
from scanpipe.package.pages.similarity import stroke_mismatch
from scanpipe.raster import MM_PER_INCH, Pixels, Raster
from scanpipe.raster.codecs import encode_jpeg
from tests.page_drawings import DrawnPage, draw_page

LEAST_INK = 0.995
DPI = 100.0


@pytest.fixture(scope="module")
def grainy() -> DrawnPage:
    return draw_page(grain=12)


def encode(page: DrawnPage, *, budget_kb: float = 100) -> EncodedPage:
    return encode_page(page.image, page.mask, budget_kb_per_a4=budget_kb)


def shown(page: EncodedPage, image: Raster) -> tuple[Pixels, Pixels]:
    """Return the page at the size of its rendering, and the rendering."""
    after = render(page, DPI)
    before = cv2.resize(image.pixels, (after.shape[1], after.shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(before, np.uint8), after


@pytest.mark.parametrize(("budget_kb", "encoding"), [(100, "layers"), (1500, "jpeg"), (40_000, "lossless")])
def test_the_truest_way_that_fits_is_taken(grainy: DrawnPage, budget_kb: float, encoding: str) -> None:
    page = encode(grainy, budget_kb=budget_kb)
    assert page.encoding == encoding
    assert page.kb_per_a4 <= budget_kb
    assert not page.over_budget
    assert not page.defects


def test_what_fits_as_it_is_stays_as_it_is(grainy: DrawnPage) -> None:
    page = encode(grainy, budget_kb=40_000)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(page.base.data))), grainy.image.pixels)


def test_a_page_in_black_and_white_keeps_every_pixel_in_a_fraction_of_the_budget() -> None:
    page = draw_page(grain=12)
    scanned = encode_page(page.mask, page.mask, budget_kb_per_a4=40)
    assert scanned.encoding == "lossless"
    stream = io.BytesIO()
    place_pages([scanned]).save(stream)
    with pypdfium2.PdfDocument(stream.getvalue()) as document:
        (picture,) = document[0].get_objects()
        assert np.array_equal(picture.get_bitmap().to_numpy().reshape(page.mask.pixels.shape), page.mask.pixels)


def test_a_page_in_black_and_white_stays_as_it_is_over_the_budget_too_where_nothing_is_smaller() -> None:
    specks = np.random.default_rng(1).random(draw_page().mask.pixels.shape) < 0.02
    page = draw_page().mask.replace(np.where(specks, 0, draw_page().mask.pixels).astype(np.uint8))
    encoded = encode_page(page, draw_page().mask, budget_kb_per_a4=40)
    assert (encoded.encoding, encoded.over_budget) == ("lossless", True)


def test_a_page_that_cannot_fit_stays_readable_and_says_so(grainy: DrawnPage) -> None:
    page = encode(grainy, budget_kb=2)
    assert page.over_budget
    assert not page.defects
    assert page.size < encode(grainy).size
    assert ink_recall(*shown(page, grainy.image), DPI) >= LEAST_INK


def near(flags: Pixels) -> Pixels:
    return cv2.dilate(flags.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def test_the_ink_lies_where_it_lay_and_is_as_sharp() -> None:
    drawn = draw_page(size_mm=(210, 148), colour=False)
    page = encode(drawn, budget_kb=30)
    assert page.encoding == "layers"
    after = render(page, 300)[: drawn.mask.height, : drawn.mask.width]
    dark = after < 128
    ink = drawn.mask.pixels[: len(after)] == 0
    assert (near(dark) & ink).sum() >= 0.999 * ink.sum()
    assert (dark & ~near(ink)).sum() <= 0.001 * ink.sum()


def test_a_faint_stroke_outside_the_mask_is_kept() -> None:
    paper = np.full((1754, 1240), 225, np.uint8) + np.random.default_rng(3).integers(-3, 4, (1754, 1240)).astype(
        np.uint8
    )
    paper[600:606, 100:800] -= 45
    page = encode_page(
        Raster(pixels=paper, dpi=300), Raster(pixels=np.full(paper.shape, 255, np.uint8), dpi=300), budget_kb_per_a4=20
    )
    seen = render(page, 300).astype(int)
    assert np.median(seen[602:604, 150:750]) < np.median(seen[500:550, 150:750]) - 25


def test_where_the_budget_is_short_the_paper_gives_way_and_the_mask_does_not(grainy: DrawnPage) -> None:
    usual = encode(grainy)
    short = encode(grainy, budget_kb=0.9 * usual.kb_per_a4)
    assert not short.over_budget
    assert short.kb_per_a4 <= 0.9 * usual.kb_per_a4
    assert len(short.base.data) < len(usual.base.data)
    assert usual.foreground is not None and short.foreground is not None
    assert short.foreground.mask == usual.foreground.mask


def test_a_leaner_page_that_fails_the_check_is_not_taken(grainy: DrawnPage, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = encode(grainy)

    def failing(page: EncodedPage, *_rest: object) -> FidelityReport:
        return FidelityReport(defects=("lost_ink",) if page.size < usual.size else ())

    monkeypatch.setattr("scanpipe.package.pages.layered_page.check_fidelity", failing)
    short = encode(grainy, budget_kb=0.9 * usual.kb_per_a4)
    assert short.over_budget
    assert not short.defects
    assert short.size >= usual.size


def test_what_the_fidelity_check_refuses_is_made_again_at_a_better_setting(
    grainy: DrawnPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = encode(grainy)

    def failing(page: EncodedPage, *_rest: object) -> FidelityReport:
        return FidelityReport(defects=() if page.base.width > usual.base.width else ("lost_ink",))

    monkeypatch.setattr("scanpipe.package.pages.layered_page.check_fidelity", failing)
    better = encode(grainy)
    assert not better.defects
    assert better.base.width > usual.base.width


def test_what_passes_at_no_setting_is_reported(grainy: DrawnPage, monkeypatch: pytest.MonkeyPatch) -> None:
    layouts: list[EncodedPage] = []

    def failing(page: EncodedPage, *_rest: object) -> FidelityReport:
        layouts.append(page)
        return FidelityReport(defects=("lost_ink",))

    for module in ("layered_page", "single_image", "encode"):
        monkeypatch.setattr(f"scanpipe.package.pages.{module}.check_fidelity", failing)
    assert encode(grainy).defects == ("lost_ink",)
    layered = [page.base.width for page in layouts if page.encoding == "layers"]
    assert len(set(layered)) == len(BACKGROUND_LADDER)
    assert layered == sorted(layered)


def test_a_few_marks_in_other_inks_keep_their_colours_among_black_lines(grainy: DrawnPage) -> None:
    image, mask = grainy.image.pixels.copy(), grainy.mask.pixels.copy()
    inks = {"red": (190, 50, 50), "violet": (105, 63, 135), "blue": (52, 68, 150)}
    places = {name: (40 + 60 * turn, 20) for turn, name in enumerate(inks)}
    for name, (left, top) in places.items():
        cv2.putText(image, "83", (left, top + 20), cv2.FONT_HERSHEY_SIMPLEX, 0.8, inks[name], 3)
        cv2.putText(mask, "83", (left, top + 20), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 3)
    page = encode_page(
        Raster(pixels=image, dpi=grainy.image.dpi), Raster(pixels=mask, dpi=grainy.mask.dpi), budget_kb_per_a4=100
    )
    assert page.encoding == "layers"
    seen = render(page, grainy.image.dpi).astype(int)
    for name, (left, top) in places.items():
        box = np.s_[top : top + 22, left : left + 40]
        drawn = (np.abs(image[box].astype(int) - inks[name]).max(axis=2) == 0) & (mask[box] == 0)
        assert np.abs(np.median(seen[box][drawn], axis=0) - inks[name]).max() < 40, name


def test_a_mark_whose_ink_turns_among_darker_ink_is_cut_out_in_its_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    image, mask = written()
    pixels, ink = image.pixels.copy(), mask.pixels.copy()
    cv2.putText(pixels, "27", (660, 400), cv2.FONT_HERSHEY_SIMPLEX, 1, (190, 50, 50), 2, cv2.LINE_AA)
    cv2.putText(ink, "27", (660, 400), cv2.FONT_HERSHEY_SIMPLEX, 1, 0, 2)
    lean = [(LayerQualities(Quality(100, 40), Quality(10, 30), SEAL_LADDER[0]), 1)]
    monkeypatch.setattr("scanpipe.package.pages.encode.QUALITY_LADDER", lean)
    page = encode_page(image.replace(pixels), mask.replace(ink), budget_kb_per_a4=60)
    assert (page.encoding, page.defects) == ("layers", ())
    (patch,) = page.patches
    assert patch.box_mm[2] < 15
    red, green, _blue = render(page, 200)[380:400, 662:690].reshape(-1, 3).min(axis=0)
    assert red > green + 60


def test_faint_writing_outside_the_mask_is_still_read_where_there_is_room() -> None:
    paper = np.full((1000, 1600, 3), (236, 228, 208), np.uint8)
    image = paper.copy()
    cv2.putText(image, "Phu chu 1987", (100, 500), cv2.FONT_HERSHEY_SIMPLEX, 3, (206, 198, 180), 6)
    blank = Raster(pixels=np.full(paper.shape[:2], 255, np.uint8), dpi=300)
    page = encode_page(Raster(pixels=image, dpi=300), blank, budget_kb_per_a4=15)
    assert page.encoding == "layers"
    seen, drawn = render(page, 300)[:1000, :1600].astype(int), (image != paper).any(axis=2)
    assert np.median(seen[~drawn][:, 1]) - np.median(seen[drawn][:, 1]) > 0.8 * 30


def test_layers_over_the_budget_are_not_taken_where_one_picture_is_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = draw_page(dpi=200)
    noise = np.random.default_rng(1).normal(0, 14, drawn.image.pixels.shape)
    image = drawn.image.replace(np.clip(drawn.image.pixels + noise, 0, 255).astype(np.uint8))
    finest = Quality(200, 46)
    monkeypatch.setattr("scanpipe.package.pages.encode.BACKGROUND_LADDER", (finest,))
    ladder = ((LayerQualities(finest, FOREGROUND_LADDER[0], SEAL_LADDER[0]), 1.0),)
    monkeypatch.setattr("scanpipe.package.pages.encode.QUALITY_LADDER", ladder)
    page = encode_page(image, drawn.mask, budget_kb_per_a4=60)
    assert (page.encoding, page.over_budget, page.defects) == ("jpeg", True, ())


def test_letters_too_low_for_one_bit_a_pixel_stay_grey_even_over_the_budget(grainy: DrawnPage) -> None:
    low_mm = (LEAST_LETTER_PX - 1) / grainy.image.dpi * MM_PER_INCH
    page = encode_page(grainy.image, grainy.mask, budget_kb_per_a4=100, letter_mm=low_mm)
    assert (page.encoding, page.over_budget) == ("jpeg", True)
    high = encode_page(grainy.image, grainy.mask, budget_kb_per_a4=100, letter_mm=2 * low_mm)
    assert (high.encoding, high.over_budget) == ("layers", False)


def test_low_letters_on_smooth_paper_take_less_than_a_jpeg_takes() -> None:
    drawn = draw_page(grain=2)
    page = encode_page(drawn.image, drawn.mask, budget_kb_per_a4=10, letter_mm=0.5)
    assert (page.encoding, page.over_budget) == ("jpeg2000", True)
    assert page.size < 0.7 * len(encode_jpeg(drawn.image, quality=70))


def test_low_letters_are_no_jpeg_2000_that_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = draw_page(grain=2)
    failed = FidelityReport(defects=("lost_ink",))
    monkeypatch.setattr("scanpipe.package.pages.single_image.check_fidelity", lambda *_page: failed)
    page = encode_page(drawn.image, drawn.mask, budget_kb_per_a4=10, letter_mm=0.5)
    assert (page.encoding, page.over_budget) == ("jpeg", True)


WORDS = "Nguyen Thi Phuong sinh ngay 27 thang 10"
LINES = range(100, 900, 60)


def written(lines: Sequence[int] = LINES) -> tuple[Raster, Raster]:
    """Return a page of print at 200 dpi, on paper with grain, and its mask."""
    grain = np.random.default_rng(5).integers(-4, 5, (1000, 1200, 1))
    image = np.clip(np.array((236, 228, 208)) + grain, 0, 255).astype(np.uint8)
    mask = np.full(image.shape[:2], 255, np.uint8)
    for foot in lines:
        cv2.putText(image, WORDS, (60, foot), cv2.FONT_HERSHEY_SIMPLEX, 1, (50, 46, 44), 2, cv2.LINE_AA)
        cv2.putText(mask, WORDS, (60, foot), cv2.FONT_HERSHEY_SIMPLEX, 1, 0, 2)
    return Raster(pixels=image, dpi=200), Raster(pixels=mask, dpi=200)


def run_together(mask: Raster, rows: slice) -> Raster:
    pixels = mask.pixels.copy()
    pixels[rows] = cv2.erode(pixels[rows], np.ones((15, 41), np.uint8))
    return mask.replace(pixels)


@pytest.mark.parametrize("rows", [slice(0, 1000), slice(425, 475)], ids=["everywhere", "in one line"])
def test_letters_that_a_mask_runs_together_are_opened_again(rows: slice) -> None:
    image, mask = written()
    page = encode_page(image, run_together(mask, rows), budget_kb_per_a4=60)
    assert (page.encoding, page.defects) == ("layers", ())
    seen, drawn = render(page, 200), mask.pixels == 0
    gaps = ~drawn & ~near(drawn)
    assert np.percentile(seen[gaps].min(axis=1), 1) > 150
    assert np.percentile(seen[drawn].max(axis=1), 75) < 110


@pytest.mark.parametrize("rows", [slice(0, 1000), slice(425, 475)], ids=["everywhere", "in one line"])
def test_lines_that_became_bars_are_unlike_what_they_were(rows: slice) -> None:
    image, mask = written()
    reference = reference_of(image, mask)
    bars = image.pixels.copy()
    bars[run_together(mask, rows).pixels == 0] = 100
    rendered = cv2.resize(bars, reference.depth.shape[::-1], interpolation=cv2.INTER_AREA)
    became = stroke_mismatch(
        reference.reduced, reference.reduced.replace(np.asarray(rendered, np.uint8)), reference.in_mask
    )
    stayed = stroke_mismatch(reference.reduced, reference.reduced, reference.in_mask)
    assert became.share > fidelity.MAX_MISMATCH or became.worst_share > fidelity.MAX_LOCAL_MISMATCH
    assert stayed.share == stayed.worst_share == 0


def test_pencil_beside_the_writing_keeps_better_paper_than_the_budget_asks_for() -> None:
    image, mask = written()
    pencil = image.pixels.copy()
    for foot in range(130, 900, 60):
        cv2.putText(
            pencil, "doi chieu 1985", (760, foot), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (207, 199, 180), 2, cv2.LINE_AA
        )
    lean = encode_page(image, mask, budget_kb_per_a4=25)
    kept = encode_page(image.replace(pencil), mask, budget_kb_per_a4=25)
    assert not kept.defects
    assert len(kept.base.data) > 1.5 * len(lean.base.data)


def test_pencil_that_stands_on_rules_is_checked_like_any_other() -> None:
    image, mask = written()
    pixels, ink = image.pixels.copy(), mask.pixels.copy()
    for foot in range(130, 900, 60):
        cv2.putText(pixels, "doi chieu", (760, foot), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (207, 199, 180), 2, cv2.LINE_AA)
        for picture, level in ((pixels, (60, 60, 60)), (ink, (0,))):
            cv2.line(picture, (40, foot + 1), (1160, foot + 1), level, 2)
    reference = reference_of(image.replace(pixels), mask.replace(ink))
    notes = reference.faint_ink[:, 380:]
    without_rules_in_mask = reference_of(image.replace(pixels), mask)
    assert np.count_nonzero(notes) > 0.5 * np.count_nonzero(without_rules_in_mask.faint_ink[:, 380:])
    assert np.count_nonzero(notes) > 1000


def test_a_seal_is_cut_out_once_whatever_else_was_found_within_it(grainy: DrawnPage) -> None:
    width, height = grainy.image.width, grainy.image.height
    seal = (width // 3, height // 3, width * 9 // 10, height * 9 // 10)
    star = (width // 2, height // 2, width * 3 // 4, height * 3 // 4)
    page = encode_page(grainy.image, grainy.mask, budget_kb_per_a4=200, seals=[star, seal])
    (patch,) = page.patches
    assert patch.box_mm[2] > 0.5 * page.size_mm[0]


def test_writing_that_the_mask_missed_is_kept_in_its_greys() -> None:
    image, mask = written()
    nothing = mask.replace(np.full_like(mask.pixels, 255))
    assert encode_page(image, nothing, budget_kb_per_a4=60).encoding in {"jpeg", "jpeg2000"}


def test_what_a_mask_takes_for_ink_on_bare_paper_stays_paper() -> None:
    image, mask = written()
    spots = mask.pixels.copy()
    spots[920:940, 100:1000:40] = 0
    page = encode_page(image, mask.replace(spots), budget_kb_per_a4=60)
    assert (page.encoding, page.defects) == ("layers", ())
    assert render(page, 200)[920:940].min() > 180


@pytest.mark.parametrize(
    ("of_page", "of_reference", "defect"), [(LINES, LINES[:-1], "spurious_ink"), (LINES[:-1], LINES, "lost_ink")]
)
def test_the_fidelity_check_sees_a_line_too_many_or_too_few(of_page: range, of_reference: range, defect: str) -> None:
    page = encode_page(*written(of_page), budget_kb_per_a4=60)
    assert defect in fidelity.check_fidelity(page, reference_of(*written(of_reference)), ()).defects


@pytest.mark.parametrize("dpi", [299.0, 300.0, 301.0])
def test_a_hair_of_resolution_does_not_double_the_paper(dpi: float) -> None:
    image, mask = written()
    paper = background_layer(Raster(pixels=image.pixels, dpi=dpi), Raster(pixels=mask.pixels, dpi=dpi), 100)
    assert paper.raster.width == 400


def test_a_seal_is_drawn_sharper_than_the_paper(grainy: DrawnPage) -> None:
    width, height = grainy.image.width, grainy.image.height
    box = (width * 3 // 5, height // 2, width, height)
    page = encode_page(grainy.image, grainy.mask, budget_kb_per_a4=100, seals=[box])
    (patch,) = page.patches
    left, top, across, down = patch.box_mm
    assert patch.width / across >= 1.9 * page.base.width / page.base.box_mm[2]
    assert (left + across, top + down) == pytest.approx(grainy.image.size_mm, abs=0.2)


@pytest.mark.parametrize("budget_kb", [20, 1500, 40_000])
def test_grey_stays_grey_and_colour_stays_colour(budget_kb: float) -> None:
    assert not encode(draw_page(colour=False), budget_kb=budget_kb).base.colour
    assert encode(draw_page(), budget_kb=budget_kb).base.colour


@pytest.mark.parametrize("budget_kb", [5, 100, 1500])
def test_the_same_page_gives_the_same_bytes(grainy: DrawnPage, budget_kb: float) -> None:
    assert encode(grainy, budget_kb=budget_kb) == encode(grainy, budget_kb=budget_kb)
