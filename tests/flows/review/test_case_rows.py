"""The rows of the workbook beside the pages: typed cells are kept as typed, and go with the scan of their case."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.errors import UsageError, VerdictOutdated
from scanpipe.flows.book.cases import renumber_case
from scanpipe.flows.book.undo import undo_last
from scanpipe.flows.review.case_rows import case_rows, type_into
from scanpipe.flows.station import Station
from scanpipe.state.check import check_journal
from tests.small_books import BOOK, capture_pages, small_book


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of three cases, one on each page."""
    with small_book(tmp_path, pages=3, rule="pages:1") as station:
        capture_pages(station, tmp_path / "scans", 3)
        yield station


def names(station: Station) -> dict[str, str]:
    return {str(row.key): row.cells.get("nksHoTen", "") for row in case_rows(station, 1).rows}


def test_what_scanpipe_knows_and_what_was_typed_stand_in_the_row(station: Station) -> None:
    type_into(station, 1, "1", "nksHoTen", value="Nguyễn Thị Lan", shown="")
    rows = case_rows(station, 1)
    assert rows.columns[:4] == ("so", "quyenSo", "trangSo", "ngayDangKy")
    first = rows.rows[0]
    assert (first.cells["so"], first.cells["quyenSo"], first.cells["trangSo"]) == ("01/2010", "01/2010", "1")
    assert (first.cells["nksHoTen"], first.typed) == ("Nguyễn Thị Lan", {"nksHoTen"})
    assert [page.label for page in first.pages] == ["1"]


def test_it_goes_with_the_scan_where_the_case_is_numbered_anew(station: Station) -> None:
    type_into(station, 1, "1", "nksHoTen", value="Lan", shown="")
    renumber_case(station, BOOK, "1", "7", following=True)
    assert names(station) == {"7/2010": "Lan", "8/2010": "", "9/2010": ""}


def test_it_is_emptied_and_undone(station: Station) -> None:
    type_into(station, 1, "1", "nksHoTen", value="Lan", shown="")
    type_into(station, 1, "1", "nksHoTen", value="", shown="Lan")
    assert names(station)["1/2010"] == ""
    undo_last(station, BOOK)
    assert names(station)["1/2010"] == "Lan"
    undo_last(station, BOOK)
    assert names(station)["1/2010"] == ""


def test_the_count_of_the_page_stands_and_the_difference_is_told(station: Station) -> None:
    type_into(station, 1, "1", "trangSo", value="9", shown="1")
    rows = case_rows(station, 1)
    assert rows.rows[0].cells["trangSo"] == "1"
    assert [str(conflict) for conflict in rows.conflicts] == ["trangSo: kept '1', not '9' (cases 1/2010)"]


def test_what_somebody_typed_meanwhile_is_not_written_over(station: Station) -> None:
    type_into(station, 1, "1", "nksHoTen", value="Lan", shown="")
    with pytest.raises(VerdictOutdated, match="Lan"):
        type_into(station, 1, "1", "nksHoTen", value="Hoa", shown="")


@pytest.mark.parametrize(
    ("number", "header", "value"),
    [("9", "ghiChu", "x"), ("1", "so", "2/2010"), ("1", "quyenSo", "2"), ("1", "mine", "x"), ("1", "ghiChu", "a\x07")],
)
def test_what_cannot_stand_in_the_workbook_is_refused(station: Station, number: str, header: str, value: str) -> None:
    before = station.journal.newest("edit")
    with pytest.raises(UsageError):
        type_into(station, 1, number, header, value=value, shown="")
    assert station.journal.newest("edit") == before


def test_the_store_knows_what_was_typed_of(station: Station) -> None:
    type_into(station, 1, "1", "ghiChu", value="x", shown="")
    assert not check_journal(station.journal)
    references = {row[0] for row in station.journal.db.execute("SELECT rows FROM typed_cell")}
    assert references <= set(station.store.digests())
