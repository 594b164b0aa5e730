"""The delivery note, of one book or of several: PDF/A for those who sign it, a workbook for those who invoice by it.

Texts and numbers are in the language that is spoken. No clock: days are left to be
filled in by hand, and the same figures give the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from scanpipe.messages import _, language
from scanpipe.package.naming.confidence import confidence_text
from scanpipe.package.reports.delivery_record import DeliveryRecord, Figures, total
from scanpipe.package.reports.numbers import number, page_range
from scanpipe.package.reports.printing import fill_in, print_pdf
from scanpipe.package.workbook.writing import Formula, workbook_bytes, write_formula, write_text
from scanpipe.system.fsio import nfc
from scanpipe.system.printable import printable

NOTE_WORKBOOK = "delivery-note.xlsx"
"""What the workbook is called in the folder of a revision."""

_Row: TypeAlias = Sequence[str | int | float | Formula]
_AREA_FORMAT = "#,##0.00"
_MONEY_FORMAT = "#,##0"
_WIDEST = 70
_FIRST_LINE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who hands over and who receives, and by which contract; an empty text becomes a dotted line."""

    contractor: str = ""
    receiver: str = ""
    contract: str = ""


def delivery_note_pdf(records: Sequence[DeliveryRecord], parties: Parties) -> bytes:
    """Return the delivery note as PDF/A-2b.

    Raises:
        ToolMissing: Pango is not installed.
    """
    html = fill_in(
        "delivery-note.html",
        records=records,
        sums=total([record.figures for record in records]),
        contractor=nfc(parties.contractor),
        receiver=nfc(parties.receiver),
        contract=nfc(parties.contract),
        measured=[record.book.label for record in records if not record.iso_sizes],
        language=language(),
        number=number,
        page_range=page_range,
        confidence=confidence_text,
    )
    return print_pdf(html)


