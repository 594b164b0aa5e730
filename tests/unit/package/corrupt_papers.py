"""Ways to corrupt what goes with a ZIP: the workbook, the manifest, the cover."""

import msgspec
from openpyxl.worksheet.worksheet import Worksheet

from scanpipe.package.paper_area import PageFigures, PagePaper
from tests.unit.package.corruption import (
    FIRST,
    change_manifest,
    change_sheet,
    change_whole_manifest,
    leads_to,
    put,
    scan,
    type_cell,
)
from tests.unit.package.valid_package import ValidPackage


@leads_to("workbook-unreadable")
def no_workbook(package: ValidPackage) -> None:
    package.workbook.unlink()


@leads_to("workbook-unreadable")
def a_csv_named_xlsx(package: ValidPackage) -> None:
    package.workbook.write_text("STT;so;quyenSo\n1;01/2010;01/2010\n")


@leads_to("workbook-unreadable")
def a_workbook_without_headers(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: sheet.delete_rows(1))


@leads_to("workbook-sheet")
def a_sheet_renamed(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: setattr(sheet, "title", "Sheet1"))


@leads_to("workbook-columns")
def a_column_deleted(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: sheet.delete_cols(13))


@leads_to("row-no-slash")
def a_number_without_a_slash(package: ValidPackage) -> None:
    type_cell(package, "so", "01")


@leads_to("row-no-slash")
def a_volume_without_a_slash(package: ValidPackage) -> None:
    type_cell(package, "quyenSo", "1")


@leads_to("row-no-slash")
def a_number_that_became_a_date(package: ValidPackage) -> None:
    type_cell(package, "so", "2010-01-01 00:00:00")


@leads_to("row-page")
def a_page_that_is_no_number(package: ValidPackage) -> None:
    type_cell(package, "trangSo", "1b")


@leads_to("row-page")
def a_page_that_the_pdf_does_not_begin_with(package: ValidPackage) -> None:
    type_cell(package, "trangSo", "17")


@leads_to("row-serial")
def a_serial_number_changed(package: ValidPackage) -> None:
    type_cell(package, "STT", 9)


@leads_to("row-date")
def a_date_with_slashes(package: ValidPackage) -> None:
    type_cell(package, "ngayDangKy", "05/03/2010")


@leads_to("row-date")
def a_day_that_there_is_not(package: ValidPackage) -> None:
    type_cell(package, "ngayDangKy", "31.02.2010")


@leads_to("row-year")
def a_date_of_another_year(package: ValidPackage) -> None:
    type_cell(package, "ngayDangKy", "05.03.2011")


@leads_to("row-volume")
def a_row_of_another_volume(package: ValidPackage) -> None:
    type_cell(package, "quyenSo", "02/2010")


@leads_to("row-code")
def a_code_that_there_is_not(package: ValidPackage) -> None:
    type_cell(package, "loaiDangKy", "9")


@leads_to("pdf-without-row")
def a_row_deleted(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: sheet.delete_rows(3))


@leads_to("row-without-pdf")
def a_row_too_many(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: sheet.append([3, "03/2010", "01/2010", "3"]))


@leads_to("row-without-pdf")
def a_pdf_forgotten(package: ValidPackage) -> None:
    put(package, {FIRST: package.pdfs[FIRST]})


@leads_to("row-no-case")
def a_number_zero_in_a_row(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: sheet.append([3, "00/2010", "01/2010", "3"]))


@leads_to("row-no-case")
def a_volume_with_a_letter_in_a_row(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: sheet.append([3, "03/2010", "01a/2010", "3"]))


@leads_to("row-duplicate")
def two_people_in_one_case(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: sheet.append([3, "1/2010", "1/2010", "1", None, None, "Xã B"]))


@leads_to("row-duplicate")
def a_row_twice(package: ValidPackage) -> None:
    change_sheet(package, lambda sheet: sheet.append([cell.value for cell in sheet[2]]))


@leads_to("checksum")
def a_pdf_made_again_by_hand(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST: scan(title=FIRST[:-4], text=False)})


@leads_to("file-missing")
def a_pdf_that_only_the_manifest_knows(package: ValidPackage) -> None:
    put(package, {FIRST: package.pdfs[FIRST]})


@leads_to("manifest-unlisted")
def a_pdf_that_the_manifest_does_not_know(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "KS.2010.01.003.pdf": scan(title="KS.2010.01.003")})


@leads_to("page-count")
def a_page_lost(package: ValidPackage) -> None:
    change_manifest(package, lambda file: msgspec.structs.replace(file, pages=(*file.pages, *file.pages)))


@leads_to("manifest-book")
def the_manifest_of_another_book(package: ValidPackage) -> None:
    change_whole_manifest(package, year=2011)


@leads_to("manifest-unreadable")
def a_manifest_cut_off(package: ValidPackage) -> None:
    package.manifest.write_bytes(package.manifest.read_bytes()[:-100])


@leads_to("file-missing")
def a_cover_forgotten(package: ValidPackage) -> None:
    (package.folder / "KS.2010.01.front.pdf").unlink()


@leads_to("checksum")
def a_cover_of_another_book(package: ValidPackage) -> None:
    (package.folder / "KS.2010.01.front.pdf").write_bytes(scan(title="another"))


@leads_to("manifest-missing")
def no_manifest(package: ValidPackage) -> None:
    package.manifest.unlink()


@leads_to("manifest-convention")
def another_convention(package: ValidPackage) -> None:
    change_whole_manifest(package, convention="another")


@leads_to("figures")
def more_pages_stated_than_listed(package: ValidPackage) -> None:
    change_whole_manifest(package, figures=PageFigures(pages=None, a4=None, pages_in_pdfs=99, a4_in_pdfs=99.0))


@leads_to("page-area")
def a_page_counted_as_a3(package: ValidPackage) -> None:
    change_whole_manifest(package, pages=(PagePaper(page="1", width_mm=297.0, height_mm=420.0),))


@leads_to("workbook-order")
def two_columns_swapped(package: ValidPackage) -> None:
    def swap(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_col=13, max_col=14):
            row[0].value, row[1].value = row[1].value, row[0].value

    change_sheet(package, swap)


@leads_to("workbook-titles")
def a_title_above_the_headers(package: ValidPackage) -> None:
    def entitle(sheet: Worksheet) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "Sổ đăng ký khai sinh"

    change_sheet(package, entitle)


@leads_to("workbook-missing")
def names_that_tell_no_book(package: ValidPackage) -> None:
    put(package, {"scan.pdf": package.pdfs[FIRST]})
    package.zips[0].rename(package.folder / "scans.zip")
