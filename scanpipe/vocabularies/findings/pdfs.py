"""Findings of the PDF of a case, or of front or back matter."""

from typing import Final

from scanpipe.vocabularies.findings.row import WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="pdf-unreadable",
        cause="It cannot be read as a PDF: it was cut off, is locked, is something else, or has impossible pages.",
        remedy="Put the PDF back from the delivery, or make it again.",
    ),
    FindingRow(
        code="pdf-empty",
        cause="It has no pages.",
        remedy="Make it again from the scans of its case.",
    ),
    FindingRow(
        code="pdf-version",
        cause="Its version of PDF is too old, or is none that PDF/A knows.",
        remedy="Save it as PDF/A (PDF 1.4 to 1.7).",
    ),
    FindingRow(
        code="pdf-encrypted",
        cause="It is encrypted, or forbids printing or copying.",
        remedy="Save it without a password and without restrictions.",
    ),
    FindingRow(
        code="pdf-active",
        cause="It holds a script, sends a form, or starts a program.",
        remedy="Find out where it came from, and make it again from the scan.",
    ),
    FindingRow(
        code="pdf-annotated",
        cause="A comment, a picture, a file or a film lies over one of its pages.",
        remedy="Remove what lies over the page, or make the PDF again from the scan.",
    ),
    FindingRow(
        code="pdf-attachments",
        cause="It holds attached files.",
        remedy="Save it without attachments.",
    ),
    FindingRow(
        code="pdf-outside",
        cause="A part of it lies in another file, which is not in the package.",
        remedy="Make it again from the scan, with everything in the PDF itself.",
    ),
    FindingRow(
        code="pdf-hidden",
        cause="It has layers that are not shown.",
        remedy="Look at what the layers show, and make the PDF again without layers.",
    ),
    FindingRow(
        code="pdf-earlier",
        cause="It was changed after it was made, and still holds what its pages showed before.",
        remedy="Compare the page with the book, and make the PDF again from the scan.",
        severities=WARNING,
    ),
    FindingRow(
        code="pdf-not-pdfa",
        cause="It does not say that it is PDF/A, or something stands before its header or behind its end.",
        remedy="Make it again as PDF/A. If the receiver does not ask for that, set `pdfa = false` in the convention.",
    ),
    FindingRow(
        code="pdf-no-intent",
        cause="It has no colour profile as output intent, which PDF/A needs.",
        remedy="Make it again as PDF/A with an sRGB profile.",
    ),
    FindingRow(
        code="pdf-signature",
        cause="A signature does not hold: the PDF is not as it was signed.",
        remedy="Find out what was changed. Sign it again only after comparing it with the book.",
    ),
    FindingRow(
        code="pdf-after-signature",
        cause="Something was added to it after it was signed.",
        remedy="Look at what was added. If it has no place there, put the signed PDF back.",
        severities=WARNING,
    ),
    FindingRow(
        code="pdf-no-text",
        cause="It has no text layer, so it cannot be searched.",
        remedy="Run OCR on its pages again, or accept it where nothing can be read.",
        severities=WARNING,
    ),
    FindingRow(
        code="pdf-no-image",
        cause="No picture covers a page.",
        remedy="Scan the page, and make the PDF again.",
    ),
    FindingRow(
        code="pdf-picture",
        cause="A picture in it is damaged, cut off, or not of the kind it is said to be.",
        remedy="Put the PDF back from the delivery, or make it again from the scan.",
    ),
    FindingRow(
        code="pdf-dpi",
        cause="The resolution of a page is lower than the convention asks for.",
        remedy="Scan the page again at a higher resolution. A picture that is only enlarged gains nothing.",
    ),
    FindingRow(
        code="pdf-painted",
        cause="Text or shapes are painted over the picture of a page.",
        remedy="Make the PDF again from the scan, without stamps or watermarks.",
    ),
    FindingRow(
        code="pdf-not-colour",
        cause="A page has no colour, which the convention asks for.",
        remedy="Scan the page again in colour.",
    ),
    FindingRow(
        code="pdf-size",
        cause="It is larger for each A4 page than the convention's guideline.",
        remedy="Nothing must be done, unless the receiver refuses it: then have it made again, smaller.",
        severities=WARNING,
    ),
    FindingRow(
        code="pdf-title",
        cause="Its title says that it is another case.",
        remedy="Compare the page with both cases: files may have been swapped. Rename the file, or make it again.",
    ),
    FindingRow(
        code="pdf-duplicate",
        cause="It is the very same file as another one of the package.",
        remedy="Find out which of the two names is right, and scan the other case.",
    ),
)