def delivery_note_xlsx(records: Sequence[DeliveryRecord]) -> bytes:
    """Return the delivery note as a workbook: a row for each book, paper size of a book, page and file."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    sheets = {_("Books"): _books, _("Paper"): _papers, _("Pages"): _pages, _("Files"): _files}
    for name, rows in sheets.items():
        _write_sheet(workbook.create_sheet(name), list(rows(records)))
    return workbook_bytes(workbook)


def _book_headers() -> tuple[str, ...]:
    return (
        *(_("No."), _("Book"), _("Kind"), _("Year"), _("Volume"), _("Unit code"), _("Unit list"), _("Unit")),
        *(_("Revision"), *_figure_headers(), _("Numbers without a case")),
        _("Pages missing from the book"),
        *(_("ZIP"), _("Bytes"), "SHA-256", _("Naming convention"), _("Confidence")),
        *(_("Price of an A4 sheet (VND)"), _("Amount (VND)")),
    )


def _books(records: Sequence[DeliveryRecord]) -> Iterator[_Row]:
    yield _book_headers()
    for serial, record in enumerate(records, 1):
        yield (
            *(serial, record.book.label, record.kind_name, record.year, record.volume),
            *(record.unit_code, record.unit_list, nfc(record.unit_name), record.revision),
            *_figures(record.figures),
            ", ".join(record.gaps),
            ", ".join(map(str, record.absent)),
            "\n".join(archive.name for archive in record.archives),
            sum(archive.size for archive in record.archives),
            "\n".join(archive.sha256 for archive in record.archives),
            *(record.convention, confidence_text(record.confidence)),
            *_priced(serial + 1),
        )
    if len(records) > 1:
        sums = total([record.figures for record in records])
        size = sum(archive.size for record in records for archive in record.archives)
        rest = ("", "", "", size, "", "", "", "", _sum_of(len(records)))
        yield ("", _("Total"), *("",) * 7, *_figures(sums), *rest)


def _priced(line: int) -> tuple[str | Formula, Formula]:
    """Return price and amount of the book in that line: a price is typed once, and holds until another is typed."""
    column = _letter(_("Price of an A4 sheet (VND)"))
    areas = _letter(_("A4 equivalents"))
    area, price, above = f"{areas}{line}", f"{column}{line}", f"{column}{line - 1}"
    amount = Formula(text=f'=IF(ISNUMBER({price}),ROUND({area}*{price},0),"")', number_format=_MONEY_FORMAT)
    if line == _FIRST_LINE:
        return "", amount
    return Formula(text=f'=IF({above}="","",{above})', number_format=_MONEY_FORMAT), amount


def _sum_of(books: int) -> Formula:
    column = _letter(_("Amount (VND)"))
    amounts = f"{column}{_FIRST_LINE}:{column}{books + 1}"
    return Formula(text=f'=IF(COUNT({amounts})>0,SUM({amounts}),"")', number_format=_MONEY_FORMAT)


def _letter(header: str) -> str:
    """Return the letter of a column of the sheet of books."""
    return str(get_column_letter(_book_headers().index(header) + 1))


def _figure_headers() -> tuple[str, ...]:
    return (
        *(_("Front pages"), _("Body pages"), _("Back pages"), _("Pages"), _("A4 equivalents")),
        *(_("Pages in PDFs"), _("A4 equivalents in PDFs")),
        *(_("Cases"), _("Missing numbers"), _("Blank pages"), _("Damaged pages"), _("PDFs"), _("Rows")),
    )


def _figures(of: Figures) -> _Row:
    return (
        *(of.front, of.body, of.back, of.pages, of.a4, of.pages_in_pdfs, of.a4_in_pdfs),
        *(of.cases, of.missing, of.blank, of.damaged, of.pdfs, of.rows),
    )


def _papers(records: Sequence[DeliveryRecord]) -> Iterator[_Row]:
    yield (_("Book"), _("Unit code"), _("Paper size"), _("Pages"), _("A4 equivalents"))
    for record in records:
        for paper in record.figures.papers:
            yield (record.book.label, record.unit_code, paper.name, paper.pages, paper.a4)


def _pages(records: Sequence[DeliveryRecord]) -> Iterator[_Row]:
    yield (
        *(_("Book"), _("Unit code"), _("Page"), _("Width (mm)"), _("Height (mm)")),
        *(_("Paper size"), _("A4 equivalents"), _("Condition")),
    )
    conditions = {"": "", "blank": _("blank"), "damaged": _("damaged")}
    for record in records:
        for page in record.pages:
            yield (
                *(record.book.label, record.unit_code, page.page, page.width_mm, page.height_mm),
                *(page.paper, page.a4(iso_sizes=record.iso_sizes), conditions[page.condition]),
            )


def _files(records: Sequence[DeliveryRecord]) -> Iterator[_Row]:
    yield (
        *(_("Book"), _("Unit code"), _("File"), _("In the ZIP"), "SHA-256", _("Bytes")),
        *(_("PDFs"), _("Cover and notes"), _("Rows")),
    )
    for record in records:
        of = (record.book.label, record.unit_code)
        for archive in record.archives:
            yield (*of, archive.name, "", archive.sha256, archive.size, archive.pdfs, "", "")
        for file in record.matter:
            place = _("yes") if file.place == "zip" else ""
            yield (*of, file.name, place, file.sha256, file.size, "", page_range(file.of_book), "")
        yield (*of, record.workbook, "", "", "", "", "", record.rows)


def _write_sheet(sheet: Worksheet, rows: Sequence[_Row]) -> None:
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, Formula):
                write_formula(sheet, line, column, value)
            elif isinstance(value, str):
                write_text(sheet, line, column, printable(value, lines=True))
            else:
                sheet.cell(line, column, value).number_format = _AREA_FORMAT if isinstance(value, float) else "General"
            sheet.cell(line, column).alignment = Alignment(wrap_text=True, vertical="top")
            sheet.cell(line, column).font = Font(bold=line == 1)
    for column, cells in enumerate(zip(*rows, strict=True), 1):
        texts = ("" if isinstance(cell, Formula) else str(cell) for cell in cells)
        longest = max(len(text) for cell in texts for text in cell.split("\n"))
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, _WIDEST)
    sheet.freeze_panes = "A2"
