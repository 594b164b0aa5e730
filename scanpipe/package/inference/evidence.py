"""What an accepted package shows of the rules that it was made by."""

import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from scanpipe.errors import PackageError, WorkbookError
from scanpipe.messages import LazyText, joined, lazy
from scanpipe.package.naming.workbook_layout import WorkbookRules
from scanpipe.package.paper_area import BYTES_PER_KB
from scanpipe.package.verify.files import file_time, package_time
from scanpipe.package.workbook.reader import HEADER_ROWS, header_row
from scanpipe.package.workbook.sheet import header_text, read_grid, sheet_names
from scanpipe.package.zips.archive import Entry, list_archive, read_entry
from scanpipe.sandbox import LimitExceeded, limited


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageEvidence:
    """An accepted package: `kb_per_a4` is the most of its PDFs, `dpi` the least of its pages, 0 where none tells.

    `workbook` is the name of its workbook, `sheet` and `columns` that of its sheet and the headers there.
    """

    zip: str
    names: tuple[str, ...]
    folder: str
    deflated: bool
    size: int
    kb_per_a4: float
    dpi: float
    colour: bool
    pdfa: bool
    workbook: str = ""
    sheet: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfEvidence:
    """A PDF of it: `dpi` is the least of its pages that tell, 0 where none does."""

    kb_per_a4: float
    dpi: float
    colour: bool
    pdfa: bool


def observe_package(package: Path) -> PackageEvidence:
    """Return what a ZIP shows.

    Raises:
        PackageError: it is no ZIP, or holds nothing that can be read, or a file that takes far too much memory or time.
    """
    size = package.stat().st_size
    try:
        with package_time(size):
            listing = list_archive(package)
            pdfs = [pdf for entry in listing.entries if (pdf := _pdf_evidence(package, entry))]
    except LimitExceeded as exceeded:
        raise _unreadable(package, exceeded.text) from exceeded
    if listing.files is None:
        raise _unreadable(package, listing.findings[0].message)
    if not pdfs:
        raise PackageError(lazy("{package} contains no readable PDF.", package=package))
    return PackageEvidence(
        zip=package.name,
        names=tuple(PurePosixPath(entry.name).name for entry in listing.entries),
        folder=_folder(listing.entries),
        deflated=any(entry.method == zipfile.ZIP_DEFLATED for entry in listing.entries),
        size=size,
        kb_per_a4=max(pdf.kb_per_a4 for pdf in pdfs),
        dpi=min((pdf.dpi for pdf in pdfs if pdf.dpi), default=0.0),
        colour=all(pdf.colour for pdf in pdfs),
        pdfa=all(pdf.pdfa for pdf in pdfs),
    )


def _unreadable(package: Path, message: LazyText | str) -> PackageError:
    return PackageError(lazy("{package}: {message}.", package=package, message=message))


def _pdf_evidence(package: Path, entry: Entry) -> PdfEvidence | None:
    try:
        with file_time(entry.size):
            return _observe_pdf(package, entry)
    except LimitExceeded as exceeded:
        raise _unreadable(package, joined(entry.name, exceeded.text, by=": ")) from exceeded


@limited(cpu_s=3600)
def _observe_pdf(package: Path, entry: Entry) -> PdfEvidence | None:
    """Return what a PDF shows that can be read and has pages."""
    from scanpipe.package.verify.inspect import inspect_pdf

    try:
        facts = inspect_pdf(read_entry(package, entry))
    except PackageError:
        return None
    if not facts.pages:
        return None
    return PdfEvidence(
        kb_per_a4=entry.size / BYTES_PER_KB / facts.a4_equivalents,
        dpi=min((page.dpi for page in facts.pages if page.dpi), default=0.0),
        colour=all(page.colour for page in facts.pages),
        pdfa=facts.pdfa_part is not None,
    )


@limited(error=WorkbookError)
def observe_workbook(workbook: Path, evidence: PackageEvidence, *, kind: str, rules: WorkbookRules) -> PackageEvidence:
    """Return the same with what the workbook shows that went with the package.

    Its headers are those of the rules, or else the fullest of its first rows.

    Raises:
        WorkbookError: it cannot be read.
    """
    names = sheet_names(workbook)
    sheet = rules.layout(kind).sheet if rules.layout(kind).sheet in names else names[0]
    grid = [cells for _line, cells in read_grid(workbook, sheet=sheet)]
    try:
        headers = grid[header_row(workbook, grid, rules.columns)]
    except WorkbookError:
        headers = max(grid[:HEADER_ROWS], key=lambda cells: sum(map(bool, map(header_text, cells))), default=())
    named = tuple(text for cell in headers if (text := header_text(cell)))
    return replace(evidence, workbook=workbook.name, sheet=sheet, columns=named)


def _folder(entries: Sequence[Entry]) -> str:
    """Return the folder that most PDFs lie in, "" where that is none."""
    paths = [PurePosixPath(entry.name) for entry in entries]
    parents = Counter(str(path.parent) for path in paths if path.suffix.lower() == ".pdf")
    return max(parents, key=lambda parent: parents[parent], default="").removeprefix(".")
