"""What people typed into a workbook is never lost when it is made again, and never goes to another person."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.messages import language_context
from scanpipe.model import BookId, CaseKey
from scanpipe.package.naming.convention import Convention
from scanpipe.package.naming.workbook_layout import Columns
from scanpipe.package.workbook.index import write_workbook
from scanpipe.package.workbook.issued_rows import map_cases_by_scan
from scanpipe.package.workbook.merge import Source, TypedCells, merge_typed
from scanpipe.package.workbook.reader import ReadSheet, RowKey, SheetRow
from scanpipe.package.workbook.typed_cells import WorkbookStamp, read_stamp, read_typed, stamp_of

COLUMNS = Columns()
TYPED = ("nksHoTen", "ghiChu")
Rows = list[dict[str, str]]


def key(number: int) -> RowKey:
    return RowKey(case=CaseKey(year=2010, number=str(number)), volume=1, book_year=2010)


def cells(number: int, **others: str) -> dict[str, str]:
    known = {"STT": str(number), "so": f"{number:02}/2010", "quyenSo": "01/2010", "trangSo": str(number)}
    return {**known, "noiDangKy": "Hàm Rồng", "ngayDangKy": "", **others}


def by_key(rows: Rows) -> dict[RowKey, dict[str, str]]:
    return {key(int(row["so"].split("/")[0])): row for row in rows}


def source(name: str, *rows: dict[str, str], before: Rows | None = None, **others) -> Source:
    headers = tuple(dict.fromkeys(header for row in rows for header in row))
    read = ReadSheet(headers=headers, rows=tuple(SheetRow(line=n, cells=row) for n, row in enumerate(rows, 2)))
    return Source(name=name, sheet=read, before=by_key(before or []), **others)


def merge(known: Rows, *sources: Source, written: Rows | None = None) -> TypedCells:
    return merge_typed(by_key(known), sources, written=by_key(written or []), columns=COLUMNS)


def told(typed: TypedCells) -> tuple[str, ...]:
    return tuple(map(str, typed.conflicts))


def typed_by_number(typed: TypedCells) -> dict[str, dict[str, str]]:
    return {found.case.number: dict(row) for found, row in typed.cells.items()}


def test_what_was_typed_stays_with_its_case_wherever_the_row_stands_now() -> None:
    plain = [cells(1), cells(2)]
    rows = cells(2, STT="1", nksHoTen="Lan"), cells(1, STT="2", nksHoTen="Bình")
    typed = merge(plain, source("a", *rows, before=plain), written=plain)
    assert typed_by_number(typed) == {"1": {"nksHoTen": "Bình"}, "2": {"nksHoTen": "Lan"}}
    assert not typed.conflicts


def test_what_was_typed_goes_with_its_scan_when_numbers_change() -> None:
    before, now = {key(1): ["a"], key(2): ["b"]}, {key(1): ["a"], key(2): ["new"], key(3): ["b"]}
    plain = [cells(1), cells(2)]
    rows = cells(1, nksHoTen="Lan"), cells(2, nksHoTen="Bình")
    moved = source("a", *rows, before=plain, case_mapping=map_cases_by_scan(before, now))
    typed = merge([cells(1), cells(2), cells(3)], moved, written=plain)
    assert typed_by_number(typed) == {"1": {"nksHoTen": "Lan"}, "3": {"nksHoTen": "Bình"}}
    assert told(typed) == ("a: typed data moves with its scan to other case numbers (cases 2/2010 > 3/2010)",)


def test_what_was_typed_from_a_scan_that_left_the_book_is_kept_by_itself() -> None:
    before, now = {key(1): ["a"], key(2): ["b"]}, {key(1): ["b"]}
    plain = [cells(1), cells(2)]
    rows = cells(1, nksHoTen="Lan"), cells(2, nksHoTen="Bình")
    typed = merge(
        [cells(1)], source("a", *rows, before=plain, case_mapping=map_cases_by_scan(before, now)), written=plain
    )
    assert typed_by_number(typed) == {"1": {"nksHoTen": "Bình"}}
    assert [row["nksHoTen"] for row in typed.unmatched] == ["Lan"]


@pytest.mark.parametrize(
    ("before", "now", "cases"),
    [
        ({1: "a", 2: "b"}, {1: "a", 2: "b"}, {1: 1, 2: 2}),
        ({1: "a", 2: "b"}, {2: "a", 3: "b"}, {1: 2, 2: 3}),
        ({1: "a", 2: "b"}, {1: "a", 2: "x"}, {1: 1, 2: 2}),
        ({1: "a", 2: "b", 3: "c"}, {1: "a", 2: "c"}, {1: 1, 2: None, 3: 2}),
        ({1: "a", 2: "a", 3: "b"}, {2: "a", 3: "a", 4: "b"}, {1: 2, 2: 3, 3: 4}),
        ({1: "ab", 2: "cd"}, {1: "ax", 2: "cd"}, {1: 1, 2: 2}),
        ({1: "ab", 2: "cd"}, {1: "x", 2: "ay", 3: "cd"}, {1: 2, 2: 3}),
        ({1: "a"}, {}, {1: None}),
        ({3: "a", 4: "a"}, {3: "a", 5: "a", 4: "a"}, {3: 3, 4: 4}),
        ({3: "a", 4: "a"}, {4: "a"}, {3: None, 4: 4}),
        ({1: "a", 2: "b", 3: "c"}, {1: "x", 2: "y", 3: "b", 4: "c"}, {1: None, 2: 3, 3: 4}),
        ({1: "a", 2: "b", 3: "c", 4: "d"}, {1: "a", 2: "x", 3: "c", 5: "d"}, {1: 1, 2: 2, 3: 3, 4: 5}),
        ({1: "a", 2: "b"}, {1: "x", 2: "y"}, {1: 1, 2: 2}),
    ],
)
def test_a_case_is_where_its_scan_is(before, now, cases) -> None:
    scans = [{key(number): list(captures) for number, captures in each.items()} for each in (before, now)]
    told = {int(then.case.number): now and int(now.case.number) for then, now in map_cases_by_scan(*scans).items()}
    assert told == cases


def test_what_scanpipe_wrote_gives_way_in_silence_and_what_a_person_wrote_does_not() -> None:
    before = [cells(1, ngayDangKy="01.02.2010"), cells(2, ngayDangKy="01.02.2010")]
    filled = source("a", before[0], cells(2, ngayDangKy="03.02.2010"), before=before)
    typed = merge([cells(1, ngayDangKy="05.02.2010"), cells(2, ngayDangKy="05.02.2010")], filled, written=before)
    assert typed_by_number(typed) == {"2": {"ngayDangKy": "03.02.2010"}}
    assert told(typed) == ("ngayDangKy: kept '03.02.2010', not '05.02.2010' (cases 2/2010)",)


def test_a_persons_correction_is_no_conflict_while_nothing_else_is_known() -> None:
    before = [cells(1, ngayDangKy="01.02.2010")]
    typed = merge(before, source("a", cells(1, ngayDangKy="02.02.2010"), before=before), written=before)
    assert typed_by_number(typed) == {"1": {"ngayDangKy": "02.02.2010"}} and not typed.conflicts


def test_what_a_person_typed_before_the_index_said_the_same_is_remembered_as_typed() -> None:
    plain = [cells(1)]
    filled = source("a", cells(1, ngayDangKy="05.02.2010"), before=plain)
    typed = merge([cells(1, ngayDangKy="05.02.2010")], filled, written=plain)
    assert not typed.cells and not typed.conflicts
    assert typed.confirmed == {key(1): {"ngayDangKy": "05.02.2010"}}


def test_the_page_must_agree_with_the_pdf_and_what_was_typed_is_told() -> None:
    plain = [cells(1), cells(2)]
    typed = merge(plain, source("a", cells(1, trangSo="7"), cells(2, trangSo="002"), before=plain), written=plain)
    assert not typed.cells
    assert told(typed) == ("trangSo: kept '1', not '7' (cases 1/2010)",)


@pytest.mark.parametrize("text", ["xem lại", "4711"])
def test_what_is_typed_over_the_number_of_a_row_is_told_and_a_new_count_is_not(text: str) -> None:
    plain = [cells(1), cells(2)]
    typed = merge(plain, source("a", cells(1, STT=text), cells(2, STT="1"), before=plain), written=plain)
    assert not typed.cells
    assert tuple(map(str, typed.conflicts)) == (f"STT: kept '1', not {text!r} (cases 1/2010)",)


def test_what_is_typed_over_the_number_of_a_row_of_no_case_stays_with_it() -> None:
    plain = [cells(1), cells(2)]
    aside = merge([cells(2)], source("a", cells(1, STT="xem lại"), cells(2), before=plain), written=plain)
    assert [row["STT"] for row in aside.unmatched] == ["xem lại"]


def test_where_each_value_was_typed_is_remembered() -> None:
    plain = [cells(1), cells(2)]
    first = source("a", cells(1), cells(2, nksHoTen="Lan", ghiChu="x"), before=plain)
    typed = merge(plain, first, source("b", cells(2, ghiChu="y"), before=plain), written=plain)
    assert typed.provenance == {key(2): {"nksHoTen": "a, row 3", "ghiChu": "b, row 2"}}


def test_two_workbooks_that_differ_are_told_and_the_later_stands() -> None:
    plain = [cells(1)]
    first = source("a", cells(1, nksHoTen="Lan", ghiChu="x"), before=plain)
    typed = merge(plain, first, source("b", cells(1, nksHoTen="Loan", ghiChu=""), before=plain), written=plain)
    assert typed_by_number(typed) == {"1": {"nksHoTen": "Loan", "ghiChu": "x"}}
    assert told(typed) == ("nksHoTen: kept 'Loan' of b, not 'Lan' (cases 1/2010)",)


def test_what_was_changed_in_an_older_workbook_stands_before_what_nobody_touched_in_the_last() -> None:
    plain, published = [cells(1)], by_key([cells(1, nksHoTen="Lan")])
    older = source("r1", cells(1, nksHoTen="Lan Anh"), before=[cells(1, nksHoTen="Lan")])
    untouched = source("r2", cells(1, nksHoTen="Lan"), before=plain, baseline=published)
    typed = merge(plain, older, untouched, written=plain)
    assert typed_by_number(typed) == {"1": {"nksHoTen": "Lan Anh"}}
    assert not typed.conflicts
    changed = source("r2", cells(1, nksHoTen="Mai"), before=plain, baseline=published)
    assert merge(plain, older, changed, written=plain).conflicts


def test_a_cell_that_was_emptied_on_purpose_is_empty_and_told() -> None:
    plain, typed_before = [cells(1)], [cells(1, ghiChu="wrong")]
    first = source("a", cells(1, ghiChu="wrong"), before=plain)
    second = source("b", cells(1, ghiChu=""), before=typed_before, blank_means_cleared=True)
    typed = merge(plain, first, second, written=plain)
    assert not typed.cells
    assert told(typed) == ("ghiChu: kept '' of b, not 'wrong' (cases 1/2010)",)


def test_rows_of_no_case_and_doubles_are_kept_aside_and_told() -> None:
    rows = (cells(1, nksHoTen="a"), cells(1, nksHoTen="b"), cells(9, nksHoTen="c"), cells(1, so="x", nksHoTen="d"))
    typed = merge([cells(1)], source("a", *rows, before=[cells(1)]))
    assert [row["nksHoTen"] for row in typed.unmatched] == ["b", "c", "d"]
    assert len(typed.conflicts) == 3


def test_of_two_rows_that_come_to_one_case_the_one_of_its_number_is_its_own() -> None:
    plain = [cells(1), cells(2)]
    rows = cells(2, nksHoTen="Bình"), cells(1, nksHoTen="Lan")
    typed = merge(
        [cells(1)], source("a", *rows, before=plain, case_mapping={key(1): key(1), key(2): key(1)}), written=plain
    )
    assert typed_by_number(typed) == {"1": {"nksHoTen": "Lan"}}
    assert [row["nksHoTen"] for row in typed.unmatched] == ["Bình"]


def test_a_row_that_was_kept_aside_never_fills_the_blanks_of_another() -> None:
    plain = [cells(1), cells(2)]
    main = source("a", cells(1, nksHoTen="Hai"), cells(2), before=plain)
    aside = source(
        "a", cells(1, nksHoTen="Ba", ghiChu="dead"), cells(2, nksHoTen="Tư"), before=[], is_unmatched_sheet=True
    )
    typed = merge(plain, main, aside, written=plain)
    assert typed.cells[key(1)] == {"nksHoTen": "Hai"}
    assert [row["nksHoTen"] for row in typed.unmatched] == ["Ba"]
    assert typed.cells[key(2)]["nksHoTen"] == "Tư"


def test_a_row_that_was_not_filled_in_goes_with_its_case_in_silence() -> None:
    plain = [cells(1), cells(2)]
    typed = merge([cells(1)], source("a", *plain, before=plain), written=plain)
    assert not typed.unmatched and not typed.conflicts


@pytest.mark.parametrize("column", ["ngayDangKy", "noiDangKy", "ghiChu"])
def test_whatever_was_typed_keeps_a_row_of_no_case(column: str) -> None:
    plain = [cells(1), cells(2)]
    typed = merge([cells(1)], source("a", cells(1), cells(2, **{column: "typed"}), before=plain), written=plain)
    assert [row[column] for row in typed.unmatched] == ["typed"]


def test_the_same_conflict_in_many_rows_is_told_once() -> None:
    plain = [cells(n, noiDangKy="Đông Thọ") for n in (1, 2)]
    filled = source("a", *(cells(n, noiDangKy="UBND Hàm Rồng") for n in (1, 2)), before=plain)
    typed = merge([cells(n) for n in (1, 2)], filled, written=plain)
    assert told(typed) == ("noiDangKy: kept 'UBND Hàm Rồng', not 'Hàm Rồng' (cases 1/2010, 2/2010)",)


values = st.text("abc", max_size=2)
rows = st.lists(st.tuples(st.integers(1, 6), values, values), max_size=8)


@given(known=st.sets(st.integers(1, 6), min_size=1), first=rows, second=rows)
def test_every_typed_value_stands_in_a_row_beside_or_in_a_conflict(known, first, second) -> None:
    plain = [cells(n) for n in sorted(known)]
    filled = [
        source(name, *(cells(n, nksHoTen=a, ghiChu=b) for n, a, b in rows), before=plain)
        for name, rows in (("a", first), ("b", second))
    ]
    typed = merge(plain, *filled, written=plain)
    for found in filled:
        for row in found.sheet.rows:
            number = int(row.cells["so"][:2])
            for column in TYPED:
                value = row.cells[column]
                kept = typed.cells.get(key(number), {}).get(column) == value
                aside = any(left["so"] == row.cells["so"] and left[column] == value for left in typed.unmatched)
                told = any(f"not {value!r}" in line for line in map(str, typed.conflicts))
                assert not value or kept or aside or told


def test_what_was_typed_is_written_and_read_back_with_columns_and_rows_of_its_own(
    tmp_path: Path, convention: Convention
) -> None:
    plain = [cells(1), cells(2)]
    filled = (cells(2, nksHoTen="Lan", maHoSo="7"), cells(9, nksHoTen="Bình"), cells(1, nksHoTen="=1+1"))
    typed = merge(plain, source("a", *filled, before=plain), written=plain)
    path = tmp_path / "x.xlsx"
    stamp = stamp_of(BookId(unit_code="14758", unit_list="2025-07-01", kind="KS", year=2010, volume=1), 3)
    path.write_bytes(write_workbook(by_key(plain), kind="KS", rules=convention.workbook, typed=typed, stamp=str(stamp)))
    first, second = read_typed(path, sheet="DL Import", columns=COLUMNS).sheet.rows
    assert (first.cells["nksHoTen"], second.cells["nksHoTen"], second.cells["maHoSo"]) == ("=1+1", "Lan", "7")
    (aside,) = read_typed(path, sheet="Khong khop", columns=COLUMNS).sheet.rows
    assert (aside.cells["so"], aside.cells["nksHoTen"]) == ("09/2010", "Bình")
    assert read_stamp(path) == stamp == WorkbookStamp(book="14758@2025-07-01/KS.2010.01", revision=3)


def test_conflicts_are_told_in_the_language_of_who_reads_them() -> None:
    plain = [cells(1)]
    (conflict,) = merge(plain, source("a", cells(1, trangSo="7"), before=plain), written=plain).conflicts
    with language_context("vi"):
        assert str(conflict) == "trangSo: giữ '1', không lấy '7' (các trường hợp 1/2010)"
    assert str(conflict) == "trangSo: kept '1', not '7' (cases 1/2010)"
