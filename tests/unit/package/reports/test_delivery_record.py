from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.errors import PackageError
from scanpipe.model import Page, Part
from scanpipe.package.reports.delivery_record import (
    DeliveredPage,
    condition,
    encode_delivery_record,
    read_delivery_record,
    total,
)
from tests.sample_delivery import sample_delivery

A4 = {"width_mm": 210.0, "height_mm": 297.0}


def test_pages_are_counted_by_part_paper_and_condition() -> None:
    pages = (
        DeliveredPage(page="F1", **A4),
        DeliveredPage(page="1", **A4),
        DeliveredPage(page="2", width_mm=420, height_mm=297, condition="damaged"),
        DeliveredPage(page="3", **A4, condition="blank"),
        DeliveredPage(page="B1", width_mm=250, height_mm=350),
    )
    found = sample_delivery(pages=pages, in_pdfs=("F1", "1", "2", "2", "3", "B1"))
    figures = found.figures
    assert (figures.front, figures.body, figures.back, figures.pages) == (1, 3, 1, 5)
    assert [(paper.name, paper.pages, paper.a4) for paper in figures.papers] == [
        ("A3", 1, 2.0),
        ("A4", 3, 3.0),
        ("25 × 35 cm", 1, 1.4),
    ]
    assert (figures.a4, figures.blank, figures.damaged) == (6.4, 1, 1)
    assert (figures.pages_in_pdfs, figures.a4_in_pdfs) == (6, 8.4)
    assert found.pages_in("damaged") == (Page(part=Part.BODY, number=2),)


SIDES = st.floats(min_value=50, max_value=900)
PAGES = st.lists(
    st.builds(
        DeliveredPage,
        page=st.integers(1, 9999).map(str),
        width_mm=SIDES,
        height_mm=SIDES,
        condition=st.sampled_from(["", "blank", "damaged"]),
    ),
    max_size=30,
    unique_by=lambda page: page.page,
).map(tuple)


@given(st.lists(PAGES, max_size=4), st.booleans())
def test_every_sum_is_that_of_the_figures_shown(books: list[tuple[DeliveredPage, ...]], iso_sizes: bool) -> None:
    records = [
        sample_delivery(pages=pages, iso_sizes=iso_sizes, in_pdfs=2 * tuple(page.page for page in pages))
        for pages in books
    ]
    figures = [each.figures for each in records]
    sums = total(figures)
    for each, pages in zip(figures, books, strict=True):
        assert each.pages == len(pages) == sum(paper.pages for paper in each.papers)
        assert each.a4 == round(sum(page.a4(iso_sizes=iso_sizes) for page in pages), 2)
        assert (each.pages_in_pdfs, each.a4_in_pdfs) == (2 * each.pages, round(2 * each.a4, 2))
        assert each.blank + each.damaged <= each.pages
    for name in (
        "front",
        "body",
        "back",
        "pages",
        "pages_in_pdfs",
        "cases",
        "missing",
        "blank",
        "damaged",
        "pdfs",
        "rows",
    ):
        assert getattr(sums, name) == sum(getattr(each, name) for each in figures)
    assert sums.a4 == round(sum(each.a4 for each in figures), 2)
    assert sum(paper.pages for paper in sums.papers) == sums.pages


@pytest.mark.parametrize(
    ("flags", "capture_flags", "reasons", "said"),
    [
        ((), (), (), ""),
        (("blank",), (), (), "blank"),
        (("blank", "noisy"), (), (), "blank"),
        (("faint",), (), (), "damaged"),
        (("hard_to_read",), (), (), "damaged"),
        ((), ("low_contrast",), (), "damaged"),
        ((), (), ("faded",), "damaged"),
        ((), ("blank", "blurred"), ("cut-off",), ""),
        (("skew_unsure", "clipped"), (), ("other",), ""),
    ],
)
def test_what_is_said_of_a_page(
    flags: tuple[str, ...], capture_flags: tuple[str, ...], reasons: tuple[str, ...], said: str
) -> None:
    assert condition(flags, capture_flags=capture_flags, reasons=reasons) == said


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "delivery-note.json"
    path.write_bytes(encode_delivery_record(sample_delivery()))
    assert read_delivery_record(path) == sample_delivery()


@pytest.mark.parametrize(
    "content", [None, b"{}", b"\xff", b"[" * 100_000, encode_delivery_record(sample_delivery(in_pdfs=("77",)))]
)
def test_what_is_no_delivery_record_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "delivery-note.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PackageError, match=r"delivery-note\.json") as caught:
        read_delivery_record(path)
    assert "folder of the delivery" in str(caught.value.remedy)
