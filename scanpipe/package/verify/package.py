"""Verify a package as it will be handed over, by reading it again: every finding, whatever it holds.

Needs no station. Nothing that a file holds makes it fail: what cannot be read becomes a finding. Whatever is read is
read in the limited child; a file that goes beyond its bounds costs a finding, and the others are read on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scanpipe.errors import ConventionError, PackageError, WorkbookError
from scanpipe.messages import lazy
from scanpipe.model import CaseKey
from scanpipe.package.findings import Finding, Report, error, warning
from scanpipe.package.naming.convention import BookName, Convention, MatterName
from scanpipe.package.paper_area import PageFigures, SizeMm
from scanpipe.package.reports.manifest import MANIFEST_NAME, Manifest, read_manifest
from scanpipe.package.verify.figures import shown_figures, stated_figures, verify_figures
from scanpipe.package.verify.files import beyond_bounds, package_time, verified_member
from scanpipe.package.verify.manifest import book_of, manifest_rows, verify_beside, verify_inside
from scanpipe.package.verify.pdfs import duplicate_files, number_gaps, parse_member_name
from scanpipe.package.verify.rows import verify_rows
from scanpipe.package.workbook.reader import RowKey, read_workbook
from scanpipe.package.workbook.sheet import sheet_names
from scanpipe.package.zips.archive import Entry, list_archive
from scanpipe.package.zips.parts import book_zips, verify_zips
from scanpipe.sandbox import LimitExceeded


def verify_package(
    path: Path,
    *,
    convention: Convention,
    workbook: Path | None = None,
    manifest: Path | None = None,
    provenance: Mapping[RowKey, Mapping[str, str]] | None = None,
) -> Report:
    """Verify a book's ZIP, its workbook, and its manifest where there is one.

    Args:
        path: the ZIP, or any of its parts where the book has several: the others are found beside it.
        convention: the rules it is judged by.
        workbook: the book's workbook; by default the one of the convention's name beside the ZIP.
        manifest: the delivery's manifest; by default `manifest.json` beside the ZIP, if there is one.
        provenance: where the values of the workbook were typed (see `verify_rows`).
    """
    check = _PackageCheck(path=path, convention=convention, provenance=provenance or {})
    archives = check.zips()
    with package_time(sum(archive.stat().st_size for archive in archives if archive.is_file())):
        for archive in archives:
            check.members(archive)
        check.check_together()
        check.read_manifest(manifest)
        check.rows(workbook)
        check.files()
    return Report(
        package=path.name,
        findings=tuple(check.findings),
        cases=len(check.cases),
        figures=check.figures,
        workbook_rows=check.row_count,
    )


@dataclass(slots=True, kw_only=True)
class _PackageCheck:
    """What has been learned of a package so far."""

    path: Path
    convention: Convention
    provenance: Mapping[RowKey, Mapping[str, str]]
    book: BookName | None = None
    findings: list[Finding] = field(default_factory=list)
    cases: dict[CaseKey, str] = field(default_factory=dict)
    sizes: dict[str, tuple[SizeMm, ...]] = field(default_factory=dict)
    digests: dict[str, tuple[str, int]] = field(default_factory=dict)
    row_count: int = 0
    manifest: Manifest | None = None

    @property
    def figures(self) -> PageFigures:
        """How many pages there are, and their area: by the manifest, or else of the PDFs alone."""
        return (self.manifest and stated_figures(self.manifest)) or shown_figures(self.sizes.values())

    def zips(self) -> tuple[Path, ...]:
        """Return all ZIPs of the book, and keep what their names tell."""
        try:
            zips = book_zips(self.path, self.convention)
        except ConventionError as problem:
            self.findings.append(error("name", self.path.name, problem.text))
            return (self.path,)
        self.book = zips.name.book
        self.findings += verify_zips(zips, self.convention)
        self.findings += _same_name(self.path.name, self.convention.zip_name(self.book, zips.name.part))
        return zips.paths

    def members(self, path: Path) -> None:
        """Check a ZIP's structure and every member."""
        folder = self.convention.folder(self.book) if self.book else ""
        try:
            listing = list_archive(path, folder=folder)
        except LimitExceeded as exceeded:
            self.findings.append(beyond_bounds(path.name, exceeded))
            return
        duplicates = [entry.name for entry in listing.entries if entry.name in self.digests]
        self.findings += listing.findings
        self.findings += [
            error("zip-duplicate", name, lazy("the file is in two parts of the package")) for name in duplicates
        ]
        for entry in listing.entries:
            self._member(path, entry)

    def check_together(self) -> None:
        """Check what only all files together show: doubles, and numbers that none has."""
        self.findings += duplicate_files((name, digest) for name, (digest, _size) in self.digests.items())
        if not self.cases:
            self.findings.append(error("no-cases", self.path.name, lazy("it contains no case")))
        elif self.book:
            self.findings += number_gaps(self.path.name, self.cases, self.book)

    def _member(self, path: Path, entry: Entry) -> None:
        self._member_name(entry.name)
        facts = verified_member(path, entry, self.convention)
        self.findings += facts.findings
        if facts.digest:
            self.digests[entry.name] = (facts.digest, facts.size)
        if facts.sizes_mm is not None:
            self.sizes[entry.name] = facts.sizes_mm

    def _member_name(self, name: str) -> None:
        try:
            parsed = parse_member_name(self.convention, name)
        except ConventionError as problem:
            self.findings.append(error("name", name, problem.text))
            return
        self.book = self.book or parsed.book
        if not parsed.book.agrees_with(self.book):
            self.findings.append(error("name-book", name, lazy("it belongs to another book")))
        if isinstance(parsed, MatterName):
            if self.convention.matter_location != "zip":
                self.findings.append(error("matter-in-zip", name, lazy("the convention allows only cases in the ZIP")))
            self.findings += _same_name(name, self.convention.matter_name(parsed.book, parsed.part))
            return
        self.findings += _same_name(name, self.convention.pdf_name(parsed.book, parsed.key))
        if parsed.key in self.cases:
            text = lazy("case {case} is also in {other}")
            self.findings.append(
                error("case-duplicate", name, text.format(case=parsed.key, other=self.cases[parsed.key]))
            )
        self.cases.setdefault(parsed.key, name)

    def rows(self, workbook: Path | None) -> None:
        """Check the workbook against itself and against the PDFs."""
        path = workbook or self._workbook_beside()
        if path is None or self.book is None:
            self.findings.append(error("workbook-missing", self.path.name, lazy("its workbook was not found")))
            return
        self.findings += self._workbook_name(path)
        try:
            sheet = read_workbook(path, kind=self.book.kind, rules=self.convention.workbook)
        except WorkbookError as problem:
            self.findings.append(error("workbook-unreadable", path.name, problem.text))
            return
        self.row_count = len(sheet.rows)
        layout = self.convention.workbook.layout(self.book.kind)
        if layout.sheet not in sheet_names(path):
            self.findings.append(
                error("workbook-sheet", path.name, lazy("it has no sheet {sheet}", sheet=layout.sheet))
            )
        missing = [column for column in layout.headers if column not in sheet.headers]
        if missing:
            text = lazy("it lacks the columns {columns}")
            self.findings.append(error("workbook-columns", path.name, text.format(columns=", ".join(missing))))
        elif [header for header in sheet.headers if header in layout.headers] != list(layout.headers):
            self.findings.append(warning("workbook-order", path.name, lazy("its columns are in another order")))
        if sheet.header_line != 1:
            self.findings.append(warning("workbook-titles", path.name, lazy("there are rows above its header row")))
        self.findings += verify_rows(
            sheet.rows,
            workbook=path.name,
            rules=self.convention.workbook,
            book=self.book,
            pdfs=self.cases.items(),
            stated=manifest_rows(self.manifest, self.convention) if self.manifest else {},
            provenance=self.provenance,
        )

    def _workbook_beside(self) -> Path | None:
        try:
            return self.path.with_name(self.convention.workbook_name(self.book)) if self.book else None
        except ConventionError:
            return None

    def _workbook_name(self, path: Path) -> Iterator[Finding]:
        try:
            book = self.convention.parse_workbook_name(path.name)
        except ConventionError as problem:
            yield error("name", path.name, problem.text)
            return
        yield from _same_name(path.name, self.convention.workbook_name(book))
        if self.book and not book.agrees_with(self.book):
            yield error("name-book", path.name, lazy("it belongs to another book"))

    def read_manifest(self, given: Path | None) -> None:
        """Read the manifest, the one given or else the one beside the ZIP."""
        path = given or self.path.with_name(MANIFEST_NAME)
        if given is None and not path.exists():
            text = lazy("{manifest} is not beside it; checksums and page numbers were not compared")
            self.findings.append(warning("manifest-missing", self.path.name, text.format(manifest=MANIFEST_NAME)))
            return
        try:
            self.manifest = read_manifest(path)
        except PackageError as problem:
            self.findings.append(error("manifest-unreadable", path.name, problem.text))

    def files(self) -> None:
        """Compare the files with what the manifest says of them."""
        if self.manifest is None:
            return
        stated = book_of(self.manifest)
        if self.book and not self.book.agrees_with(stated):
            self.findings.append(error("manifest-book", self.path.name, lazy("the manifest belongs to another book")))
        if self.manifest.convention != self.convention.name:
            text = lazy("it was made by the convention {made}, but is checked by {judged}")
            text = text.format(made=self.manifest.convention, judged=self.convention.name)
            self.findings.append(warning("manifest-convention", self.path.name, text))
        self.findings += verify_figures(self.manifest)
        self.findings += verify_inside(self.manifest, self.digests, self.sizes)
        workbook = self._workbook_beside()
        self.findings += verify_beside(
            self.manifest,
            folder=self.path.parent,
            convention=self.convention,
            workbook=workbook.name if workbook else "",
        )


def _same_name(name: str, canonical: str) -> Iterator[Finding]:
    if name != canonical:
        yield warning("name-form", name, lazy("the name must be {canonical}", canonical=canonical))
