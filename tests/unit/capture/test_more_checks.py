"""Each fault of a capture is made on a drawn page, and found; the page as it is has none."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scanpipe.capture.checks import BAD_FLAGS, CaptureChecks, CheckLimits, check_capture, compare_capture
from scanpipe.capture.checks.page_number import follows, read_page_number
from scanpipe.flows.capture.check_limits import check_limits
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.files import Reading, open_pages
from scanpipe.settings.station import CheckSettings
from scanpipe.settings.toml_files import data_folder
from scanpipe.vocabularies.flags import FLAGS
from tests.grain import with_grain

DPI = 150
A4 = (1754, 1240)
WORDS = [
    "Nguyen",
    "Van",
    "Thanh",
    "Hoa",
    "ngay",
    "que",
    "dan",
    "toc",
    "Kinh",
    "noi",
    "Dong",
    "Tho",
    "huyen",
    "me",
    "ten",
]


def lines_of(seed: int, *, printed: int | None = None) -> Pixels:
    """A page of writing drawn by lot; with `printed`, every other line is of the form of that number."""
    page = np.full((*A4, 3), 228, np.uint8)
    hand, form = np.random.default_rng(seed), np.random.default_rng(printed)
    for line in range(24):
        lot = form if printed is not None and line % 2 == 0 else hand
        text = " ".join(lot.choice(WORDS, 6))
        cv2.putText(page, text, (120, 160 + line * 62), cv2.FONT_HERSHEY_TRIPLEX, 1.15, (55,) * 3, 2, cv2.LINE_AA)
    return with_grain(page, seed=3)


@pytest.fixture(scope="module")
def page() -> Pixels:
    return lines_of(1)


def checked(levels: NDArray[np.generic], **limits: float) -> CaptureChecks:
    pixels = np.clip(np.rint(np.asarray(levels, np.float32)), 0, 255).astype(np.uint8)
    return check_capture(Raster(pixels=pixels, dpi=DPI), limits=CheckLimits(**limits))  # type: ignore[arg-type]


def placed(pixels: Pixels, angle_deg: float, right: float = 0, down: float = 0) -> Pixels:
    matrix = cv2.getRotationMatrix2D((A4[1] / 2, A4[0] / 2), angle_deg, 1) + np.array([[0, 0, right], [0, 0, down]])
    return np.asarray(cv2.warpAffine(pixels, matrix, A4[::-1], borderValue=(228,) * 3), np.uint8)


def shadowed(pixels: Pixels, *, slope: float = 0.01) -> NDArray[np.float32]:
    rows, columns = np.indices(A4, np.float32)
    below = rows - 800 - slope * columns
    return np.asarray(pixels - 45 * np.exp(-0.5 * (below / 1.5) ** 2)[..., None], np.float32)


SPOILED: dict[str, Callable[[Pixels], NDArray[np.generic]]] = {
    "too_dark": lambda page: page * 0.4,
    "overexposed": lambda page: page * 3.6,
    "edge_cut": lambda page: page[:, 420:],
    "askew": lambda page: placed(page, 5),
    "two_sheets": shadowed,
}


def test_a_page_as_it_should_be_has_no_flag(page: Pixels) -> None:
    checks = checked(page)
    assert checks.flags == ()
    assert checks.skew_deg == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("flag", SPOILED)
def test_a_spoiled_page_is_told(page: Pixels, flag: str) -> None:
    assert checked(SPOILED[flag](page)).flags == (flag,)


@pytest.mark.parametrize(
    ("flag", "limit"),
    [("edge_cut", "edge_strokes"), ("askew", "skew_deg"), ("two_sheets", "sheet_edge")],
)
def test_nought_switches_a_check_off(page: Pixels, flag: str, limit: str) -> None:
    assert checked(SPOILED[flag](page), **{limit: 0}).flags == ()


def test_a_table_filled_in_by_hand_shows_which_way_up_it_lies() -> None:
    with open_pages(data_folder("samples") / "05-table.jpg", Reading()) as pages:
        table = pages.frame(0).raster
    assert "upside_down" not in check_capture(table).flags
    turned = table.replace(np.ascontiguousarray(table.pixels[::-1, ::-1]))
    assert "upside_down" in check_capture(turned).flags
    assert "upside_down" not in check_capture(turned, limits=CheckLimits(upside_down=0)).flags


def test_marks_say_where_a_flag_is_about(page: Pixels) -> None:
    (cut,) = checked(SPOILED["edge_cut"](page)).marks
    assert (cut.flag, cut.left_mm) == ("edge_cut", 0.0)
    assert cut.height_mm > 100
    (edge,) = checked(SPOILED["two_sheets"](page)).marks
    assert edge.top_mm + edge.height_mm / 2 == pytest.approx((800 + 6.2) / DPI * 25.4, abs=3)


def test_rules_that_run_to_the_edge_and_seals_across_it_are_no_cut_writing(page: Pixels) -> None:
    ruled = page.copy()
    ruled[200:1600:62, :] = 120
    cv2.circle(ruled, (A4[1] - 10, 900), 120, (200, 60, 60), 6)
    assert "edge_cut" not in checked(ruled).flags


def test_dirt_along_an_edge_and_the_grain_of_a_board_are_no_cut_writing(page: Pixels) -> None:
    dirty, board = page.copy(), page.copy()
    for row in range(100, 1600, 40):
        dirty[row : row + 10, :8] = 165
    board[:, -60:] = 150
    board[::20, -60:], board[7::20, -60:] = 60, 60
    assert "edge_cut" not in checked(dirty).flags
    assert "edge_cut" not in checked(board).flags


def test_a_page_scanned_twice_is_told_though_it_lies_otherwise() -> None:
    book = [checked(lines_of(seed, printed=9)) for seed in range(6)]
    again = placed(lines_of(2, printed=9), 0.8, right=12, down=-18) * 0.95 + 4
    assert compare_capture(checked(again), book) == ("duplicate",)


def test_other_pages_of_one_form_and_forms_that_nobody_filled_in_are_not_told() -> None:
    book = [checked(lines_of(seed, printed=9)) for seed in range(8)]
    for number in range(1, len(book)):
        assert compare_capture(book[number], book[:number]) == ()
    empty = checked(lines_of(1, printed=9))
    assert "duplicate" not in compare_capture(empty, [empty] * 5)


def test_a_line_on_one_page_is_no_dust_and_on_five_it_is(page: Pixels) -> None:
    dusty = page.astype(np.float32)
    dusty[:, 330:332] -= 40
    line = checked(dusty)
    assert line.lines_mm == (pytest.approx(331 / DPI * 25.4, abs=0.5),)
    others = [checked(page)] * 4
    assert compare_capture(line, others) == ()
    assert "dust_line" in compare_capture(line, [*others, *[line] * 4])


def test_dust_is_found_beside_a_printed_frame(page: Pixels) -> None:
    framed = page.copy()
    cv2.rectangle(framed, (104, 104), (1136, 1650), (70,) * 3, 3)
    dusty = framed.astype(np.float32)
    dusty[:, 110:112] -= 40
    assert checked(framed).lines_mm == ()
    assert checked(dusty).lines_mm == (pytest.approx(111 / DPI * 25.4, abs=0.5),)


def test_each_side_of_a_sheet_is_seen_through_a_glass_of_its_own(page: Pixels) -> None:
    front, back = (replace(checked(page), side=side) for side in ("front", "back"))
    dusty = replace(front, lines_mm=(55.9,))
    book = [dusty, back] * 4
    assert compare_capture(dusty, book) == ("dust_line",)
    assert compare_capture(replace(dusty, side="back"), book) == ()
    assert compare_capture(dusty, [*[dusty, back] * 3, front, back, front, back]) == ()


def test_paper_gone_white_is_told_beside_pages_that_show_it_though_their_ink_is_black(page: Pixels) -> None:
    black = (page.astype(np.float32) - 50) * 1.3
    white = checked(black * 1.3)
    assert white.flags == ()
    assert "overexposed" in compare_capture(white, [checked(black)] * 6)
    assert "overexposed" not in compare_capture(white, [white] * 6)


def test_the_edge_of_a_sheet_shows_among_rules_that_end_within_the_page(page: Pixels) -> None:
    ruled = page.copy()
    ruled[1630:1633, 90:-90] = 170
    assert checked(ruled).flags == ()
    assert checked(shadowed(ruled, slope=0)).flags == ("two_sheets",)
    ruled[1630:1633] = 170
    assert "two_sheets" not in checked(shadowed(ruled, slope=0)).flags


def test_the_edge_of_a_sheet_is_told_that_ends_where_the_paper_ends(page: Pixels) -> None:
    framed = shadowed(page)
    framed[:, 1130:] = 10
    assert "two_sheets" in checked(framed).flags
    framed[700:900, 900:1130] = page[700:900, 900:1130]
    assert "two_sheets" not in checked(framed).flags


def test_the_edge_of_the_paper_itself_is_none_of_a_second_sheet(page: Pixels) -> None:
    lid = page.astype(np.float32)
    lid[:150] = 20
    lid[200:203] -= 50
    assert "two_sheets" not in checked(lid).flags


def test_a_drift_of_tone_is_told() -> None:
    tones = [checked(lines_of(7) - np.array([0, 0, step], np.float32)) for step in (0, 8, 16, 24)]
    day = [tone for tone in tones for _page in range(10)]
    assert "tone_drift" not in compare_capture(tones[0], [tones[0]] * 40)
    assert "tone_drift" in compare_capture(tones[-1], day)


def test_another_size_is_told_and_a_longer_page_may_be_two_sheets(page: Pixels) -> None:
    book = [checked(page)] * 5
    assert "wrong_size" in compare_capture(checked(page[:, :900]), book)
    longer = checked(np.concatenate([page, page[:300]]))
    assert {"wrong_size", "two_sheets"} <= set(compare_capture(longer, book))
    assert "wrong_size" in compare_capture(checked(page), [], spread=True)


def test_every_bad_flag_has_its_words_and_the_settings_are_the_limits() -> None:
    assert set(FLAGS) >= BAD_FLAGS
    assert check_limits(CheckSettings()) == CheckLimits()


@pytest.mark.parametrize("number", [17, 112])
def test_a_number_in_a_corner_is_read(number: int) -> None:
    page = np.full((700, *A4[1:], 3), 235, np.uint8)
    cv2.putText(page, str(number), (A4[1] - 180, 90), cv2.FONT_HERSHEY_DUPLEX, 1.6, (40,) * 3, 3, cv2.LINE_AA)
    assert read_page_number(Raster(pixels=page, dpi=DPI)) == number
    assert read_page_number(Raster(pixels=np.full_like(page, 235), dpi=DPI)) is None


def test_a_number_follows_the_newest_that_was_read() -> None:
    assert follows(5, [])
    assert follows(5, [3, 4])
    assert follows(5, [3, None])
    assert not follows(7, [4, 5])
    assert not follows(6, [4, None, None, None])


@pytest.mark.parametrize("shape", [(1, 1), (1, 500, 3), (500, 1), (30, 30, 3), (100, 2000), (2000, 100, 3)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_pictures_of_any_size_are_looked_at(shape: tuple[int, ...], level: int) -> None:
    pixels = np.full(shape, level, np.uint8)
    pixels[::4] = 255 - level
    for dpi in (30, 300, 1200):
        found = check_capture(Raster(pixels=pixels, dpi=dpi))
        compare_capture(found, [found] * 6)
