"""Findings of a ZIP as a file, its parts and how its members are packed."""

from typing import Final

from scanpipe.vocabularies.findings.row import WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="zip-unreadable",
        cause="It is not a readable ZIP: it is truncated, empty or another kind of file.",
        remedy="Copy or download it again and compare the sizes. If the error persists, deliver the book again.",
    ),
    FindingRow(
        code="zip-damaged",
        cause="A file in it cannot be unpacked, or its size or checksum differs.",
        remedy="Copy the ZIP again from an intact copy, or deliver the book again.",
    ),
    FindingRow(
        code="zip-bomb",
        cause="It contains too many files, or a file with too much unpacked content.",
        remedy="Do not unpack it. Ask its author about it, and ask for a new ZIP with only the PDFs of the book.",
    ),
    FindingRow(
        code="zip-encrypted",
        cause="A file in it is protected by a password.",
        remedy="Pack it again without a password.",
    ),
    FindingRow(
        code="zip-method",
        cause="Many programs cannot unpack the compression method of a file in it.",
        remedy="Pack it again, stored or deflated, with an ordinary program.",
    ),
    FindingRow(
        code="zip-header",
        cause="Two entries of the ZIP about itself or about a file differ, so programs may see different files.",
        remedy="Unpack it, check the files, and pack them again.",
    ),
    FindingRow(
        code="zip-extra",
        cause="A file in it has extra fields, which can give it another name or size in some programs.",
        remedy="Pack it again without extra fields (`zip -X`).",
    ),
    FindingRow(
        code="zip-overlap",
        cause="A file in it overlaps another part of the ZIP, so programs may read different content.",
        remedy="Unpack it, check the files, and pack them again.",
    ),
    FindingRow(
        code="zip-junk",
        cause="There is data before, between or after its files, or it has a comment.",
        remedy="Pack it again without a comment or added data.",
    ),
    FindingRow(
        code="zip-duplicate",
        cause="Two files of the package have the same name, or names that are equal on some computers.",
        remedy="Find the right file, remove or rename the other, and pack again.",
    ),
    FindingRow(
        code="zip-folder",
        cause="A file is not in the folder of the convention, or there is an unexpected folder.",
        remedy="Pack the files as the convention's `folder` says. If the receiver accepts it, correct the convention.",
    ),
    FindingRow(
        code="zip-name",
        cause="A file's name is not valid on every computer, or leads out of its folder.",
        remedy="Give the file its name by the convention, and pack again.",
    ),
    FindingRow(
        code="zip-nested",
        cause="It contains another archive.",
        remedy="Unpack the inner archive, and pack its files directly.",
    ),
    FindingRow(
        code="zip-link",
        cause="It contains a link or a special file.",
        remedy="Replace the link with the file, and pack again.",
    ),
    FindingRow(
        code="zip-size",
        cause="It is larger than the convention allows.",
        remedy="Deliver the book again; scanpipe splits the ZIP into parts. If the receiver accepts a larger ZIP, "
        "increase `max_mb` in the convention.",
    ),
    FindingRow(
        code="zip-part-missing",
        cause="A part of the package is missing, but later parts are present.",
        remedy="Put the missing part beside the others, or deliver the book again.",
    ),
    FindingRow(
        code="zip-part-beside",
        cause="A part is beside a complete ZIP of the same book, and belongs to no package.",
        remedy="Find the right one, and remove the other.",
        severities=WARNING,
    ),
)
