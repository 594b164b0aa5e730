"""What can be wrong with a package: one row for each code, with its cause and the way out.

The words of a single finding, with its file and values, are told where it is found. `docs/findings.md` is made of the
rows.
"""

from typing import Final

from scanpipe.vocabularies.findings import delivery, packages, pdfs, workbooks, zips
from scanpipe.vocabularies.findings.row import FindingRow

GROUPS: Final = {
    "names and the manifest": packages.ROWS,
    "the ZIP": zips.ROWS,
    "the PDFs": pdfs.ROWS,
    "the workbook": workbooks.ROWS,
    "the delivery": delivery.ROWS,
}
FINDINGS: Final = {row.code: row for rows in GROUPS.values() for row in rows}


def among(*codes: str) -> frozenset[str]:
    """Return some of the codes as a set.

    Raises:
        KeyError: there is no such code.
    """
    return frozenset(FINDINGS[code].code for code in codes)


__all__ = ["FINDINGS", "GROUPS", "FindingRow", "among"]
