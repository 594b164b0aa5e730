"""Findings of a ZIP as a file, its parts and how its members are packed."""

from typing import Final

from scanpipe.vocabularies.findings.row import WARNING, FindingRow

ROWS: Final = (
    FindingRow(
        code="zip-unreadable",
        cause="It cannot be opened as a ZIP: it was cut off, is empty, or is another kind of file.",
        remedy="Copy or download it again and compare the sizes. If that does not help, deliver the book again.",
    ),
    FindingRow(
        code="zip-damaged",
        cause="A file in it cannot be unpacked, or is not what was packed: size or checksum differ.",
        remedy="Copy the ZIP again from where it is whole, or deliver the book again.",
    ),
    FindingRow(
        code="zip-bomb",
        cause="It holds too many files, or one that would unpack to far too much.",
        remedy="Do not unpack it. Ask whoever made it what it is, and have it packed anew with the book's PDFs alone.",
    ),
    FindingRow(
        code="zip-encrypted",
        cause="A file in it is locked with a password.",
        remedy="Pack it again without a password.",
    ),
    FindingRow(
        code="zip-method",
        cause="A file in it is packed in a way that many programs cannot unpack.",
        remedy="Pack it again, stored or deflated, with an ordinary program.",
    ),
    FindingRow(
        code="zip-header",
        cause="What the ZIP says of itself or of a file in one place is not what it says in another, so "
        "programs may see different files.",
        remedy="Unpack it, look at the files, and pack them again.",
    ),
    FindingRow(
        code="zip-extra",
        cause="A file in it carries extra fields, which may give it another name or size in some programs.",
        remedy="Pack it again without extra fields (`zip -X`).",
    ),
    FindingRow(
        code="zip-overlap",
        cause="A file in it lies over another part of the ZIP, so that programs may read different things.",
        remedy="Unpack it, look at the files, and pack them again.",
    ),
    FindingRow(
        code="zip-junk",
        cause="Bytes that belong to no file stand before, between or behind its files, or it has a comment.",
        remedy="Pack it again without a comment, and send it without anything added.",
    ),
    FindingRow(
        code="zip-duplicate",
        cause="Two files of the package have the same name, or names that some computers take for the same.",
        remedy="Find out which of them is right, remove or rename the other, and pack again.",
    ),
    FindingRow(
        code="zip-folder",
        cause="A file lies in another folder than the convention says, or there is a folder too many.",
        remedy="Pack the files as the convention's `folder` says. If the receiver wants it so, mend the convention.",
    ),
    FindingRow(
        code="zip-name",
        cause="A file's name cannot be used on every computer, or leads out of its folder.",
        remedy="Give the file the name that the convention asks for, and pack again.",
    ),
    FindingRow(
        code="zip-nested",
        cause="It holds another archive.",
        remedy="Unpack the inner archive, and pack its files themselves.",
    ),
    FindingRow(
        code="zip-link",
        cause="It holds a link or a special file instead of a file.",
        remedy="Put the file itself in place of the link, and pack again.",
    ),
    FindingRow(
        code="zip-size",
        cause="It is larger than the convention allows.",
        remedy="Deliver the book again: scanpipe splits it into parts. If the receiver takes more, raise "
        "`max_mb` in the convention.",
    ),
    FindingRow(
        code="zip-part-missing",
        cause="A part of the package is missing, though later parts are there.",
        remedy="Put the missing part beside the others, or deliver the book again.",
    ),
    FindingRow(
        code="zip-part-beside",
        cause="A part lies beside a whole ZIP of the same book, and belongs to no package.",
        remedy="Find out which of them is meant, and take the other away.",
        severities=WARNING,
    ),
)
