"""What people typed into a workbook is never lost when it is made again."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.errors import WorkbookError
from scanpipe.model import CaseKey
from scanpipe.package.convention import Convention
from scanpipe.package.filled import ReadSheet, RowKey, SheetRow, read_filled
from scanpipe.package.index import write_workbook
from scanpipe.package.merge import Source, Typed, merge_typed
from scanpipe.package.workbook_rules import Columns

COLUMNS = Columns()
TYPED = ("nksHoTen", "ghiChu")


def key(number: int) -> RowKey:
    return RowKey(case=CaseKey(year=2010, number=str(number)), volume=1, book_year=2010)


def cells(number: int, **others: str) -> dict[str, str]:
    known = {"STT": str(number), "so": f"{number:02}/2010", "quyenSo": "01/2010", "trangSo": str(number)}
    return {**known, "noiDangKy": "Hàm Rồng", "ngayDangKy": "", **others}


def sheet(*rows: dict[str, str]) -> ReadSheet:
    headers = tuple(dict.fromkeys(header for row in rows for header in row))
    return ReadSheet(headers=headers, rows=tuple(SheetRow(line=n, cells=row) for n, row in enumerate(rows, 2)))


def merge(known: list[dict[str, str]], *filled: ReadSheet, written: list[dict[str, str]] | None = None) -> Typed:
    sources = [Source(name=f"{number}.xlsx", sheet=found) for number, found in enumerate(filled, 1)]
    before: dict[RowKey, dict[str, set[str]]] = {}
    for row in written or []:
        for column, value in row.items():
            before.setdefault(key_of(row), {}).setdefault(column, set()).add(value)
    return merge_typed({key_of(row): row for row in known}, sources, written=before, columns=COLUMNS)


def key_of(row: dict[str, str]) -> RowKey:
    return key(int(row["so"].split("/")[0]))


def test_what_was_typed_stays_with_its_case_wherever_the_row_stands_now() -> None:
    typed = merge([cells(1), cells(2)], sheet(cells(2, STT="1", nksHoTen="Lan"), cells(1, STT="2", nksHoTen="Bình")))
    assert {found.case.number: dict(row) for found, row in typed.cells.items()} == {
        "1": {"nksHoTen": "Bình"},
        "2": {"nksHoTen": "Lan"},
    }
    assert not typed.conflicts


def test_what_scanpipe_wrote_before_gives_way_in_silence_and_what_a_person_wrote_does_not() -> None:
    before = [cells(1, ngayDangKy="01.02.2010"), cells(2, ngayDangKy="01.02.2010")]
    filled = sheet(before[0], cells(2, ngayDangKy="03.02.2010"))
    typed = merge([cells(1, ngayDangKy="05.02.2010"), cells(2, ngayDangKy="05.02.2010")], filled, written=before)
    assert {found.case.number: dict(row) for found, row in typed.cells.items() if row} == {
        "2": {"ngayDangKy": "03.02.2010"}
    }
    (conflict,) = typed.conflicts
    assert conflict == "ngayDangKy: '03.02.2010' stands, not '05.02.2010' (cases 2/2010)"


def test_a_persons_correction_is_no_conflict_while_nothing_else_is_known() -> None:
    before = [cells(1, ngayDangKy="01.02.2010")]
    typed = merge(before, sheet(cells(1, ngayDangKy="02.02.2010")), written=before)
    assert typed.cells[key(1)] == {"ngayDangKy": "02.02.2010"} and not typed.conflicts


def test_what_scanpipe_wrote_in_any_revision_was_not_typed() -> None:
    first, second = cells(1, ngayDangKy="01.02.2010"), cells(1, ngayDangKy="05.02.2010")
    typed = merge([second], sheet(second), sheet({**first, "nksHoTen": "Lan"}), written=[first, second])
    assert typed.cells[key(1)] == {"nksHoTen": "Lan"} and not typed.conflicts


def test_the_page_must_agree_with_the_pdf_and_what_was_typed_is_told() -> None:
    typed = merge([cells(1), cells(2)], sheet(cells(1, trangSo="7"), cells(2, trangSo="002")))
    assert not any(typed.cells.values())
    assert typed.conflicts == ("trangSo: '1' stands, not '7' (cases 1/2010)",)


def test_two_workbooks_that_differ_are_told_and_the_later_stands() -> None:
    typed = merge([cells(1)], sheet(cells(1, nksHoTen="Lan", ghiChu="a")), sheet(cells(1, nksHoTen="Loan", ghiChu="")))
    assert typed.cells[key(1)] == {"nksHoTen": "Loan", "ghiChu": "a"}
    assert typed.conflicts == ("nksHoTen: 'Loan' of 2.xlsx stands, not 'Lan' (cases 1/2010)",)


def test_rows_of_no_case_and_doubles_are_kept_aside_and_told() -> None:
    rows = (cells(1, nksHoTen="a"), cells(1, nksHoTen="b"), cells(9, nksHoTen="c"), cells(1, so="x", nksHoTen="d"))
    typed = merge([cells(1)], sheet(*rows))
    assert [row["nksHoTen"] for row in typed.unmatched] == ["b", "c", "d"]
    assert len(typed.conflicts) == 3


def test_a_row_of_a_case_that_left_the_book_and_was_not_filled_in_goes_in_silence() -> None:
    typed = merge([cells(1)], sheet(cells(1), cells(2, nksHoTen="")))
    assert not typed.unmatched and not typed.conflicts


def test_the_same_conflict_in_many_rows_is_told_once() -> None:
    typed = merge([cells(n) for n in (1, 2)], sheet(*(cells(n, noiDangKy="UBND Hàm Rồng") for n in (1, 2))))
    assert typed.conflicts == ("noiDangKy: 'UBND Hàm Rồng' stands, not 'Hàm Rồng' (cases 1/2010, 2/2010)",)


values = st.text("abc", max_size=2)
rows = st.lists(st.tuples(st.integers(1, 6), values, values), max_size=8)


@given(known=st.sets(st.integers(1, 6), min_size=1), first=rows, second=rows)
def test_every_typed_value_stands_in_a_row_beside_or_in_a_conflict(known, first, second) -> None:
    filled = [sheet(*(cells(n, nksHoTen=a, ghiChu=b) for n, a, b in rows)) for rows in (first, second)]
    typed = merge([cells(n) for n in sorted(known)], *filled)
    for found in filled:
        for row in found.rows:
            number = int(row.cells["so"][:2])
            for column in TYPED:
                value = row.cells[column]
                kept = typed.cells.get(key(number), {}).get(column) == value
                aside = any(left["so"] == row.cells["so"] and left[column] == value for left in typed.unmatched)
                told = any(f"not {value!r}" in line for line in typed.conflicts)
                assert not value or kept or aside or told


def saved(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "DL Import"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_dates_that_a_spreadsheet_program_made_become_what_was_typed(tmp_path: Path) -> None:
    rows = ("so", "quyenSo", "ngay", "luc"), ("1/2010", "1/2010", datetime(2010, 2, 1), datetime(2010, 2, 1, 8, 30))
    cells = read_filled(saved(tmp_path / "x.xlsx", *rows), sheet="DL Import", columns=COLUMNS).rows[0].cells
    assert (cells["ngay"], cells["luc"]) == ("01.02.2010", "01.02.2010 08:30")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ((("so", "quyenSo", "a", "a "), ("1/2010", "1/2010", "x", "y")), "2 columns are called a"),
        ((("so", "quyenSo"), ("1/2010", "1/2010", "x")), "cell C2 stands under no header"),
        ((("so", "quyenSo", "a"), ("1/2010", "1/2010", "=1+1")), "cell C2 holds a formula without a value"),
    ],
)
def test_what_would_be_lost_is_refused_by_its_cell(tmp_path: Path, rows, problem: str) -> None:
    path = saved(tmp_path / "x.xlsx", *rows)
    with pytest.raises(WorkbookError, match=problem) as refused:
        read_filled(path, sheet="DL Import", columns=COLUMNS)
    assert "x.xlsx" in refused.value.message


def test_what_was_typed_is_written_and_read_back_with_columns_and_rows_of_its_own(
    tmp_path: Path, convention: Convention
) -> None:
    typed = merge(
        [cells(1), cells(2)],
        sheet(cells(2, nksHoTen="Lan", maHoSo="7"), cells(9, nksHoTen="Bình"), cells(1, nksHoTen="=1+1")),
    )
    known = {key(n): cells(n) for n in (1, 2)}
    path = tmp_path / "x.xlsx"
    path.write_bytes(write_workbook(known, kind="KS", rules=convention.workbook, typed=typed))
    first, second = read_filled(path, sheet="DL Import", columns=COLUMNS).rows
    assert (first.cells["nksHoTen"], second.cells["nksHoTen"], second.cells["maHoSo"]) == ("=1+1", "Lan", "7")
    (aside,) = read_filled(path, sheet="Khong khop", columns=COLUMNS).rows
    assert (aside.cells["so"], aside.cells["nksHoTen"]) == ("09/2010", "Bình")
