import numpy as np
import pytest

from samples.generate import draw_page
from samples.truth import SamplePage
from samples.wear import LEVELS, paper_of, wear, wear_as

DPI = 100


@pytest.fixture(scope="module")
def page() -> SamplePage:
    return draw_page("form", seed=3, dpi=DPI)


def ink_contrast(page: SamplePage) -> float:
    """Return how much darker true ink is than true paper around it, in grey levels."""
    grey = page.pixels.mean(axis=2)
    return float((paper_of(page.pixels, page.dpi).mean(axis=2) - grey)[page.ink].mean())


KINDS = {"fading": 0.7, "smudge": 0.8, "stain": 0.8, "bleed": 0.8, "shadow": 0.8, "skew": 2.0, "border": 6.0}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_wear_changes_the_page_and_is_repeatable(kind: str, page: SamplePage) -> None:
    worn, again = (wear(page, seed=4, **{kind: KINDS[kind]}) for _ in range(2))
    assert np.array_equal(worn.pixels, again.pixels)
    assert worn.pixels.shape != page.pixels.shape or (worn.pixels != page.pixels).mean() > 0.002


def test_no_wear_changes_nothing(page: SamplePage) -> None:
    assert wear(page, seed=4) is not page
    assert np.array_equal(wear(page, seed=4).pixels, page.pixels)


@pytest.mark.parametrize("kind", ["fading", "smudge", "stain", "bleed", "shadow"])
def test_wear_of_the_paper_leaves_the_truth_alone(kind: str, page: SamplePage) -> None:
    worn = wear(page, seed=4, **{kind: KINDS[kind]})
    assert worn.lines == page.lines
    assert worn.page_box == page.page_box
    assert np.array_equal(worn.ink, page.ink)


@pytest.mark.parametrize(("skew", "border"), [(2.7, 0.0), (-2.7, 0.0), (1.5, 8.0), (-3.0, 5.0), (0.0, 5.0)])
def test_the_truth_moves_with_the_pixels(skew: float, border: float, page: SamplePage) -> None:
    worn = wear(page, seed=4, skew=skew, border=border)
    assert worn.ink.shape == worn.pixels.shape[:2]
    assert ink_contrast(worn) > 0.9 * ink_contrast(page)
    red, green, _blue = worn.pixels[worn.seal & ~worn.ink].mean(axis=0)
    assert red > 1.5 * green
    for line in (line for line in worn.lines if line.width > 20):
        inside = worn.ink[max(line.top, 0) : line.top + line.height, max(line.left, 0) : line.left + line.width]
        assert inside.any(), line


def test_a_positive_angle_runs_down_to_the_right(page: SamplePage) -> None:
    worn = wear(page, seed=4, skew=2.0, border=6.0)
    (left, top), (right, right_top) = worn.page_box[0], worn.page_box[1]
    assert worn.angle_deg == 2.0
    assert np.degrees(np.arctan2(right_top - top, right - left)) == pytest.approx(2.0, abs=1e-6)


def test_the_halves_of_a_spread_may_lie_at_two_angles() -> None:
    spread = draw_page("form", seed=2, paper="A3", dpi=DPI)
    worn = wear(spread, seed=4, skew=-1.0, fold=1.5, border=6.0)
    assert (worn.angle_deg, worn.right_angle_deg) == (-1.0, 0.5)
    assert ink_contrast(worn) > 0.9 * ink_contrast(spread)
    assert worn.ink.sum() == pytest.approx(spread.ink.sum(), rel=0.05)


def test_with_a_border_the_whole_page_is_seen_on_black(page: SamplePage) -> None:
    worn = wear(page, seed=4, skew=-2.5, border=6.0)
    height, width = worn.ink.shape
    assert all(0 <= x <= width - 1 and 0 <= y <= height - 1 for x, y in worn.page_box)
    assert worn.pixels[:3].mean() < 40
    assert worn.ink.sum() == pytest.approx(page.ink.sum(), rel=0.05)


def test_fading_pales_the_ink_more_the_stronger_it_is(page: SamplePage) -> None:
    contrasts = [ink_contrast(wear(page, seed=4, fading=strength)) for strength in (0.0, 0.4, 0.8)]
    assert contrasts[0] > 1.2 * contrasts[1] > 1.2 * 1.2 * contrasts[2]


def test_each_level_is_worse_than_the_one_before(page: SamplePage) -> None:
    contrasts = [ink_contrast(wear_as(page, LEVELS[level], seed=4)) for level in sorted(LEVELS)]
    assert contrasts == sorted(contrasts, reverse=True)


def test_a_spread_is_darkest_at_its_middle() -> None:
    spread = wear(draw_page("table", seed=2, paper="A3", dpi=72), shadow=0.8)
    columns = np.median(spread.pixels.mean(axis=2), axis=0)
    assert abs(int(columns.argmin()) - columns.size // 2) < columns.size * 0.02
