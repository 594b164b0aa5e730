"""Findings of names, and of what the manifest states."""

from typing import Final

from scanpipe.vocabularies.findings.row import WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="name",
        cause="A file's name does not follow the convention.",
        remedy="Rename the file. If the receiver accepts such names, mend the convention.",
    ),
    FindingRow(
        code="name-form",
        cause="A file's name can be read, but is not written as the convention writes it.",
        remedy="Rename the file as the finding says, unless the receiver takes both forms.",
        severities=WARNING,
    ),
    FindingRow(
        code="name-book",
        cause="By its name, a file belongs to another book than the package.",
        remedy="Take it out, and put it into its own book's package. If only the name is wrong, rename it.",
    ),
    FindingRow(
        code="case-duplicate",
        cause="Two PDFs are of one and the same case.",
        remedy="Compare them with the book: remove the one too many, or correct its number.",
    ),
    FindingRow(
        code="no-cases",
        cause="The package holds no case.",
        remedy="Look whether the right ZIP was given and whether all its names are wrong.",
    ),
    FindingRow(
        code="matter-in-zip",
        cause="A cover, or another page that belongs to no case, lies in the ZIP, where the convention wants "
        "cases alone.",
        remedy="Put it where the convention's `matter` says, or mend the convention.",
    ),
    FindingRow(
        code="number-gap",
        cause="A number is left out between the cases; in a year's first volume, from 1 on.",
        remedy="Look in the book whether the number was left out there. If not, scan the case that is missing.",
        severities=WARNING,
    ),
    FindingRow(
        code="manifest-missing",
        cause="No manifest lies beside the ZIP, so checksums and page numbers could not be compared.",
        remedy="Copy `manifest.json` along with the package, or judge it without.",
        severities=WARNING,
    ),
    FindingRow(
        code="manifest-unreadable",
        cause="The manifest is damaged, or was changed so that it cannot be read.",
        remedy="Copy it again from the delivery.",
    ),
    FindingRow(
        code="manifest-book",
        cause="The manifest is of another book.",
        remedy="Put the manifest beside the ZIP that it was made with.",
    ),
    FindingRow(
        code="manifest-convention",
        cause="The package was made by another convention than the one it is judged by.",
        remedy="Verify it by the convention that it was made by, unless the other one was meant.",
        severities=WARNING,
    ),
    FindingRow(
        code="manifest-unlisted",
        cause="A file is in the ZIP, but the manifest does not know it.",
        remedy="Find out who added it. Remove it, or deliver the book again.",
    ),
    FindingRow(
        code="file-missing",
        cause="The manifest lists a file that is not there or cannot be read.",
        remedy="Put the file back from the delivery, or deliver the book again.",
    ),
    FindingRow(
        code="checksum",
        cause="A file is not the one that the manifest states: it was changed, or came from another delivery.",
        remedy="Put the file back from the delivery. If it was changed on purpose, deliver the book again.",
    ),
    FindingRow(
        code="figures",
        cause="The numbers of pages that the manifest states are not those of the pages that it lists.",
        remedy="Do not hand the package over: its bill would be wrong. Deliver the book again.",
    ),
    FindingRow(
        code="page-count",
        cause="A PDF has more or fewer pages than the manifest says.",
        remedy="Put the PDF back from the delivery, or deliver the book again.",
    ),
    FindingRow(
        code="page-area",
        cause="More paper is counted for a page than its PDF shows.",
        remedy="Compare the paper size of the page with the book, and correct it before it is billed.",
        severities=WARNING,
    ),
    FindingRow(
        code="beyond-bounds",
        cause="Reading a file took more time or memory than it may, so it was not read to the end.",
        remedy="Do not open it by other means before you know where it came from. Have it made again.",
    ),
)
