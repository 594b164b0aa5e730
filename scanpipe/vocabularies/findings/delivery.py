"""Findings that only making the package can tell."""

from typing import Final

from scanpipe.vocabularies.findings.row import WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="page-over-budget",
        cause="A page is larger than the guideline of the convention; more compression would damage its writing.",
        remedy="No action is needed. If the receiver refuses the page for its size, ask for a higher limit.",
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
        cause="The page lacks writing that is on the scan; a person accepted it.",
        remedy="Compare the page with the scan once more. If something is missing, send the page back.",
        severities=WARNING,
    ),
    FindingRow(
        code="workbook-conflict",
        cause="Typed data differs between two workbooks, or could not be copied unchanged.",
        remedy="Check the cell named in the finding. Correct the newest workbook where it is wrong.",
        severities=WARNING,
    ),
)
