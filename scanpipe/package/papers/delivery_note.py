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

from scanpipe.fsio import nfc
from scanpipe.messages import _, language
from scanpipe.package.naming.confidence import confidence_text
from scanpipe.package.papers.handover import Figures, Handover, total
from scanpipe.package.papers.numbers import number
from scanpipe.package.papers.printing import fill_in, print_pdf
from scanpipe.package.papers.report import page_range
from scanpipe.package.workbook.writing import workbook_bytes, write_text
from scanpipe.printable import printable

NOTE_WORKBOOK = "delivery-note.xlsx"
"""What the workbook is called in the folder of a revision."""

_Row: TypeAlias = Sequence[str | int | float]
_AREA_FORMAT = "#,##0.00"
_WIDEST = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who hands over and who receives; an empty name becomes a dotted line."""

    contractor: str = ""
    receiver: str = ""


def handover_pdf(handovers: Sequence[Handover], parties: Parties) -> bytes:
    """Return the delivery note as PDF/A-2b.

    Raises:
        ToolMissing: Pango is not installed.
    """
    html = fill_in(
        "delivery-note.html",
        handovers=handovers,
        sums=total([each.figures for each in handovers]),
        contractor=nfc(parties.contractor),
        receiver=nfc(parties.receiver),
        language=language(),
        number=number,
        page_range=page_range,
        confidence=confidence_text,
    )
    return print_pdf(html)


def handover_xlsx(handovers: Sequence[Handover]) -> bytes:
    """Return the delivery note as a workbook: a row for each book, paper size of a book, page and file."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    sheets = {_("Books"): _books, _("Paper"): _papers, _("Pages"): _pages, _("Files"): _files}
    for name, rows in sheets.items():
        _write_sheet(workbook.create_sheet(name), list(rows(handovers)))
    return workbook_bytes(workbook)


def _books(handovers: Sequence[Handover]) -> Iterator[_Row]:
    yield (
        *(_("No."), _("Book"), _("Kind"), _("Year"), _("Volume"), _("Unit code"), _("Unit list"), _("Unit")),
        *(_("Revision"), *_figure_headers(), _("Numbers without a case")),
        _("Pages missing from the book"),
        *(_("ZIP"), _("Bytes"), "SHA-256", _("Naming convention"), _("Confidence")),
    )
    for serial, each in enumerate(handovers, 1):
        yield (
            *(serial, each.book.label, each.kind_name, each.year, each.volume),
            *(each.unit_code, each.unit_list, nfc(each.unit_name), each.revision),
            *_figures(each.figures),
            ", ".join(each.gaps),
            ", ".join(map(str, each.absent)),
            "\n".join(archive.name for archive in each.archives),
            sum(archive.size for archive in each.archives),
            "\n".join(archive.sha256 for archive in each.archives),
            *(each.convention, confidence_text(each.confidence)),
        )
    if len(handovers) > 1:
        sums = total([each.figures for each in handovers])
        size = sum(archive.size for each in handovers for archive in each.archives)
        yield ("", _("Total"), *("",) * 7, *_figures(sums), "", "", "", size, "", "", "")


def _figure_headers() -> _Row:
    return (
        *(_("Front pages"), _("Body pages"), _("Back pages"), _("Pages"), _("A4 equivalents")),
        *(_("Cases"), _("Missing numbers"), _("Blank pages"), _("Damaged pages"), _("PDFs"), _("Rows")),
    )


def _figures(of: Figures) -> _Row:
    return (
        *(of.front, of.body, of.back, of.pages, of.a4),
        *(of.cases, of.missing, of.blank, of.damaged, of.pdfs, of.rows),
    )


def _papers(handovers: Sequence[Handover]) -> Iterator[_Row]:
    yield (_("Book"), _("Unit code"), _("Paper size"), _("Pages"), _("A4 equivalents"))
    for each in handovers:
        for paper in each.figures.papers:
            yield (each.book.label, each.unit_code, paper.name, paper.pages, paper.a4)


def _pages(handovers: Sequence[Handover]) -> Iterator[_Row]:
    yield (
        *(_("Book"), _("Unit code"), _("Page"), _("Width (mm)"), _("Height (mm)")),
        *(_("Paper size"), _("A4 equivalents"), _("Condition")),
    )
    conditions = {"": "", "blank": _("blank"), "damaged": _("damaged")}
    for each in handovers:
        for page in each.pages:
            yield (
                *(each.book.label, each.unit_code, page.page, page.width_mm, page.height_mm),
                *(page.paper, page.a4, conditions[page.condition]),
            )


def _files(handovers: Sequence[Handover]) -> Iterator[_Row]:
    yield (
        *(_("Book"), _("Unit code"), _("File"), _("In the ZIP"), "SHA-256", _("Bytes")),
        *(_("PDFs"), _("Cover and notes"), _("Rows")),
    )
    for each in handovers:
        of = (each.book.label, each.unit_code)
        for archive in each.archives:
            yield (*of, archive.name, "", archive.sha256, archive.size, archive.pdfs, "", "")
        for file in each.matter:
            place = _("yes") if file.place == "zip" else ""
            yield (*of, file.name, place, file.sha256, file.size, "", page_range(file.of_book), "")
        yield (*of, each.workbook, "", "", "", "", "", each.rows)


def _write_sheet(sheet: Worksheet, rows: Sequence[_Row]) -> None:
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, str):
                write_text(sheet, line, column, printable(value, lines=True))
            else:
                sheet.cell(line, column, value).number_format = _AREA_FORMAT if isinstance(value, float) else "General"
            sheet.cell(line, column).alignment = Alignment(wrap_text=True, vertical="top")
            sheet.cell(line, column).font = Font(bold=line == 1)
    for column, cells in enumerate(zip(*rows, strict=True), 1):
        longest = max(len(text) for cell in cells for text in str(cell).split("\n"))
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, _WIDEST)
    sheet.freeze_panes = "A2"
