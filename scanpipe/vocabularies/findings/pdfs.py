"""Findings of the PDF of a case, or of front or back matter."""

from typing import Final

from scanpipe.vocabularies.findings.row import WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="pdf-unreadable",
        cause="It is not a readable PDF: it is truncated, locked or another kind of file, or it has impossible pages.",
        remedy="Restore the PDF from the delivery, or make it again.",
    ),
    FindingRow(
        code="pdf-empty",
        cause="It has no pages.",
        remedy="Make it again from the scans of its case.",
    ),
    FindingRow(
        code="pdf-version",
        cause="Its PDF version is too old, or is not a PDF/A version.",
        remedy="Save it as PDF/A (PDF 1.4 to 1.7).",
    ),
    FindingRow(
        code="pdf-encrypted",
        cause="It is encrypted, or forbids printing or copying.",
        remedy="Save it without a password and without restrictions.",
    ),
    FindingRow(
        code="pdf-active",
        cause="It contains a script, sends a form, or starts a program.",
        remedy="Find out its origin, and make it again from the scan.",
    ),
    FindingRow(
        code="pdf-annotated",
        cause="A comment, a picture, a file or a video covers a part of a page.",
        remedy="Remove the cover, or make the PDF again from the scan.",
    ),
    FindingRow(
        code="pdf-attachments",
        cause="It contains attachments.",
        remedy="Save it without attachments.",
    ),
    FindingRow(
        code="pdf-outside",
        cause="A part of its content is in another file, which is not in the package.",
        remedy="Make it again from the scan, with everything in the PDF itself.",
    ),
    FindingRow(
        code="pdf-hidden",
        cause="It has hidden layers.",
        remedy="Check the content of the layers, and make the PDF again without layers.",
    ),
    FindingRow(
        code="pdf-earlier",
        cause="It was changed after it was made, and still contains earlier content of its pages.",
        remedy="Compare the page with the book, and make the PDF again from the scan.",
        severities=WARNING,
    ),
    FindingRow(
        code="pdf-not-pdfa",
        cause="It is not marked as PDF/A, or there is data before its header or after its end.",
        remedy="Make it again as PDF/A. If the receiver does not ask for that, set `pdfa = false` in the convention.",
    ),
    FindingRow(
        code="pdf-no-intent",
        cause="It has no colour profile as output intent, which PDF/A needs.",
        remedy="Make it again as PDF/A with an sRGB profile.",
    ),
    FindingRow(
        code="pdf-signature",
        cause="A signature is not valid: the PDF was changed after it was signed.",
        remedy="Find the change. Sign the PDF again only after you compared it with the book.",
    ),
    FindingRow(
        code="pdf-after-signature",
        cause="Content was added after it was signed.",
        remedy="Check the added content. If it does not belong there, restore the signed PDF.",
        severities=WARNING,
    ),
    FindingRow(
        code="pdf-no-text",
        cause="It has no text layer, so it cannot be searched.",
        remedy="Run OCR on its pages again, or accept the PDF if its pages are not readable.",
        severities=WARNING,
    ),
    FindingRow(
        code="pdf-no-image",
        cause="No picture covers a page.",
        remedy="Scan the page, and make the PDF again.",
    ),
    FindingRow(
        code="pdf-picture",
        cause="One of its pictures is damaged or truncated, or has another format than stated.",
        remedy="Restore the PDF from the delivery, or make it again from the scan.",
    ),
    FindingRow(
        code="pdf-dpi",
        cause="The resolution of a page is below the minimum of the convention.",
        remedy="Scan the page again at a higher resolution. Do not enlarge the picture; that adds no detail.",
    ),
    FindingRow(
        code="pdf-painted",
        cause="Text or shapes cover the picture of a page.",
        remedy="Make the PDF again from the scan, without stamps or watermarks.",
    ),
    FindingRow(
        code="pdf-not-colour",
        cause="A page has no colour, but the convention requires colour.",
        remedy="Scan the page again in colour.",
    ),
    FindingRow(
        code="pdf-size",
        cause="Its size for each A4 page exceeds the guideline of the convention.",
        remedy="No action is needed. If the receiver refuses the PDF, make it again with a smaller size.",
        severities=WARNING,
    ),
    FindingRow(
        code="pdf-title",
        cause="Its title names another case.",
        remedy="Compare the page with both cases, as files may have been swapped. Rename the file, or make it again.",
    ),
    FindingRow(
        code="pdf-duplicate",
        cause="It is identical to another file of the package.",
        remedy="Find out which of the two names is right, and scan the other case.",
    ),
)
