"""A page beside those before it: a number that does not follow is told, one that cannot be read is not."""

from pathlib import Path

import pytest

from scanpipe.capture.checks import CaptureChecks
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.capture.earlier_pages import EarlierPages
from scanpipe.flows.station import create_station, open_station


def checks(number: int | None) -> CaptureChecks:
    measured = {"ink_share": 0.05, "dark_share": 0.01, "paper": 230.0, "contrast": 120.0, "blur_mm": 0.1}
    return CaptureChecks(**measured, colour=True, flags=(), page_number=number)


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [([1, 2, 3], []), ([1, None, 3], []), ([1, 2, 4], [4]), ([None, 7, 9], [9]), ([5, 5, 6], [])],
)
def test_a_page_number_that_does_not_follow_is_told(tmp_path: Path, numbers: list[int | None], gaps: list[int]) -> None:
    create_station(tmp_path / "station")
    with open_station(tmp_path / "station", purpose="test") as station:
        add_book(station, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails())
        earlier = EarlierPages(station, book_facts(station, "KS.2010.01"))
        found = [earlier.compared(checks(number), body=True) for number in numbers]
    assert [page.page_number for page in found if "number_gap" in page.flags] == gaps
