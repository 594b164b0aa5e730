"""Findings of the workbook that lists the cases."""

from typing import Final

from scanpipe.vocabularies.findings.row import ERROR, WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="workbook-missing",
        cause="It is not known which workbook belongs to the package.",
        remedy="Correct the name of the ZIP, or name the workbook with `--index`.",
    ),
    FindingRow(
        code="workbook-unreadable",
        cause="The workbook is not there, is no .xlsx, or has no headers.",
        remedy="Put it back from the delivery, or save it again as .xlsx with its headers.",
    ),
    FindingRow(
        code="workbook-sheet",
        cause="It has no sheet of the name that the convention asks for.",
        remedy="Give the sheet its name back.",
    ),
    FindingRow(
        code="workbook-columns",
        cause="Columns that the convention asks for are missing.",
        remedy="Put the columns back, in the order of the convention.",
    ),
    FindingRow(
        code="workbook-order",
        cause="Its columns are in another order than the convention's.",
        remedy="Move the columns into the convention's order, unless the receiver reads them by name.",
        severities=WARNING,
    ),
    FindingRow(
        code="workbook-titles",
        cause="Rows stand above its headers.",
        remedy="Delete them, so that the headers are the first row.",
        severities=WARNING,
    ),
    FindingRow(
        code="row-no-slash",
        cause="A number or volume is not of the form 01/2010; a spreadsheet may have made a date of it.",
        remedy="Type it as text: number, slash, year.",
    ),
    FindingRow(
        code="row-no-case",
        cause="The number and volume of a row are none that a case can have.",
        remedy="Correct number and volume, or delete the row.",
    ),
    FindingRow(
        code="row-page",
        cause="The page is no number, or not the one that the case's PDF begins with.",
        remedy="Type the page as it is in the book. If the PDF begins elsewhere, correct the book's page sets.",
    ),
    FindingRow(
        code="row-date",
        cause="A date is not of the form 27.10.2008, or there is no such day. The registration's refuses the "
        "package, others are a warning, as books state some in part.",
        remedy="Type the registration's date as day.month.year. Leave others as the book states them.",
        severities=ERROR + WARNING,
    ),
    FindingRow(
        code="row-year",
        cause="The registration's date is of another year than the number.",
        remedy="Compare both with the book, and correct the wrong one.",
    ),
    FindingRow(
        code="row-code",
        cause="A column holds a code that the convention does not know.",
        remedy="Type one of the codes that the finding names.",
    ),
    FindingRow(
        code="row-not-final",
        cause="The case is in a state that the convention does not take for final.",
        remedy="Finish the case, and set its state.",
    ),
    FindingRow(
        code="row-volume",
        cause="The row is of another volume or year than this book.",
        remedy="Correct the volume, or move the row to its own book's workbook.",
    ),
    FindingRow(
        code="row-serial",
        cause="The serial number of a row is not the one that the manifest states.",
        remedy="Put the number back that the finding names.",
    ),
    FindingRow(
        code="row-duplicate",
        cause="Two rows have the same volume and number.",
        remedy="Compare them with the book, and keep the one that is right.",
    ),
    FindingRow(
        code="row-without-pdf",
        cause="A row has no PDF in the package.",
        remedy="Scan the case, or delete the row if the book has no such case.",
    ),
    FindingRow(
        code="pdf-without-row",
        cause="A PDF has no row in the workbook.",
        remedy="Add the row, or take the PDF out if the book has no such case.",
    ),
)
