"""Findings of the workbook that lists the cases."""

from typing import Final

from scanpipe.vocabularies.findings.row import ERROR, WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="workbook-missing",
        cause="The workbook of the package was not found.",
        remedy="Correct the name of the ZIP, or give the workbook with `--index`.",
    ),
    FindingRow(
        code="workbook-unreadable",
        cause="The workbook is missing, is not a valid .xlsx file, or has no headers.",
        remedy="Restore it from the delivery, or save it again as .xlsx with its headers.",
    ),
    FindingRow(
        code="workbook-sheet",
        cause="The sheet name of the convention is missing.",
        remedy="Rename the sheet to that name.",
    ),
    FindingRow(
        code="workbook-columns",
        cause="Columns of the convention are missing.",
        remedy="Restore the columns in the order of the convention.",
    ),
    FindingRow(
        code="workbook-order",
        cause="The order of its columns differs from the convention.",
        remedy="Move the columns into the convention's order, unless the receiver reads them by name.",
        severities=WARNING,
    ),
    FindingRow(
        code="workbook-titles",
        cause="There are rows above its header row.",
        remedy="Delete these rows. The headers must be the first row.",
        severities=WARNING,
    ),
    FindingRow(
        code="row-no-slash",
        cause="A number or volume does not have the form 01/2010; a spreadsheet program may have changed it to a date.",
        remedy="Type it as text, for example 01/2010.",
    ),
    FindingRow(
        code="row-no-case",
        cause="The number and volume of a row are not valid for a case.",
        remedy="Correct the number and the volume, or delete the row.",
    ),
    FindingRow(
        code="row-page",
        cause="The page is not a number, or differs from the first page of the PDF.",
        remedy="Type the page number of the book. If the PDF begins elsewhere, correct the page index or the rule.",
    ),
    FindingRow(
        code="row-date",
        cause="A date does not have the form 27.10.2008, or does not exist. A wrong registration date is an error. "
        "Other dates are a warning, because books state some dates in part.",
        remedy="Type the registration date as day.month.year. Leave other dates as the book states them.",
        severities=ERROR + WARNING,
    ),
    FindingRow(
        code="row-year",
        cause="The year of the registration date differs from the year of the number.",
        remedy="Compare both with the book, and correct the wrong one.",
    ),
    FindingRow(
        code="row-code",
        cause="A column has a code that the convention does not allow.",
        remedy="Type one of the codes in the finding.",
    ),
    FindingRow(
        code="row-not-final",
        cause="The state of the case is not final under the convention.",
        remedy="Finish the case, and set its final state.",
    ),
    FindingRow(
        code="row-volume",
        cause="The row belongs to another volume or year.",
        remedy="Correct the volume, or move the row to the workbook of its own book.",
    ),
    FindingRow(
        code="row-serial",
        cause="The serial number of a row differs from the manifest.",
        remedy="Restore the number in the finding.",
    ),
    FindingRow(
        code="row-duplicate",
        cause="Two rows have the same volume and number.",
        remedy="Compare the rows with the book, and keep the right one.",
    ),
    FindingRow(
        code="row-without-pdf",
        cause="A row has no PDF in the package.",
        remedy="Scan the case, or delete the row if the book has no such case.",
    ),
    FindingRow(
        code="pdf-without-row",
        cause="A PDF has no row in the workbook.",
        remedy="Add the row, or remove the PDF if the book has no such case.",
    ),
)
