"""Ways to spoil a good package, each with the finding that it must lead to: what portals refuse, and what hides faults.

A way is a function that changes the files of a package; `WAYS` maps its name to it and to the code of the finding.
"""

import io
import shutil
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import openpyxl
import pikepdf
from pikepdf import Array, Dictionary, Name

from scanpipe.package.manifest import Manifest, encode_manifest, read_manifest
from tests.unit.package.conftest import make_pdf
from tests.unit.package.good import A6_MM, Good, write_zips

Way = Callable[[Good], None]
WAYS: dict[str, tuple[Way, str]] = {}
FIRST, SECOND = "KS.2010.01.001.pdf", "KS.2010.01.002.pdf"


def leads_to(code: str) -> Callable[[Way], Way]:
    def register(way: Way) -> Way:
        assert way.__name__ not in WAYS
        WAYS[way.__name__] = (way, code)
        return way

    return register


# --- the file itself


@leads_to("zip-unreadable")
def cut_off(good: Good) -> None:
    path = good.zips[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@leads_to("zip-unreadable")
def empty(good: Good) -> None:
    good.zips[0].write_bytes(b"")


@leads_to("zip-unreadable")
def a_web_page(good: Good) -> None:
    good.zips[0].write_bytes(b"<html>413 Request Entity Too Large</html>")


@leads_to("zip-unreadable")
def gone(good: Good) -> None:
    good.zips[0].unlink()


@leads_to("no-cases")
def nothing_in_it(good: Good) -> None:
    put(good, {})


@leads_to("zip-junk")
def bytes_before_it(good: Good) -> None:
    edit(good, lambda data: b"junk" + data)


@leads_to("zip-junk")
def bytes_behind_it(good: Good) -> None:
    edit(good, lambda data: data + b"junk")


@leads_to("zip-junk")
def a_comment(good: Good) -> None:
    with zipfile.ZipFile(good.zips[0], "a") as archive:
        archive.comment = b"made by hand"


@leads_to("zip-overlap")
def two_entries_over_the_same_bytes(good: Good) -> None:
    def overlap(data: bytes) -> bytes:
        changed = bytearray(data)
        second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
        struct.pack_into("<L", changed, second + 42, 0)
        return bytes(changed)

    edit(good, overlap)


# --- members


@leads_to("zip-encrypted")
def an_encrypted_member(good: Good) -> None:
    def encrypt(data: bytes) -> bytes:
        changed = bytearray(data)
        for flags in (6, data.index(b"PK\x01\x02") + 8):
            changed[flags] |= 1
        return bytes(changed)

    edit(good, encrypt)


@leads_to("zip-method")
def packed_by_bzip2(good: Good) -> None:
    put(good, good.pdfs, method=zipfile.ZIP_BZIP2)


@leads_to("zip-method")
def packed_by_lzma(good: Good) -> None:
    put(good, good.pdfs, method=zipfile.ZIP_LZMA)


@leads_to("zip-link")
def a_link(good: Good) -> None:
    info = zipfile.ZipInfo("KS.2010.01.003.pdf", (1980, 1, 1, 0, 0, 0))
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(good.zips[0], "a") as archive:
        archive.writestr(info, "/etc/passwd")


@leads_to("zip-bomb")
def a_bomb(good: Good) -> None:
    put(good, {**good.pdfs, "KS.2010.01.003.pdf": bytes(20_000_000)}, method=zipfile.ZIP_DEFLATED)


@leads_to("zip-damaged")
def a_flipped_bit(good: Good) -> None:
    def flip(data: bytes) -> bytes:
        at = data.index(b"%PDF") + 200
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    edit(good, flip)


@leads_to("zip-header")
def another_name_in_its_own_header(good: Good) -> None:
    edit(good, lambda data: data.replace(FIRST.encode(), b"KS.2010.01.009.pdf", 1))


@leads_to("zip-header")
def another_checksum_in_its_own_header(good: Good) -> None:
    edit(good, lambda data: data[:14] + b"\0\0\0\0" + data[18:])


@leads_to("zip-extra")
def a_field_that_renames_the_file(good: Good) -> None:
    shown = b"KS.2010.01.009.pdf"
    extra = struct.pack("<HHBL", 0x7075, 5 + len(shown), 1, zlib.crc32(FIRST.encode())) + shown
    with zipfile.ZipFile(good.zips[0], "w") as archive:
        for name, data in good.pdfs.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.extra = extra if name == FIRST else b""
            archive.writestr(info, data)


@leads_to("zip-duplicate")
def the_same_name_twice(good: Good) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        put(good, good.pdfs, again=(FIRST, good.pdfs[SECOND]))


@leads_to("zip-duplicate")
def names_that_differ_in_capitals(good: Good) -> None:
    put(good, {**good.pdfs, FIRST.replace(".pdf", ".PDF"): good.pdfs[FIRST]})


@leads_to("zip-folder")
def a_folder(good: Good) -> None:
    put(good, {"KS.2010.01/": b"", **good.pdfs})


@leads_to("zip-name")
def files_in_a_folder(good: Good) -> None:
    put(good, {f"KS.2010.01/{name}": data for name, data in good.pdfs.items()})


@leads_to("zip-nested")
def a_zip_within_it(good: Good) -> None:
    put(good, {**good.pdfs, "KS.2010.02.zip": b"PK"})


@leads_to("zip-name")
def a_name_that_climbs_out(good: Good) -> None:
    put(good, {**good.pdfs, "../KS.2010.01.003.pdf": b""})


@leads_to("zip-name")
def a_name_with_a_backslash(good: Good) -> None:
    put(good, {**good.pdfs, "C:\\KS.2010.01.003.pdf": b""})


@leads_to("zip-name")
def a_name_that_windows_cannot_store(good: Good) -> None:
    put(good, {**good.pdfs, "CON.pdf": b""})


@leads_to("zip-name")
def a_vietnamese_name(good: Good) -> None:
    put(good, {**good.pdfs, "Sổ khai sinh.pdf": b""})


# --- names by the convention


@leads_to("name")
def a_short_number(good: Good) -> None:
    rename(good, FIRST, "KS.2010.01.1.pdf")


@leads_to("name")
def a_year_of_two_digits(good: Good) -> None:
    rename(good, FIRST, "KS.10.01.001.pdf")


@leads_to("name")
def an_unknown_kind(good: Good) -> None:
    rename(good, FIRST, "XX.2010.01.001.pdf")


@leads_to("name")
def a_volume_zero(good: Good) -> None:
    rename(good, FIRST, "KS.2010.00.001.pdf")


@leads_to("name")
def a_number_zero(good: Good) -> None:
    rename(good, FIRST, "KS.2010.01.000.pdf")


@leads_to("name")
def small_letters_for_the_kind(good: Good) -> None:
    rename(good, FIRST, "ks.2010.01.001.pdf")


@leads_to("name")
def a_copy_that_a_file_manager_named(good: Good) -> None:
    put(good, {**good.pdfs, "KS.2010.01.001 (1).pdf": good.pdfs[FIRST]})


@leads_to("name")
def a_thumbnail_store(good: Good) -> None:
    put(good, {**good.pdfs, "Thumbs.db": b"\xd0\xcf\x11\xe0"})


@leads_to("name-book")
def a_pdf_of_another_book(good: Good) -> None:
    rename(good, SECOND, "KS.2011.01.002.pdf")


@leads_to("case-duplicate")
def one_case_under_two_names(good: Good) -> None:
    put(good, {**good.pdfs, "KS.2010.01.2010.001.pdf": scan(title="x")})


@leads_to("name")
def a_zip_named_by_hand(good: Good) -> None:
    good.zips[0].rename(good.folder / "ho tich 2010.zip")


@leads_to("name-book")
def a_zip_under_the_name_of_another_book(good: Good) -> None:
    good.zips[0].rename(good.folder / "KS.2010.02.zip")


# --- PDFs


@leads_to("pdf-unreadable")
def a_word_document(good: Good) -> None:
    put(good, {**good.pdfs, FIRST: b"PK\x03\x04word/document.xml"})


@leads_to("pdf-unreadable")
def a_pdf_cut_off(good: Good) -> None:
    put(good, {**good.pdfs, FIRST: good.pdfs[FIRST][:-400]})


@leads_to("pdf-unreadable")
def a_pdf_with_a_password(good: Good) -> None:
    change_pdf(good, lambda pdf: None, encryption=pikepdf.Encryption(owner="a", user="b"))


@leads_to("pdf-encrypted")
def a_pdf_that_may_not_be_printed(good: Good) -> None:
    change_pdf(good, lambda pdf: None, encryption=pikepdf.Encryption(owner="a", user=""))


@leads_to("pdf-empty")
def a_pdf_without_pages(good: Good) -> None:
    change_pdf(good, lambda pdf: pdf.pages.__delitem__(0))


@leads_to("pdf-active")
def a_script(good: Good) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))

    change_pdf(good, add)


