import io
import time
import unicodedata
import zipfile
from collections.abc import Iterator

import msgspec
import openpyxl
import pypdfium2
import pytest

from scanpipe.messages import language_context
from scanpipe.package.reports.delivery_note import Parties, delivery_note_pdf, delivery_note_xlsx
from scanpipe.package.reports.delivery_record import DeliveredFile, DeliveredPage
from tests.sample_delivery import DELIVERY, sample_delivery

PARTIES = Parties(contractor="Công ty Số hóa Việt", receiver="Sở Tư pháp tỉnh Thanh Hóa")
SECOND = sample_delivery(volume=2, unit_name="Phường Đông Thọ", gaps=(), missing=0)


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with language_context("vi"):
        yield


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(unicodedata.normalize("NFC", " ".join(pages)).split())


def rows_of(workbook: bytes, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(workbook))[sheet].iter_rows(values_only=True))


def test_the_note_is_a_vietnamese_paper_that_states_every_figure() -> None:
    text = text_of(delivery_note_pdf([DELIVERY], PARTIES))
    for shown in (
        *(
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "BIÊN BẢN GIAO NHẬN",
            "ngày …… tháng ……",
        ),
        *("Bên giao", "Công ty Số hóa Việt", "Bên nhận", "Sở Tư pháp tỉnh Thanh Hóa", "ĐẠI DIỆN BÊN A"),
        *("KS.2010.01 Khai sinh, Phường Hàm Rồng, tỉnh Thanh Hóa; lần giao nộp 2", "2 9 11 12,40 9 3 1 1"),
        *("A3 1 2,00", "A4 9 9,00", "25 × 35 cm 1 1,40", "Tổng cộng 11 12,40", "Trong các tệp PDF 12 13,40"),
        *("KS.2010.01.zip", "ab" * 32, "1.234.567", "9 tệp PDF", "KS.2010.01.xlsx", "9 dòng"),
        *("số đăng ký bị khuyết: 4/2010, 6-7/2010", "trang trắng: 9", "trang hư hỏng: 8"),
        "default (có căn cứ, chưa được xác nhận)",
    ):
        assert shown in text, shown


def test_what_no_workbook_holds_is_spelled_out() -> None:
    files = msgspec.structs.replace(DELIVERY, workbook="KS\x1b\udcf4.xlsx")
    (row,) = [
        row for row in rows_of(delivery_note_xlsx([files]), "Tệp") if "KS" in str(row[2]) and ".xlsx" in str(row[2])
    ]
    assert row[2] == "KS\\u001b\\xf4.xlsx"


def test_parties_nobody_named_are_left_to_be_filled_in() -> None:
    text = text_of(delivery_note_pdf([DELIVERY], Parties()))
    assert "Bên giao (bên A):" in text and "Công ty" not in text
    assert "Căn cứ Hợp đồng số ngày …… tháng" in text


def test_the_contract_stands_on_the_note() -> None:
    parties = Parties(contract="12/2026/HĐ-SH ngày 05 tháng 3 năm 2026")
    assert "Căn cứ Hợp đồng số 12/2026/HĐ-SH ngày 05 tháng 3 năm 2026;" in text_of(
        delivery_note_pdf([DELIVERY], parties)
    )


def test_a_note_over_several_books_adds_them_up() -> None:
    text = text_of(delivery_note_pdf([DELIVERY, SECOND], PARTIES))
    assert "Tổng cộng 4 18 22 24,80 18 3 2 2" in text
    assert "Trong các tệp PDF 24 26,80" in text
    assert text.count("trong các tệp PDF 12 trang, quy đổi 13,40 A4") == 2
    assert "KS.2010.02" in text and "Phường Đông Thọ" in text


def test_every_part_of_a_zip_is_listed() -> None:
    parts = tuple(
        DeliveredFile(name=f"KS.2010.01.p{n}.zip", sha256=f"{n}a" * 32, size=n * 1000, pdfs=n + 3) for n in (1, 2)
    )
    found = sample_delivery(archives=parts)
    text = text_of(delivery_note_pdf([found], PARTIES))
    assert all(part.name in text and part.sha256 in text for part in parts)
    assert "1.000 4 tệp PDF" in text and "2.000 5 tệp PDF" in text
    row = dict(zip(*rows_of(delivery_note_xlsx([found]), "Sổ"), strict=True))
    assert (row["ZIP"], row["Số byte"]) == ("KS.2010.01.p1.zip\nKS.2010.01.p2.zip", 3000)


