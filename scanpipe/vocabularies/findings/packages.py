"""Findings of names, and of what the manifest states."""

from typing import Final

from scanpipe.vocabularies.findings.row import WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="name",
        cause="A file's name does not follow the convention.",
        remedy="Rename the file. If the receiver accepts such names, correct the convention.",
    ),
    FindingRow(
        code="name-form",
        cause="A file's name is readable, but differs from the form of the convention.",
        remedy="Rename the file as the finding says, unless the receiver accepts both forms.",
        severities=WARNING,
    ),
    FindingRow(
        code="name-book",
        cause="The name of a file belongs to another book than the package.",
        remedy="Move the file to the package of its own book. If only the name is wrong, rename it.",
    ),
    FindingRow(
        code="case-duplicate",
        cause="Two PDFs belong to the same case.",
        remedy="Compare them with the book. Remove the extra PDF, or correct its number.",
    ),
    FindingRow(
        code="no-cases",
        cause="The package contains no case.",
        remedy="Check that you gave the right ZIP, and that its names are right.",
    ),
    FindingRow(
        code="matter-in-zip",
        cause="A page that belongs to no case, such as a cover, is in the ZIP, but the convention allows only cases "
        "there.",
        remedy="Put it where the convention's `matter_location` says, or correct the convention.",
    ),
    FindingRow(
        code="number-gap",
        cause="A number is missing between the cases; in the first volume of a year, counted from 1.",
        remedy="Check whether the book has the number. If it has, scan the missing case.",
        severities=WARNING,
    ),
    FindingRow(
        code="manifest-missing",
        cause="There is no manifest beside the ZIP, so checksums and page numbers were not compared.",
        remedy="Copy `manifest.json` together with the package, or check the package without it.",
        severities=WARNING,
    ),
    FindingRow(
        code="manifest-unreadable",
        cause="The manifest is damaged, or was changed so that it cannot be read.",
        remedy="Copy it again from the delivery.",
    ),
    FindingRow(
        code="manifest-book",
        cause="The manifest belongs to another book.",
        remedy="Put the manifest beside its own ZIP.",
    ),
    FindingRow(
        code="manifest-convention",
        cause="The package was made by one convention and checked by another.",
        remedy="Verify the package by the convention that made it, unless you meant the other one.",
        severities=WARNING,
    ),
    FindingRow(
        code="manifest-unlisted",
        cause="A file is in the ZIP, but not in the manifest.",
        remedy="Find out who added it. Remove it, or deliver the book again.",
    ),
    FindingRow(
        code="file-missing",
        cause="The manifest lists a file that is not there or cannot be read.",
        remedy="Restore the file from the delivery, or deliver the book again.",
    ),
    FindingRow(
        code="checksum",
        cause="The content of a file differs from the manifest: the file was changed, or came from another delivery.",
        remedy="Restore the file from the delivery. If it was changed on purpose, deliver the book again.",
    ),
    FindingRow(
        code="figures",
        cause="The totals of pages in the manifest differ from the pages that it lists.",
        remedy="Do not hand the package over, because its invoice would be wrong. Deliver the book again.",
    ),
    FindingRow(
        code="page-count",
        cause="A PDF has more or fewer pages than the manifest says.",
        remedy="Restore the PDF from the delivery, or deliver the book again.",
    ),
    FindingRow(
        code="page-area",
        cause="The stated paper area of a page is larger than the area in its PDF.",
        remedy="Compare the paper size of the page with the book, and correct it before the invoice.",
        severities=WARNING,
    ),
    FindingRow(
        code="beyond-bounds",
        cause="Reading a file exceeded the limits of time or memory and was stopped.",
        remedy="Do not open the file with another program before you know its origin. Ask for a new copy.",
    ),
)