@leads_to("pdf-active")
def a_program_to_start(good: Good) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=pikepdf.String("cmd.exe"))

    change_pdf(good, add)


@leads_to("pdf-attachments")
def an_attachment(good: Good) -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["notes.txt"] = b"notes"

    change_pdf(good, attach)


@leads_to("pdf-version")
def an_old_version(good: Good) -> None:
    data = good.pdfs[FIRST].replace(b"%PDF-1.7", b"%PDF-1.3", 1)
    put(good, {**good.pdfs, FIRST: data})


@leads_to("pdf-not-pdfa")
def no_pdfa(good: Good) -> None:
    change_pdf(good, lambda pdf: pdf.Root.__delattr__("Metadata"))


@leads_to("pdf-no-intent")
def no_colour_profile(good: Good) -> None:
    change_pdf(good, lambda pdf: pdf.Root.__delattr__("OutputIntents"))


@leads_to("pdf-dpi")
def a_coarse_scan(good: Good) -> None:
    put(good, {**good.pdfs, FIRST: scan(dpi=150)})


@leads_to("pdf-dpi")
def a_page_larger_than_its_paper(good: Good) -> None:
    change_pdf(good, lambda pdf: pdf.pages[0].obj.__setattr__("UserUnit", 2))


@leads_to("pdf-not-colour")
def a_grey_scan(good: Good) -> None:
    put(good, {**good.pdfs, FIRST: scan(colour=False)})


