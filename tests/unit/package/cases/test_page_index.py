from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from scanpipe.errors import WorkbookError
from scanpipe.model import IndexRow
from scanpipe.package.cases.page_index import read_page_index


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "index.csv"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    path = folder / "index.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_with_vietnamese_headers(tmp_path: Path, separator: str, encoding: str) -> None:
    text = "Số;Trang đầu;Trang cuối;Ngày\r\n012;1;2;27/10/2008\r\n12A;2;3;\r\n".replace(";", separator)
    assert read_page_index(written(tmp_path, text, encoding)) == (
        IndexRow(number="12", first=1, last=2, registered=date(2008, 10, 27)),
        IndexRow(number="12a", first=2, last=3),
    )


def test_workbook_with_title_real_dates_and_blank_rows(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ("Sổ khai sinh 2010",),
        (" Last\npage ", "first  page", "DATE", "Number", "Year"),
        (2, 1, datetime(2010, 3, 5), 1, 2010),
        (None, None, None, None, None),
        (3.0, "03", 40243, "2/2010", None),
    )
    assert read_page_index(path) == (
        IndexRow(number="1", first=1, last=2, registered=date(2010, 3, 5), year=2010),
        IndexRow(number="2", first=3, last=3, registered=date(2010, 3, 6), year=2010),
    )


@pytest.mark.parametrize("text", ["2008-10-27", "27/10/2008", "27.10.2008", "27-10-2008", "39748"])
def test_forms_of_dates(tmp_path: Path, text: str) -> None:
    rows = read_page_index(written(tmp_path, f"number,first,last,date\n1,1,1,{text}\n"))
    assert rows[0].registered == date(2008, 10, 27)


def test_every_bad_cell_is_reported_at_once_by_row_and_column(tmp_path: Path) -> None:
    text = "number,first,last,date,year\nx,1,1,,\n2,0,,,\n3,5,4,31.02.2010,20\n4,1,1,05.03.2011,2010\n5,1,1,,\n"
    with pytest.raises(WorkbookError) as caught:
        read_page_index(written(tmp_path, text))
    lines = str(caught.value.text).splitlines()[1:]
    places = [line.partition(":")[0] for line in lines]
    assert places == [
        "row 2, column A",
        "row 3, column B",
        "row 3, column C",
        "row 4, column D",
        "row 4, column E",
        "row 4, column C",
        "row 5, column D",
    ]


@pytest.mark.parametrize(
    "content", [b"", b"a,b,c\n1,2,3\n", b"number,first,last\n", b"\xff\xfe\x00", b'number,first,last\n"1,2,3\n']
)
def test_what_is_no_index_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "index.csv"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=r"index\.csv"):
        read_page_index(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"not a zip at all" * 9])
def test_a_damaged_workbook_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "index.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=r"index\.xlsx"):
        read_page_index(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for name in ("none.xlsx", "none.csv"):
        with pytest.raises(WorkbookError, match="none"):
            read_page_index(tmp_path / name)


def test_a_sheet_formatted_down_to_its_last_row_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["number", "first", "last"])
    book.active.append(["1", 1, 2])
    book.active.cell(1_048_576, 1).number_format = "@"
    book.save(tmp_path / "index.xlsx")
    assert read_page_index(tmp_path / "index.xlsx") == (IndexRow(number="1", first=1, last=2),)
