"""A book that grows capture by capture, as somebody sees who follows a scan."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from scanpipe.capture.checks import check_capture
from scanpipe.capture.checks.values import Mark
from scanpipe.flows.station import JOURNAL, STORE
from scanpipe.model import Page, Placement
from scanpipe.raster.codecs import encode_master
from scanpipe.state.books import find_book
from scanpipe.state.journal import Journal, json_text
from scanpipe.state.store import Store
from tests.conftest import SMALL_DPI
from tests.page_drawings import draw_page
from tests.small_books import BOOK, small_book

SIZE_MM = (101.6, 76.2)
WIDTH, HEIGHT = 400, 300
"""Of each picture, in pixels."""


def make_followed(folder: Path) -> Path:
    """Make a station with a book of 20 pages, none of which is captured; return its folder."""
    with small_book(folder, pages=20, rule="pages:1"):
        return folder / "station"


def keep(
    station: Path,
    *labels: str,
    flags: tuple[str, ...] = (),
    marks: tuple[Mark, ...] = (),
    regions: tuple[str, ...] = (),
    set_aside: str = "",
) -> int:
    """Keep a small picture on these pages, as a scan would, and return its row; each picture is another."""
    with closing(Journal(station / JOURNAL, write=True)) as journal:
        book = find_book(journal, BOOK).row
        words = (("trang", "-".join(labels) or "không"), ("số", str(journal.newest("capture"))))
        picture = draw_page(words, size_mm=SIZE_MM, dpi=SMALL_DPI).image
        places = zip(labels, regions or ("",) * len(labels), strict=True)
        return journal.add_capture(
            book,
            [Placement(page=Page.parse(label), region=region) for label, region in places],  # type: ignore[arg-type]
            sheet=journal.open_sheet(book, Page.parse(labels[0]) if labels else None, source="test", operator="test"),
            operator="test",
            set_aside=set_aside,
            side="single",
            digest=Store(station / STORE).put(encode_master(picture)),
            width=picture.width,
            height=picture.height,
            dpi=SMALL_DPI,
            device="test",
            flags=json_text(flags),
            checks=json_text(replace(check_capture(picture), marks=marks)),
        )


def mark(flag: str, left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> Mark:
    """Return a place on a picture, as the checks tell it."""
    return Mark(flag=flag, left_mm=left_mm, top_mm=top_mm, width_mm=width_mm, height_mm=height_mm)  # type: ignore[arg-type]
