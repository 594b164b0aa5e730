import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.package.paper_area import PageFigures, PagePaper, a4_of, page_figures, paper_name

SIDES = st.floats(min_value=50, max_value=900)


@pytest.mark.parametrize(
    ("sides", "name", "a4", "measured"),
    [
        ((210, 297), "A4", 1.0, 1.0),
        ((297, 210), "A4", 1.0, 1.0),
        ((213.4, 301.0), "A4", 1.0, 1.03),
        ((204.0, 288.5), "A4", 1.0, 0.94),
        ((297, 420), "A3", 2.0, 2.0),
        ((428, 291), "A3", 2.0, 2.0),
        ((148, 210), "A5", 0.5, 0.5),
        ((105, 148), "A6", 0.25, 0.25),
        ((420, 594), "A2", 4.0, 4.0),
        ((210, 330), "21 × 33 cm", 1.11, 1.11),
        ((350.4, 251.9), "25 × 35 cm", 1.42, 1.42),
        ((199.9, 297), "20 × 30 cm", 0.95, 0.95),
    ],
)
def test_paper_close_to_an_iso_size_counts_as_that_size(
    sides: tuple[float, float], name: str, a4: float, measured: float
) -> None:
    assert (paper_name(*sides), a4_of(*sides, iso_sizes=True), a4_of(*sides, iso_sizes=False)) == (name, a4, measured)


@given(SIDES, SIDES, st.booleans())
def test_a_page_on_its_side_is_of_the_same_paper(width: float, height: float, iso_sizes: bool) -> None:
    assert paper_name(width, height) == paper_name(height, width)
    assert a4_of(width, height, iso_sizes=iso_sizes) == a4_of(height, width, iso_sizes=iso_sizes)


@given(SIDES, SIDES)
def test_an_iso_size_changes_an_area_by_no_more_than_both_sides_may_differ(width: float, height: float) -> None:
    assert a4_of(width, height, iso_sizes=True) == pytest.approx(a4_of(width, height, iso_sizes=False), rel=0.07)


def test_pages_are_counted_once_and_as_they_stand_in_pdfs() -> None:
    papers = [PagePaper(page="1", width_mm=213, height_mm=301), PagePaper(page="2", width_mm=420, height_mm=297)]
    found = page_figures(papers, ["1", "2", "2"], iso_sizes=True)
    assert found == PageFigures(pages=2, a4=3.0, pages_in_pdfs=3, a4_in_pdfs=5.0)


@pytest.mark.parametrize(("labels", "in_pdfs"), [(["1"], ["2"]), (["1", "1"], ["1"])])
def test_pages_that_cannot_be_counted_are_named(labels: list[str], in_pdfs: list[str]) -> None:
    papers = [PagePaper(page=label, width_mm=210, height_mm=297) for label in labels]
    with pytest.raises(ValueError, match=r"[12]"):
        page_figures(papers, in_pdfs, iso_sizes=True)