@leads_to("pdf-no-image")
def a_page_without_a_picture(good: Good) -> None:
    def empty_page(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"BT 3 Tr /F1 10 Tf (word) Tj ET")

    change_pdf(good, empty_page)


@leads_to("pdf-no-image")
def a_picture_in_a_corner(good: Good) -> None:
    def shrink(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"q 60 0 0 80 0 0 cm /Im0 Do Q")

    change_pdf(good, shrink)


@leads_to("pdf-picture")
def a_picture_cut_off(good: Good) -> None:
    def cut(pdf: pikepdf.Pdf) -> None:
        image = pdf.pages[0].resources.XObject.Im0
        image.write(image.read_raw_bytes()[:-2000], filter=Name.FlateDecode)

    change_pdf(good, cut)


@leads_to("pdf-picture")
def a_jpeg_cut_off(good: Good) -> None:
    change_pdf(good, lambda pdf: put_jpeg(pdf, lambda data: data[: len(data) // 2]))


@leads_to("pdf-picture")
def a_jpeg_of_another_size(good: Good) -> None:
    change_pdf(good, lambda pdf: put_jpeg(pdf, lambda data: data, scale=2))


@leads_to("pdf-unreadable")
def a_page_of_an_impossible_size(good: Good) -> None:
    change_pdf(good, lambda pdf: pdf.pages[0].obj.__setattr__("MediaBox", Array([0, 0, 0, 0])))


@leads_to("pdf-title")
def two_pdfs_swapped(good: Good) -> None:
    put(good, {FIRST: good.pdfs[SECOND], SECOND: good.pdfs[FIRST]})


@leads_to("pdf-duplicate")
def the_same_pdf_under_two_numbers(good: Good) -> None:
    put(good, {**good.pdfs, SECOND: good.pdfs[FIRST]})


# --- the workbook


@leads_to("workbook-unreadable")
def no_workbook(good: Good) -> None:
    good.workbook.unlink()


@leads_to("workbook-unreadable")
def a_csv_named_xlsx(good: Good) -> None:
    good.workbook.write_text("STT;so;quyenSo\n1;01/2010;01/2010\n")


@leads_to("workbook-unreadable")
def a_workbook_without_headers(good: Good) -> None:
    change_sheet(good, lambda sheet: sheet.delete_rows(1))


@leads_to("workbook-sheet")
def a_sheet_renamed(good: Good) -> None:
    change_sheet(good, lambda sheet: setattr(sheet, "title", "Sheet1"))


@leads_to("workbook-columns")
def a_column_deleted(good: Good) -> None:
    change_sheet(good, lambda sheet: sheet.delete_cols(13))


@leads_to("row-no-slash")
def a_number_without_a_slash(good: Good) -> None:
    type_cell(good, "so", "01")


@leads_to("row-no-slash")
def a_volume_without_a_slash(good: Good) -> None:
    type_cell(good, "quyenSo", "1")


@leads_to("row-no-slash")
def a_number_that_became_a_date(good: Good) -> None:
    type_cell(good, "so", "2010-01-01 00:00:00")


@leads_to("row-page")
def a_page_that_is_no_number(good: Good) -> None:
    type_cell(good, "trangSo", "1b")


@leads_to("row-page")
def a_page_that_the_pdf_does_not_begin_with(good: Good) -> None:
    type_cell(good, "trangSo", "17")


@leads_to("row-serial")
def a_serial_number_changed(good: Good) -> None:
    type_cell(good, "STT", 9)


@leads_to("row-date")
def a_date_with_slashes(good: Good) -> None:
    type_cell(good, "ngayDangKy", "05/03/2010")


@leads_to("row-date")
def a_day_that_there_is_not(good: Good) -> None:
    type_cell(good, "ngayDangKy", "31.02.2010")


@leads_to("row-year")
def a_date_of_another_year(good: Good) -> None:
    type_cell(good, "ngayDangKy", "05.03.2011")


@leads_to("row-volume")
def a_row_of_another_volume(good: Good) -> None:
    type_cell(good, "quyenSo", "02/2010")


@leads_to("row-code")
def a_code_that_there_is_not(good: Good) -> None:
    type_cell(good, "loaiDangKy", "9")


@leads_to("pdf-without-row")
def a_row_deleted(good: Good) -> None:
    change_sheet(good, lambda sheet: sheet.delete_rows(3))


@leads_to("row-without-pdf")
def a_row_too_many(good: Good) -> None:
    change_sheet(good, lambda sheet: sheet.append([3, "03/2010", "01/2010", "3"]))


@leads_to("row-without-pdf")
def a_pdf_forgotten(good: Good) -> None:
    put(good, {FIRST: good.pdfs[FIRST]})


@leads_to("row-duplicate")
def a_row_twice(good: Good) -> None:
    change_sheet(good, lambda sheet: sheet.append([cell.value for cell in sheet[2]]))


# --- the manifest and what lies beside


@leads_to("checksum")
def a_pdf_made_again_by_hand(good: Good) -> None:
    put(good, {**good.pdfs, FIRST: scan(title=FIRST[:-4], text=False)})


@leads_to("file-missing")
def a_pdf_that_only_the_manifest_knows(good: Good) -> None:
    put(good, {FIRST: good.pdfs[FIRST]})


@leads_to("manifest-unlisted")
def a_pdf_that_the_manifest_does_not_know(good: Good) -> None:
    put(good, {**good.pdfs, "KS.2010.01.003.pdf": scan(title="KS.2010.01.003")})


@leads_to("page-count")
def a_page_lost(good: Good) -> None:
    change_manifest(good, lambda file: msgspec.structs.replace(file, pages=(*file.pages, *file.pages)))


@leads_to("manifest-book")
def the_manifest_of_another_book(good: Good) -> None:
    manifest = read_manifest(good.manifest)
    good.manifest.write_bytes(encode_manifest(msgspec.structs.replace(manifest, year=2011)))


@leads_to("manifest-unreadable")
def a_manifest_cut_off(good: Good) -> None:
    good.manifest.write_bytes(good.manifest.read_bytes()[:-100])


@leads_to("file-missing")
def a_cover_forgotten(good: Good) -> None:
    (good.folder / "KS.2010.01.front.pdf").unlink()


@leads_to("checksum")
def a_cover_of_another_book(good: Good) -> None:
    (good.folder / "KS.2010.01.front.pdf").write_bytes(scan(title="another"))


# --- what the ways are made of


def scan(**traits: object) -> bytes:
    return make_pdf(**{"size_mm": A6_MM, **traits})  # type: ignore[arg-type]


def edit(good: Good, change: Callable[[bytes], bytes]) -> None:
    good.zips[0].write_bytes(change(good.zips[0].read_bytes()))


def put(
    good: Good, members: dict[str, bytes], *, method: int = zipfile.ZIP_STORED, again: tuple[str, bytes] | None = None
) -> None:
    """Write the ZIP anew, as any program may."""
    with zipfile.ZipFile(good.zips[0], "w", method) as archive:
        for name, data in [*members.items(), *([again] if again else [])]:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, data)


def rename(good: Good, old: str, new: str) -> None:
    put(good, {new if name == old else name: data for name, data in good.pdfs.items()})


def change_pdf(good: Good, change: Callable[[pikepdf.Pdf], object], **options: object) -> None:
    """Change the first PDF and put it back."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(good.pdfs[FIRST])) as pdf:
        change(pdf)
        pdf.save(stream, min_version="1.7", **options)  # type: ignore[arg-type]
    put(good, {**good.pdfs, FIRST: stream.getvalue()})


def put_jpeg(pdf: pikepdf.Pdf, spoil: Callable[[bytes], bytes], scale: int = 1) -> None:
    from PIL import Image

    image = pdf.pages[0].resources.XObject.Im0
    stream = io.BytesIO()
    size = int(image.Width) // scale, int(image.Height) // scale
    Image.effect_noise(size, 80).convert("RGB").save(stream, "JPEG", quality=20)
    image.write(spoil(stream.getvalue()), filter=Name.DCTDecode)


def change_sheet(good: Good, change: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> None:
    """Change the sheet of cases as a person does in a spreadsheet program."""
    book = openpyxl.load_workbook(good.workbook)
    change(book["DL Import"])
    book.save(good.workbook)


def type_cell(good: Good, column: str, value: object) -> None:
    """Type a value into the first case's row."""

    def type_in(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        headers = [cell.value for cell in sheet[1]]
        sheet.cell(2, headers.index(column) + 1).value = value

    change_sheet(good, type_in)


def change_manifest(good: Good, change: Callable[[object], object]) -> None:
    manifest: Manifest = read_manifest(good.manifest)
    first, *others = manifest.files
    good.manifest.write_bytes(encode_manifest(msgspec.structs.replace(manifest, files=(change(first), *others))))


def copy_of(good: Good, folder: Path) -> Good:
    """Return the same package in another folder, to be spoiled."""
    shutil.copytree(good.folder, folder)
    zips = tuple(folder / path.name for path in good.zips)
    return replace(
        good, folder=folder, zips=zips, workbook=folder / good.workbook.name, manifest=folder / "manifest.json"
    )
