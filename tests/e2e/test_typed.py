"""What people typed into the workbooks of a book, over its revisions, as a user does it."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Cli
from tests.e2e.conftest import BOOK, made_again, members, revision, send_back
from tests.e2e.test_handover import text_of
from tests.unit.package.packages import type_in


def test_what_people_typed_is_taken_over_when_the_package_is_made_again(
    cli: Cli, delivered: Path, tmp_path: Path
) -> None:
    published = revision(delivered, 1) / "KS.2010.01.xlsx"
    type_in(published, {(2, "nksHoTen"): "Nguyễn Thị Lan"})
    assert cli("deliver", BOOK, "--json", station=delivered).json["new"] is False
    copy = tmp_path / "copy.xlsx"
    shutil.copy(published, copy)
    type_in(copy, {(3, "nksHoTen"): "Trần Văn Bình", (3, "trangSo"): "9"})
    second = cli("deliver", BOOK, "--index", copy, "--json", station=delivered)
    assert (second.code, second.json["new"], second.json["revision"]) == (0, True, 2), second.err
    assert second.json["conflicts"] == ["trangSo: kept '3', not '9' (cases 2/2010)"]
    assert typed_in(revision(delivered, 2)) == {"filled": {"nksHoTen": 2}, "changed": []}
    printed = text_of(revision(delivered, 2) / "report.pdf")
    assert "trangSo: giữ '3', không lấy '9'" in printed and "nksHoTen (2)" in printed and "stands" not in printed
    assert names_typed(revision(delivered, 2)) == ["Nguyễn Thị Lan", "Trần Văn Bình"]
    assert members(revision(delivered, 1)) == members(revision(delivered, 2))
    assert cli("deliver", BOOK, "--index", copy, "--json", station=delivered).json["new"] is False
    shutil.rmtree(revision(delivered, 2))
    send_back(cli, delivered, 3, "plain")
    assert names_typed(revision(delivered, 3)) == ["Nguyễn Thị Lan", "Trần Văn Bình"]
    assert cli("check", station=delivered).code == 0


def test_what_was_typed_goes_with_its_scan_when_the_book_is_numbered_anew(cli: Cli, delivered: Path) -> None:
    type_in(revision(delivered, 1) / "KS.2010.01.xlsx", {(2, "nksHoTen"): "Lan", (3, "nksHoTen"): "Bình"})
    cli("book", "amend", BOOK, "--first-number", 2, station=delivered)
    second = cli("deliver", BOOK, "--json", station=delivered)
    assert second.code == 0, second.err
    assert names_typed(revision(delivered, 2)) == ["Lan", "Bình"]
    assert second.json["conflicts"] == [
        "r1/KS.2010.01.xlsx, DL Import: typed data moves with its scan to other case numbers "
        "(cases 1/2010 > 2/2010, 2/2010 > 3/2010)"
    ]
    assert typed_in(revision(delivered, 2)) == {"filled": {"nksHoTen": 2}, "changed": []}


def test_what_was_typed_after_the_next_revision_or_under_another_name_is_found(cli: Cli, delivered: Path) -> None:
    first = revision(delivered, 1) / "KS.2010.01.xlsx"
    type_in(first, {(2, "nksHoTen"): "Lan"})
    send_back(cli, delivered, 3, "plain")
    type_in(first, {(3, "nksHoTen"): "Bình"})
    second = revision(delivered, 2) / "KS.2010.01.xlsx"
    type_in(second, {(2, "ghiChu"): "xem lại"})
    second.rename(second.with_name("KS.2010.01 (da nhap).xlsx"))
    send_back(cli, delivered, 3, "faded")
    assert names_typed(revision(delivered, 3)) == ["Lan", "Bình"]
    assert "xem lại" in str(list(openpyxl.load_workbook(revision(delivered, 3) / first.name)["DL Import"].values))


def test_what_was_taken_over_from_an_older_revision_counts_once(cli: Cli, delivered: Path) -> None:
    type_in(revision(delivered, 1) / "KS.2010.01.xlsx", {(2, "nksHoTen"): "Lan"})
    send_back(cli, delivered, 3, "plain")
    type_in(revision(delivered, 2) / "KS.2010.01.xlsx", {(2, "nksHoTen"): None, (3, "nksHoTen"): "Lan"})
    send_back(cli, delivered, 3, "faded")
    assert names_typed(revision(delivered, 3)) == [None, "Lan"]
    type_in(revision(delivered, 2) / "KS.2010.01.xlsx", {(3, "nksHoTen"): "Lan Anh"})
    send_back(cli, delivered, 3, "plain")
    assert names_typed(revision(delivered, 4)) == [None, "Lan Anh"]


def test_a_backup_of_an_older_workbook_takes_nothing_back(cli: Cli, delivered: Path) -> None:
    first = revision(delivered, 1) / "KS.2010.01.xlsx"
    type_in(first, {(2, "nksHoTen"): "Lan"})
    send_back(cli, delivered, 3, "plain")
    type_in(revision(delivered, 2) / "KS.2010.01.xlsx", {(2, "nksHoTen"): "Lan Anh"})
    send_back(cli, delivered, 3, "faded")
    shutil.copy(first, first.with_name("KS.2010.01 - Copy.XLSX"))
    first.with_name("KS.2010.01.ods").write_bytes(b"typed in LibreOffice")
    made_again(cli, delivered, 3, "plain")
    fourth = cli("deliver", BOOK, "--json", station=delivered)
    assert fourth.json["conflicts"] == ["r1/KS.2010.01.ods: not copied (save it as .xlsx)"]
    assert names_typed(revision(delivered, 4)) == ["Lan Anh", None]


def test_what_a_refused_delivery_read_is_taken_over_by_the_next(cli: Cli, delivered: Path, tmp_path: Path) -> None:
    published = revision(delivered, 1) / "KS.2010.01.xlsx"
    copy, away = published.with_name("KS.2010.01 (a).xlsx"), tmp_path / "away.xlsx"
    shutil.copy(published, copy)
    type_in(copy, {(2, "nksHoTen"): "Lan", (3, "ngayDangKy"): "5/3/2010"})
    made_again(cli, delivered, 3, "plain")
    night = cli("nightly", "--json", station=delivered)
    assert night.code != 0 and "ngayDangKy" in night.out
    shutil.move(copy, away)
    assert cli("deliver", BOOK, "--json", station=delivered).json["revision"] == 2
    type_in(away, {(3, "ngayDangKy"): "05.03.2010"})
    shutil.move(away, copy)
    send_back(cli, delivered, 3, "faded")
    assert names_typed(revision(delivered, 3)) == ["Lan", None]


def test_what_is_emptied_in_a_copy_is_emptied_and_told(cli: Cli, delivered: Path) -> None:
    type_in(revision(delivered, 1) / "KS.2010.01.xlsx", {(2, "nksHoTen"): "Lan", (3, "nksHoTen"): "Binh"})
    send_back(cli, delivered, 3, "plain")
    second = revision(delivered, 2) / "KS.2010.01.xlsx"
    shutil.copy(second, second.with_name("copy.xlsx"))
    type_in(second.with_name("copy.xlsx"), {(2, "nksHoTen"): None})
    made_again(cli, delivered, 3, "faded")
    third = cli("deliver", BOOK, "--json", station=delivered)
    assert third.json["conflicts"] == ["nksHoTen: kept '' of r2/copy.xlsx, DL Import, not 'Lan' (cases 1/2010)"]
    emptied = {"case": "1/2010", "column": "nksHoTen", "before": "Lan", "after": ""}
    assert typed_in(revision(delivered, 3)) == {"filled": {}, "changed": [emptied]}
    assert "1/2010, nksHoTen: Lan → –" in text_of(revision(delivered, 3) / "report.pdf")
    assert names_typed(revision(delivered, 3)) == [None, "Binh"]


def test_a_row_of_no_case_stays_by_itself_over_revisions(cli: Cli, delivered: Path) -> None:
    first = revision(delivered, 1) / "KS.2010.01.xlsx"
    book = openpyxl.load_workbook(first)
    sheet = book["DL Import"]
    sheet.append([cell.value for cell in sheet[3]])
    header = [cell.value for cell in sheet[1]]
    sheet.cell(2, header.index("nksHoTen") + 1, "Lan")
    sheet.cell(4, header.index("nksHoTen") + 1, "Bình")
    sheet.cell(3, header.index("nksHoTen") + 1, "Mai")
    book.save(first)
    send_back(cli, delivered, 3, "plain")
    second = revision(delivered, 2) / "KS.2010.01.xlsx"
    assert names_typed(second.parent) == ["Lan", "Mai"]
    type_in(second, {(3, "nksHoTen"): None})
    send_back(cli, delivered, 3, "faded")
    third = revision(delivered, 3) / "KS.2010.01.xlsx"
    assert names_typed(third.parent) == ["Lan", None]
    assert "Bình" in str(list(openpyxl.load_workbook(third)["Khong khop"].values))


def test_two_workbooks_saved_beside_each_other_are_both_taken_over(cli: Cli, delivered: Path) -> None:
    first = revision(delivered, 1) / "KS.2010.01.xlsx"
    for name, cell, value in (("a", (2, "nksHoTen"), "Lan"), ("b", (3, "nksHoTen"), "Bình")):
        copy = first.with_name(f"KS.2010.01 ({name}).xlsx")
        shutil.copy(first, copy)
        type_in(copy, {cell: value})
    send_back(cli, delivered, 3, "plain")
    second = revision(delivered, 2) / "KS.2010.01.xlsx"
    assert names_typed(second.parent) == ["Lan", "Bình"]
    type_in(second, {(2, "nksHoTen"): None})
    send_back(cli, delivered, 3, "faded")
    assert names_typed(revision(delivered, 3)) == [None, "Bình"]


@pytest.mark.parametrize("mark", ["14761@2025-06-30/KS.2010.01 r1", None])
def test_another_workbook_put_in_its_place_is_refused(cli: Cli, delivered: Path, mark: str | None) -> None:
    first = revision(delivered, 1) / "KS.2010.01.xlsx"
    kept = first.read_bytes()
    send_back(cli, delivered, 3, "plain")
    second = revision(delivered, 2) / "KS.2010.01.xlsx"
    second.write_bytes(kept)
    if mark:
        book = openpyxl.load_workbook(second)
        book.properties.subject = mark
        book.save(second)
    cli("book", "amend", BOOK, "--first-number", 2, station=delivered)
    refused = cli("deliver", BOOK, station=delivered)
    assert refused.code == 44 and "is not the workbook of" in refused.err
    second.unlink()
    done = cli("deliver", BOOK, "--json", station=delivered)
    assert done.code == 0, done.err
    assert "has no KS.2010.01.xlsx" in str(done.json["conflicts"])


def test_a_convention_may_change_between_revisions(cli: Cli, delivered: Path) -> None:
    type_in(revision(delivered, 1) / "KS.2010.01.xlsx", {(2, "nksHoTen"): "Lan"})
    (delivered / "conventions" / "other.toml").write_text(
        'name = "other"\nbased_on = "long"\nconfidence = "for tests"\n[limits]\nmin_dpi = 100\n'
    )
    cli("book", "amend", BOOK, "--convention", "other", station=delivered)
    second = cli("deliver", BOOK, "--json", station=delivered)
    assert second.code == 0, second.err
    assert names_typed(revision(delivered, 2), "KS.2010.01.14758.xlsx")[0] == "Lan"


def test_empty_columns_of_a_layout_that_was_left_go_and_filled_ones_stay(cli: Cli, delivered: Path) -> None:
    type_in(revision(delivered, 1) / "KS.2010.01.xlsx", {(2, "nksHoTen"): "Lan"})
    (delivered / "conventions" / "other.toml").write_text(
        'name = "other"\nbased_on = "small"\nconfidence = "for tests"\n'
        + "".join(
            f'[workbook.{layout}]\nsheet = "DL Import"\nnotes_sheet = "Huong dan"\n'
            'columns = ["STT", "so", "quyenSo", "trangSo", "ngayDangKy", "noiDangKy", "HoTen"]\n'
            for layout in ("layouts.KS",)
        )
    )
    cli("book", "amend", BOOK, "--convention", "other", station=delivered)
    second = cli("deliver", BOOK, "--json", station=delivered)
    assert second.code == 0, second.err
    rows = openpyxl.load_workbook(revision(delivered, 2) / "KS.2010.01.xlsx")["DL Import"].values
    assert next(rows) == ("STT", "so", "quyenSo", "trangSo", "ngayDangKy", "noiDangKy", "HoTen", "nksHoTen")


def typed_in(folder: Path) -> dict[str, object]:
    """Return what a revision says of typing since the one before."""
    typed: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["changes"]["typed"]
    return typed


def names_typed(folder: Path, name: str = "KS.2010.01.xlsx") -> list[str]:
    rows = openpyxl.load_workbook(folder / name)["DL Import"].values
    header, *filled = rows
    return [row[header.index("nksHoTen")] for row in filled]


def test_a_wrongly_filled_in_workbook_publishes_nothing(cli: Cli, delivered: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    shutil.copy(revision(delivered, 1) / "KS.2010.01.xlsx", copy)
    book = openpyxl.load_workbook(copy)
    book["DL Import"].insert_rows(2, 3)
    book.save(copy)
    type_in(copy, {(5, "ngayDangKy"): "5/3/2010"})
    refused = cli("deliver", BOOK, "--index", copy, station=delivered)
    assert refused.code == 43 and "KS.2010.01.xlsx, row 2: ngayDangKy is '5/3/2010'" in refused.err
    assert "(case 1/2010, typed in copy.xlsx, DL Import, row 5)" in refused.err
    for foreign in (tmp_path / "KS.2011.01.xlsx", tmp_path / "marriages.xlsx", tmp_path / "other-commune.xlsx"):
        book = openpyxl.load_workbook(revision(delivered, 1) / "KS.2010.01.xlsx")
        mark = "14758@2025-07-01/KS.2010.01 r1" if foreign.stem == "other-commune" else None
        book.properties.subject = mark
        book.save(foreign)
        type_in(foreign, {(1, "nksHoTen"): "voHoTen"} if foreign.stem == "marriages" else {})
        refused = cli("deliver", BOOK, "--index", foreign, station=delivered)
        assert refused.code == 44 and "another book" in refused.err
    assert not revision(delivered, 2).exists()


def test_a_torn_workbook_of_an_older_revision_is_named_and_may_be_moved_away(cli: Cli, delivered: Path) -> None:
    first = revision(delivered, 1) / "KS.2010.01.xlsx"
    send_back(cli, delivered, 3, "plain")
    beside = revision(delivered, 2) / "KS.2010.01 (da nhap).xlsx"
    for torn in (first, beside, beside.with_name("~$KS.2010.01.xlsx")):
        torn.write_bytes(b"")
    cli("book", "amend", BOOK, "--first-number", 2, station=delivered)
    refused = cli("deliver", BOOK, station=delivered)
    assert refused.code == 44 and f"{first} is empty" in refused.err and "Or move it to another place" in refused.err
    first.unlink()
    done = cli("deliver", BOOK, "--json", station=delivered)
    assert done.code == 0, done.err
    (told,) = done.json["conflicts"]
    assert told.startswith("r2/KS.2010.01 (da nhap).xlsx: not copied") and f"{beside} is empty" in told


def test_a_copy_of_no_revision_is_taken_while_numbers_stayed_and_refused_after(
    cli: Cli, delivered: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.xlsx"
    book = openpyxl.load_workbook(revision(delivered, 1) / "KS.2010.01.xlsx")
    book.properties.subject = None
    book.save(copy)
    type_in(copy, {(2, "nksHoTen"): "Lan"})
    assert cli("deliver", BOOK, "--index", copy, station=delivered).code == 0
    assert names_typed(revision(delivered, 2)) == ["Lan", None]
    cli("book", "amend", BOOK, "--first-number", 2, station=delivered)
    assert cli("deliver", BOOK, station=delivered).code == 0
    refused = cli("deliver", BOOK, "--index", copy, station=delivered)
    assert refused.code == 44 and "has no stamp of a revision" in refused.err
    assert not revision(delivered, 4).exists()


def test_a_date_that_a_person_typed_stays_his_where_an_index_said_the_same_for_a_while(
    cli: Cli, delivered: Path
) -> None:
    type_in(revision(delivered, 1) / "KS.2010.01.xlsx", {(2, "ngayDangKy"): "04.01.2010"})
    conflicts = []
    for name, day in (("a", "2010-01-04"), ("b", "2010-01-05")):
        index = delivered / f"{name}.csv"
        index.write_text(f"number,first,last,date\n1,1,2,{day}\n2,3,4,{day}\n")
        cli("book", "amend", BOOK, "--rule", f"index:{index}", station=delivered)
        done = cli("deliver", BOOK, "--json", station=delivered)
        assert done.code == 0, done.err
        conflicts.append(done.json["conflicts"])
    assert conflicts == [[], ["ngayDangKy: kept '04.01.2010', not '05.01.2010' (cases 1/2010)"]]
