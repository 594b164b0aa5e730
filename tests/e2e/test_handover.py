"""What a contractor signs and invoices by, as it comes with a delivery and over several books."""

import json
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from tests.conftest import Cli, make_small_station, write_pages
from tests.e2e.conftest import revision
from tests.e2e.test_book import digest

BOOK, OTHER = "KS.2010.01", "KS.2010.02"
ADD = ("book", "add", "KS", "--year", 2010, "--unit", "14758")


@pytest.fixture(scope="module")
def made(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a delivered book, one page of which was sent back as faded, and a book that was never delivered.

    One of its pages is blank, one of A6 paper, the others of A5.
    """
    folder = tmp_path_factory.mktemp("handover")
    (folder / "pages").mkdir()
    pages = write_pages(folder / "pages", (148, 210))
    with Image.open(pages / "page2.png") as page:
        page.crop((0, 0, page.width, page.height // 2)).save(pages / "page2.png", dpi=(100, 100))
        Image.new("RGB", page.size, (244, 240, 230)).save(pages / "page4.png", dpi=(100, 100))
    station = make_small_station(folder / "station")
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace('contractor = ""', 'contractor = "Công ty Số hóa Việt"'))
    cli(*ADD, "--volume", 1, "--pages", 3, "--front", 1, "--rule", "cases:2", station=station)
    cli(*ADD, "--volume", 2, station=station)
    steps: list[tuple[object, ...]] = [("capture", "--from", pages), ("process",)]
    steps += [("reject", 2, "--reason", "faded", "--redo", "plain"), ("process",), ("accept",), ("deliver",)]
    for step in steps:
        done = cli(step[0], BOOK, *step[1:], station=station)
        assert done.code == 0, done.err
    return station


def text_of(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, encoding="utf-8", check=True)
    return " ".join(done.stdout.split())


def invoiced(workbook: Path) -> list[dict[str, object]]:
    headers, *rows = openpyxl.load_workbook(workbook)["Sổ"].iter_rows(values_only=True)
    return [dict(zip(map(str, headers), row, strict=True)) for row in rows]


def test_papers_are_vietnamese_whatever_the_persons_language(made: Path) -> None:
    folder = revision(made, 1)
    note, report = text_of(folder / "delivery-note.pdf"), text_of(folder / "report.pdf")
    for shown in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BIÊN BẢN GIAO NHẬN", "Công ty Số hóa Việt", "Khai sinh"):
        assert shown in note
    assert digest(folder / "KS.2010.01.zip") in note and digest(folder / "KS.2010.01.front.pdf") in note
    assert "6 tệp PDF" in note and "trang bìa và ghi chú: F1" in note
    assert "Số liệu" in report and "Đã kiểm tra" in report
    assert "Verified" not in report and "the guideline of the convention" not in report
    assert "Verified" in (folder / "report.html").read_text(encoding="utf-8")


def test_the_workbook_states_the_figures_of_the_delivery(made: Path) -> None:
    folder = revision(made, 1)
    (row,) = invoiced(folder / "delivery-note.xlsx")
    assert (row["Trang đầu sổ"], row["Trang nội dung"], row["Trang"], row["Trường hợp"]) == (1, 3, 4, 6)
    assert (row["Trang trắng"], row["Trang hư hỏng"]) == (1, 1)
    assert (row["Số tệp PDF"], row["Số dòng"]) == (6, 6)
    assert (row["Số byte"], row["SHA-256"]) == (
        (folder / "KS.2010.01.zip").stat().st_size,
        digest(folder / "KS.2010.01.zip"),
    )
    papers = list(openpyxl.load_workbook(folder / "delivery-note.xlsx")["Khổ giấy"].iter_rows(values_only=True))[1:]
    assert [row[2:4] for row in papers] == [("A5", 3), ("A6", 1)]


def test_every_paper_and_command_tells_the_same_figures(cli: Cli, made: Path) -> None:
    folder, convention = revision(made, 1), made / "conventions" / "small.toml"
    figures = {"pages": 4, "a4": 1.75, "pages_in_pdfs": 7, "a4_in_pdfs": 3.0}
    assert json.loads((folder / "manifest.json").read_text())["figures"] == figures
    assert cli("deliver", BOOK, "--json", station=made).json["figures"] == figures
    verify = ("verify", folder / "KS.2010.01.zip", "--convention", convention)
    assert cli(*verify, "--json").json["figures"] == figures
    told = "4 pages (1.75 A4); 7 pages in PDFs (3.00 A4)"
    assert f"OK: 6 cases; {told};" in cli(*verify).out
    assert told in cli("deliver", BOOK, station=made).out
    note, report = text_of(folder / "delivery-note.pdf"), text_of(folder / "report.pdf")
    assert "Tổng cộng 4 1,75" in note and "Trong các tệp PDF 7 3,00" in note
    assert "Khổ giấy lệch không quá 3%" in note
    assert "Số trang trong các" in report and "4 1,75" in report and "7 3,00" in report
    (row,) = invoiced(folder / "delivery-note.xlsx")
    assert (row["Trang"], row["Số trang quy đổi A4"]) == (4, 1.75)
    assert (row["Số trang trong các tệp PDF"], row["Số trang quy đổi A4 trong các tệp PDF"]) == (7, 3)
    assert "Đông Thọ, thành phố" in note and "Phường Đông Thọ, thành phố Thanh Hóa, tỉnh Thanh Hóa" in report


def test_a_note_says_what_was_delivered_and_not_how_the_book_stands_today(cli: Cli, made: Path, tmp_path: Path) -> None:
    station = tmp_path / "station"
    shutil.copytree(made, station)
    cli("book", "amend", BOOK, "--pages", 5, "--cases", 10, station=station)
    done = cli("handover", BOOK, BOOK, "-o", tmp_path / "notes", station=station)
    assert done.code == 0, done.err
    assert done.out.split() == [str(tmp_path / "notes" / f"delivery-note.{kind}") for kind in ("pdf", "xlsx")]
    for name in ("delivery-note.pdf", "delivery-note.xlsx"):
        assert digest(tmp_path / "notes" / name) == digest(revision(station, 1) / name)
    again = cli("handover", BOOK, "-o", tmp_path / "notes", station=station)
    assert (again.code, "delivery-note.pdf" in again.err, "--force" in again.err) == (2, True, True)


def test_books_that_were_never_delivered_are_named(cli: Cli, made: Path, tmp_path: Path) -> None:
    refused = cli("handover", BOOK, OTHER, "-o", tmp_path / "notes", station=made)
    assert (refused.code, "14758/KS.2010.02" in refused.err, "scanpipe deliver" in refused.err) == (42, True, True)
    assert not (tmp_path / "notes").exists()


def test_a_delivery_that_is_away_or_changed_is_refused(cli: Cli, made: Path, tmp_path: Path) -> None:
    station = tmp_path / "station"
    shutil.copytree(made, station)
    with (revision(station, 1) / "KS.2010.01.zip").open("ab") as stream:
        stream.write(b"x")
    changed = cli("handover", BOOK, "-o", tmp_path / "notes", station=station)
    assert (changed.code, "was changed" in changed.err) == (43, True)
    shutil.rmtree(revision(station, 1))
    away = cli("handover", BOOK, "-o", tmp_path / "notes", station=station)
    assert (away.code, "Restore the folder" in away.err) == (40, True)


def test_several_books_are_added_up(cli: Cli, made: Path, page_folder: Path, tmp_path: Path) -> None:
    station = tmp_path / "station"
    shutil.copytree(made, station)
    cli("book", "amend", OTHER, "--pages", 1, station=station)
    single = tmp_path / "single"
    single.mkdir()
    shutil.copy(page_folder / "page1.png", single)
    cli("capture", OTHER, "--from", single, station=station)
    cli("process", OTHER, station=station)
    cli("accept", OTHER, station=station)
    assert cli("deliver", OTHER, station=station).code == 0
    assert cli("handover", BOOK, OTHER, "-o", tmp_path / "notes", station=station).code == 0
    first, second, sums = invoiced(tmp_path / "notes" / "delivery-note.xlsx")
    assert (first["Trang"], second["Trang"], sums["Trang"]) == (4, 1, 5)
    assert (first["Trường hợp"], second["Trường hợp"], sums["Trường hợp"]) == (6, 1, 7)
    assert "KS.2010.02" in text_of(tmp_path / "notes" / "delivery-note.pdf")
