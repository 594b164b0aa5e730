"""What an accepted package shows of the rules that it was made by."""

import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path, PurePosixPath

from scanpipe.errors import PackageError, WorkbookError
from scanpipe.messages import _
from scanpipe.package.findings import Finding
from scanpipe.package.naming.workbook_rules import WorkbookRules
from scanpipe.package.verify.facts import PdfFacts
from scanpipe.package.verify.inspect import inspect_pdf
from scanpipe.package.workbook.filled import HEADER_ROWS, header_row
from scanpipe.package.workbook.sheet import header_text, read_grid, sheet_names
from scanpipe.package.zips.archive import Entry, list_archive, open_archive, read_entry

_BYTES_PER_KB = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
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


def observe_package(package: Path) -> Observed:
    """Return what a ZIP shows.

    Raises:
        PackageError: it is no ZIP, or holds nothing that can be read.
    """
    opened = open_archive(package)
    if isinstance(opened, Finding):
        raise PackageError(_("{package}: {message}.").format(package=package, message=opened.message))
    stream, archive = opened
    with stream, archive:
        entries = list_archive(stream, archive, package.name).entries
        pdfs = [read for entry in entries if (read := _pdf(archive, entry))]
    if not pdfs:
        raise PackageError(_("{package} holds no PDF that can be read.").format(package=package))
    return Observed(
        zip=package.name,
        names=tuple(PurePosixPath(entry.name).name for entry in entries),
        folder=_folder(entries),
        deflated=any(entry.info.compress_type == zipfile.ZIP_DEFLATED for entry in entries),
        size=package.stat().st_size,
        kb_per_a4=max((size / _BYTES_PER_KB / facts.a4_equivalents for size, facts in pdfs), default=0.0),
        dpi=_least_dpi([facts for _size, facts in pdfs]),
        colour=all(page.colour for _size, facts in pdfs for page in facts.pages),
        pdfa=all(facts.pdfa_part is not None for _size, facts in pdfs),
    )


def observe_workbook(observed: Observed, workbook: Path, *, kind: str, rules: WorkbookRules) -> Observed:
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
    return replace(observed, workbook=workbook.name, sheet=sheet, columns=named)


def _folder(entries: Sequence[Entry]) -> str:
    """Return the folder that most PDFs lie in, "" where that is none."""
    paths = [PurePosixPath(entry.name) for entry in entries]
    parents = Counter(str(path.parent) for path in paths if path.suffix.lower() == ".pdf")
    return max(parents, key=lambda parent: parents[parent], default="").removeprefix(".")


def _pdf(archive: zipfile.ZipFile, entry: Entry) -> tuple[int, PdfFacts] | None:
    """Return the size and content of a PDF that can be read and has pages."""
    data = read_entry(archive, entry)
    try:
        facts = inspect_pdf(data) if isinstance(data, bytes) else None
    except PackageError:
        return None
    return (entry.info.file_size, facts) if facts and facts.pages else None


def _least_dpi(pdfs: Sequence[PdfFacts]) -> float:
    least = min((page.dpi or inf for facts in pdfs for page in facts.pages), default=inf)
    return 0.0 if least == inf else least
