"""Findings that only making the package can tell."""

from typing import Final

from scanpipe.vocabularies.findings.row import WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="page-over-budget",
        cause="A page could not be made as small as the convention asks without harm to its writing.",
        remedy="Nothing must be done. If the receiver refuses it for its size, ask for leave to send it larger.",
        severities=WARNING,
    ),
    FindingRow(
        code="page-doubtful",
        cause="The fidelity check could not confirm that the page shows all faint ink and the full colour of seals.",
        remedy="Compare the page of the PDF with the scan before you hand it over.",
        severities=WARNING,
    ),
    FindingRow(
        code="page-lacks-writing",
        cause="Writing that is on the scan is not on the page; a person let it pass.",
        remedy="Compare the page with the scan once more. If something is missing, send the page back.",
        severities=WARNING,
    ),
    FindingRow(
        code="workbook-conflict",
        cause="What was typed into two workbooks differs, or could not be taken over as it was.",
        remedy="Look at the cell that the finding names, and mend the newest workbook where it is wrong.",
        severities=WARNING,
    ),
)