def test_cover_and_notes_are_listed_with_their_pages() -> None:
    text = text_of(delivery_note_pdf([DELIVERY], PARTIES))
    assert f"KS.2010.01.front.pdf {'cd' * 32} 51.362 trang bìa và ghi chú: F1" in text
    inside = msgspec.structs.replace(DELIVERY.matter[1], place="zip")
    text = text_of(delivery_note_pdf([sample_delivery(matter=(inside,))], PARTIES))
    assert "KS.2010.01.back.pdf (trong tệp ZIP)" in text and "front" not in text


@pytest.mark.parametrize(
    "parties", [PARTIES, Parties(), Parties(contractor="Công ty cổ phần Số hóa và Lưu trữ Việt Nam")]
)
def test_the_note_over_a_book_is_one_page(parties: Parties) -> None:
    with pypdfium2.PdfDocument(delivery_note_pdf([DELIVERY], parties)) as document:
        assert len(document) == 1


def test_how_areas_were_counted_stands_on_the_note() -> None:
    exact = sample_delivery(volume=2, iso_sizes=False)
    both = "Khổ giấy lệch không quá 3% so với khổ ISO 216", "Tính theo diện tích đo được"
    for records, said in (([DELIVERY], (True, False)), ([exact], (False, True)), ([DELIVERY, exact], (True, True))):
        text = text_of(delivery_note_pdf(records, PARTIES))
        assert tuple(sentence in text for sentence in both) == said
    assert "không quy về khổ ISO 216: KS.2010.02." in text


@pytest.mark.parametrize("books", [2, 5, 6, 7, 8, 11, 20])
def test_signatures_never_stand_alone_on_a_page(books: int) -> None:
    with pypdfium2.PdfDocument(
        delivery_note_pdf([sample_delivery(volume=n + 1) for n in range(books)], PARTIES)
    ) as document:
        texts = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    (signed,) = [number for number, text in enumerate(texts) if "ĐẠI DIỆN BÊN A" in text]
    assert signed == len(texts) - 1
    before = texts[signed].partition("ĐẠI DIỆN BÊN A")[0]
    assert f"KS.2010.{books:02}: trong các tệp PDF" in before and "lập thành hai bản" in before


def test_what_is_said_of_a_book_may_be_longer_than_a_page() -> None:
    pages = tuple(
        DeliveredPage(page=str(number), width_mm=210, height_mm=297, condition="damaged")
        for number in range(1, 3000, 2)
    )
    labels = tuple(page.page for page in pages)
    with pypdfium2.PdfDocument(delivery_note_pdf([sample_delivery(pages=pages, in_pdfs=labels)], PARTIES)) as document:
        count = len(document)
        last = " ".join(document[count - 1].get_textpage().get_text_bounded().split())
    before = last.partition("ĐẠI DIỆN BÊN A")[0]
    assert count > 2 and "lập thành hai bản" in before and "Khổ giấy lệch" in before


def test_names_are_never_markup() -> None:
    nasty = sample_delivery(unit_name="<img src='file:///etc/passwd'>")
    assert "<img src='file:///etc/passwd'>" in text_of(delivery_note_pdf([nasty], PARTIES))


def test_the_same_figures_give_the_same_bytes_whenever(monkeypatch: pytest.MonkeyPatch) -> None:
    first = delivery_note_pdf([DELIVERY], PARTIES), delivery_note_xlsx([DELIVERY])
    later = time.time() + 86_400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_args: time.gmtime(later))
    assert (delivery_note_pdf([DELIVERY], PARTIES), delivery_note_xlsx([DELIVERY])) == first


def test_the_pdf_carries_no_date() -> None:
    with pypdfium2.PdfDocument(delivery_note_pdf([DELIVERY], PARTIES)) as document:
        told = document.get_metadata_dict(skip_empty=True)
    assert told["Title"] == "Biên bản giao nhận"
    assert not {"CreationDate", "ModDate"} & set(told)


