"""Verify a package against its manifest: every file in the ZIP and beside it, and what its rows must say.

The workbook is no exception to what is listed, but to what is compared: people fill it in, so its rows count, not its
bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scanpipe.errors import ConventionError
from scanpipe.messages import lazy
from scanpipe.model import CaseKey
from scanpipe.package.findings import Finding, error
from scanpipe.package.naming.convention import BookName, CaseName, Convention
from scanpipe.package.paper_area import PagePaper, SizeMm
from scanpipe.package.reports.manifest import FileRecord, Manifest
from scanpipe.package.verify.figures import verify_pages
from scanpipe.package.verify.files import FileFacts, verified_file
from scanpipe.package.verify.pdfs import parse_member_name
from scanpipe.package.verify.rows import ManifestRow


def book_of(manifest: Manifest) -> BookName:
    """Return the book that a manifest is of."""
    return BookName(kind=manifest.kind, year=manifest.year, volume=manifest.volume, unit_code=manifest.unit_code)


def manifest_rows(manifest: Manifest, convention: Convention) -> dict[CaseKey, ManifestRow]:
    """Return what a manifest tells of the workbook's rows: they stand in the order of its PDFs."""
    cases = [(name.key, record) for record in manifest.files if (name := _case_name(record, convention))]
    return {
        key: ManifestRow(serial=serial, page=record.pages[0].page if record.pages else "")
        for serial, (key, record) in enumerate(cases, start=1)
    }


def _case_name(record: FileRecord, convention: Convention) -> CaseName | None:
    try:
        name = parse_member_name(convention, record.name)
    except ConventionError:
        return None
    return name if isinstance(name, CaseName) else None


def verify_inside(
    manifest: Manifest, digests: Mapping[str, tuple[str, int]], sizes: Mapping[str, Sequence[SizeMm]]
) -> Iterator[Finding]:
    """Compare the members of the ZIP: digest and size of each that could be read, the pages of each that is a PDF."""
    papers = {paper.page: paper for paper in manifest.pages}
    inside = {record.name: record for record in manifest.files if record.place == "zip"}
    for name, record in inside.items():
        if name in digests:
            yield from _record(record, *digests[name])
            yield from verify_pages(record, sizes.get(name), papers)
        else:
            yield error("file-missing", name, lazy("the manifest lists it, but it cannot be read from the ZIP"))
    for name in sorted(digests.keys() - inside.keys()):
        yield error("manifest-unlisted", name, lazy("it is in the ZIP but not in the manifest"))


def verify_beside(manifest: Manifest, *, folder: Path, convention: Convention, workbook: str) -> Iterator[Finding]:
    """Compare the files beside the ZIP, but the one named `workbook`, and check those that are PDFs."""
    for record in manifest.files:
        if record.place == "beside" and record.name != workbook:
            yield from _beside(record, folder, convention, {paper.page: paper for paper in manifest.pages})


def _beside(
    record: FileRecord, folder: Path, convention: Convention, papers: Mapping[str, PagePaper]
) -> Iterator[Finding]:
    path = _plain_file(folder, record.name)
    facts = verified_file(path, convention) if path else FileFacts()
    yield from facts.findings
    if facts.size >= 0:
        yield from _record(record, facts.digest, facts.size)
        yield from verify_pages(record, facts.sizes_mm, papers)
    elif not facts.findings:
        yield error("file-missing", record.name, lazy("the manifest lists it, but it cannot be read"))


def _record(record: FileRecord, digest: str, size: int) -> Iterator[Finding]:
    """Compare a file with its record."""
    if (digest, size) != (record.sha256, record.size):
        yield error("checksum", record.name, lazy("its content is not what the manifest states"))


def _plain_file(folder: Path, name: str) -> Path | None:
    """Return the plain file of that name directly in `folder`, or None for any other thing."""
    path = folder / name
    try:
        return path if path.parent == folder and path.is_file() else None
    except (OSError, ValueError):
        return None