def test_the_workbook_has_a_row_to_invoice_by_for_each_book_and_their_sum() -> None:
    workbook = delivery_note_xlsx([DELIVERY, SECOND])
    headers, first, second, sums = rows_of(workbook, "Sổ")
    row = dict(zip(headers, first, strict=True))
    assert (row["Sổ"], row["Loại"], row["Năm"], row["Quyển"]) == ("KS.2010.01", "Khai sinh", 2010, 1)
    assert (row["Mã đơn vị"], row["Lần giao nộp"], row["SHA-256"]) == ("14758", 2, "ab" * 32)
    assert (row["Trang"], row["Trang nội dung"], row["Số trang quy đổi A4"]) == (11, 9, 12.4)
    assert (row["Số trang trong các tệp PDF"], row["Số trang quy đổi A4 trong các tệp PDF"]) == (12, 13.4)
    assert (row["Trường hợp"], row["Số đăng ký bị khuyết"], row["Trang trắng"], row["Trang hư hỏng"]) == (9, 3, 1, 1)
    for column, header in enumerate(headers):
        if header in ("Trang", "Số trang quy đổi A4", "Trường hợp", "Số byte"):
            assert sums[column] == pytest.approx(first[column] + second[column])  # type: ignore[operator]


def test_the_workbook_breaks_a_book_down_by_paper_and_by_page() -> None:
    workbook = delivery_note_xlsx([DELIVERY])
    papers = rows_of(workbook, "Khổ giấy")[1:]
    assert [row[2:] for row in papers] == [("A3", 1, 2.0), ("A4", 9, 9.0), ("25 × 35 cm", 1, 1.4)]
    pages = rows_of(workbook, "Trang")[1:]
    assert [row[2] for row in pages] == ["F1", *map(str, range(1, 10)), "B1"]
    assert [row[7] for row in pages if row[7]] == ["hư hỏng", "trang trắng"]


def test_the_workbook_names_every_file_and_number_that_the_paper_names() -> None:
    workbook = delivery_note_xlsx([DELIVERY, SECOND])
    headers, first, *_rest = rows_of(workbook, "Sổ")
    assert dict(zip(headers, first, strict=True))["Các số đăng ký không có trường hợp"] == "4/2010, 6-7/2010"
    of_first = [row[2:] for row in rows_of(workbook, "Tệp")[1:] if row[0] == "KS.2010.01"]
    assert of_first == [
        ("KS.2010.01.zip", None, "ab" * 32, 1_234_567, 9, None, None),
        ("KS.2010.01.front.pdf", None, "cd" * 32, 51_362, None, "F1", None),
        (DELIVERY.matter[1].name, None, DELIVERY.matter[1].sha256, DELIVERY.matter[1].size, None, "B1", None),
        ("KS.2010.01.xlsx", None, None, None, None, None, 9),
    ]


def test_the_workbook_says_which_files_lie_in_the_zip() -> None:
    inside = msgspec.structs.replace(DELIVERY.matter[1], place="zip")
    rows = rows_of(delivery_note_xlsx([sample_delivery(matter=(inside,))]), "Tệp")
    assert [row[3] for row in rows] == ["Trong tệp ZIP", None, "có", None]


def test_amounts_are_worked_out_from_prices_that_people_type() -> None:
    data = delivery_note_xlsx([DELIVERY, SECOND])
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Sổ"]
    headers = {str(cell.value): cell.column_letter for cell in sheet[1]}
    area, price, amount = (
        headers[name] for name in ("Số trang quy đổi A4", "Đơn giá (đồng/trang A4)", "Thành tiền (đồng)")
    )
    assert sheet[f"{price}2"].value is None
    assert sheet[f"{price}3"].value == f'=IF({price}2="","",{price}2)'
    assert sheet[f"{amount}3"].value == f'=IF(ISNUMBER({price}3),ROUND({area}3*{price}3,0),"")'
    assert sheet[f"{amount}4"].value == f'=IF(COUNT({amount}2:{amount}3)>0,SUM({amount}2:{amount}3),"")'
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Sổ"]
    assert not any(shown[f"{column}{line}"].value for column in (price, amount) for line in (2, 3, 4))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("xl/worksheets/sheet1.xml").count(b'"</f><v></v>') == 0
        assert archive.read("xl/worksheets/sheet1.xml").count(b't="str"><f>') == 4


def test_a_name_that_looks_like_a_formula_stays_a_text() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(delivery_note_xlsx([sample_delivery(unit_name="=1+1")])))
    cell = next(cell for cell in workbook["Sổ"][2] if cell.value == "=1+1")
    assert cell.data_type == "s"
