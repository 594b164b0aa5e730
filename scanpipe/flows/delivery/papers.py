"""What accompanies a package: the manifest for machines, the report for people."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec

from scanpipe.errors import PackageRefused
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import PageState
from scanpipe.flows.book.readiness import stated_lines
from scanpipe.flows.book.units import unit_full_name
from scanpipe.flows.delivery.documents import Document
from scanpipe.flows.station import Station
from scanpipe.flows.workbook.workbooks import Workbook
from scanpipe.messages import language, lazy
from scanpipe.model import PageSet, Part
from scanpipe.ocr.words import TextScore, book_score
from scanpipe.package.findings import Report
from scanpipe.package.naming.confidence import confidence_text
from scanpipe.package.naming.convention import Convention
from scanpipe.package.paper_area import PageFigures, PagePaper, page_figures
from scanpipe.package.reports.manifest import Changes, FileRecord, Manifest, PageRecord
from scanpipe.package.reports.report import BookReport, CaseLine, MatterLine, PageFlag, TextFigures, render_report
from scanpipe.raster import MM_PER_INCH
from scanpipe.state import views
from scanpipe.state.connection import from_json
from scanpipe.state.store import digest_of
from scanpipe.system.plain_files import open_plain
from scanpipe.vocabularies.flags import explain

REPORT_NAME = "report.html"


class _Read(msgspec.Struct, frozen=True):
    """How well a page was read, as its report says; versions made before that was kept do not say it."""

    text: TextScore | None = None


class _Size(msgspec.Struct, frozen=True):
    """The part of an enhancement's report that says how large the page is and how large its paper."""

    size_px: tuple[int, int]
    dpi: float
    paper_mm: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Everything that a revision of a book is made of."""

    facts: BookFacts
    convention: Convention
    documents: tuple[Document, ...]
    workbook: Workbook
    revision: int
    iso_sizes: bool

    @property
    def folder(self) -> str:
        """The folder within its ZIPs that PDFs lie in, "/" at its end, or ""."""
        return self.convention.folder(self.facts.book.id)

    def zip_names(self, count: int) -> tuple[str, ...]:
        """Return the names of its ZIPs, of which there are `count`."""
        book = self.facts.book.id
        parts = (None,) if count == 1 else range(1, count + 1)
        return tuple(self.convention.zip_name(book, part) for part in parts)

    @property
    def workbook_name(self) -> str:
        """The name of its workbook."""
        return self.convention.workbook_name(self.facts.book.id)

    @property
    def digests(self) -> dict[str, str]:
        """What two revisions are compared by: every PDF, and what scanpipe knows of the workbook; name to digest."""
        digests = {document.name: document.digest for document in self.documents}
        return {**digests, self.workbook_name: self.workbook.rows_digest}

    @property
    def papers(self) -> tuple[PagePaper, ...]:
        """The size of each page's paper, as it was measured on the scan."""
        return tuple(map(_page_paper, (state for state in self.facts.pages if state.version)))

    @property
    def figures(self) -> PageFigures:
        """How many pages there are, and their area, once and in PDFs."""
        labels = (state.page.label for document in self.documents for state in document.states)
        return page_figures(self.papers, labels, iso_sizes=self.iso_sizes)

    @property
    def page_records(self) -> dict[str, tuple[PageRecord, ...]]:
        """The pages of each PDF, by its name."""
        return {document.name: tuple(map(_page_record, document.states)) for document in self.documents}


def file_digest(path: Path) -> str:
    """Return the sha256 of a file's content."""
    with open_plain(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def archives_in(folder: Path) -> tuple[Path, ...]:
    """Return the ZIPs in the folder of a revision."""
    return tuple(sorted(folder.glob("*.zip")))


def zips_digest(folder: Path) -> str:
    """Return the sha256 of a revision's ZIP, of its parts' names and digests where there are several, or ""."""
    archives = archives_in(folder)
    if len(archives) < 2:
        return "".join(map(file_digest, archives))
    lines = "".join(f"{file_digest(archive)}  {archive.name}\n" for archive in archives)
    return digest_of(lines.encode())


def changed_folder(station: Station, delivery: views.DeliveryRow) -> Path | None:
    """Return the folder of a revision if one of its ZIPs is gone or was changed; folders may move away."""
    folder = station.folder / delivery.folder
    changed = folder.is_dir() and zips_digest(folder) != delivery.zip_digest
    return folder if changed else None


def refuse_changed(station: Station, delivery: views.DeliveryRow) -> None:
    """Make sure that the ZIPs of a revision are as they were published, or away with their folder.

    Raises:
        PackageRefused: one is gone or was changed.
    """
    folder = changed_folder(station, delivery)
    if folder:
        raise PackageRefused(
            lazy("A ZIP in {folder} is gone or was changed after it was published.", folder=folder),
            remedy=lazy("Move the folder away; 'scanpipe deliver BOOK --again' makes it again, byte for byte."),
        )


def issue_manifest(issue: Issue, archives: Sequence[Path], changes: Changes | None) -> Manifest:
    """Return the manifest of a revision whose ZIPs are written."""
    book, states = issue.facts.book, [state for d in issue.documents for state in d.states]
    versions = [state.version for state in states if state.version]
    tools: dict[str, str] = {"scanpipe": version("scanpipe")}
    for made in versions:
        tools |= from_json(made.tools, dict[str, str])
    beside = [(archive.name, file_digest(archive), archive.stat().st_size) for archive in archives]
    beside += [(issue.workbook_name, issue.workbook.digest, len(issue.workbook.content))]
    return Manifest(
        unit_code=book.id.unit_code,
        unit_list=book.id.unit_list,
        unit_name=book.unit_name,
        kind=book.id.kind,
        year=book.id.year,
        volume=book.id.volume,
        revision=issue.revision,
        convention=issue.convention.name,
        confidence=issue.convention.confidence,
        recipes={made.recipe: made.recipe_name for made in versions},
        tools=tools,
        files=(
            *(_document_record(document) for document in issue.documents),
            *(FileRecord(name=name, place="beside", sha256=digest, size=size) for name, digest, size in beside),
        ),
        pages=issue.papers,
        iso_sizes=issue.iso_sizes,
        figures=issue.figures,
        workbook_rows=issue.workbook.rows_digest,
        changes=changes,
    )


def issue_report(issue: Issue, manifest: Manifest, verified: Report) -> str:
    """Return the report of a revision as HTML, in the language that is spoken."""
    documents = {document.key: document for document in issue.documents if document.key}
    report = BookReport(
        book=issue.facts.book,
        revision=issue.revision,
        convention=issue.convention.name,
        confidence=confidence_text(issue.convention.confidence),
        unit=unit_full_name(issue.facts.book),
        figures=issue.figures,
        body=sum(1 for state in issue.facts.pages if state.version and state.page.part is Part.BODY),
        cases=tuple(_case_line(found, documents[found.key]) for found in issue.facts.sets.sets),
        matter=_matter_lines(issue),
        gaps=issue.facts.sets.gaps,
        stated=stated_lines(issue.facts),
        flags=tuple(PageFlag(page=s.page, text=explain(flag)) for s in issue.facts.pages for flag in s.flags),
        findings=verified.findings,
        changes=manifest.changes,
        text=_text_figures(issue),
        tools=manifest.tools,
    )
    return render_report(report, language=language())


def _text_figures(issue: Issue) -> TextFigures | None:
    versions = [state.version for state in issue.facts.pages if state.version]
    scores = [from_json(version.report, _Read).text for version in versions]
    score = book_score([score for score in scores if score])
    if score.confidence is None:
        return None
    return TextFigures(words=score.words, confidence=score.confidence, unsure=score.unsure)


def _case_line(found: PageSet, document: Document) -> CaseLine:
    read = [s.version.confidence for s in document.states if s.version and s.version.confidence is not None]
    return CaseLine(
        page_set=found,
        file=document.name,
        size=document.facts.size,
        sha256=document.digest,
        confidence=sum(read) / len(read) if read else None,
    )


def _matter_lines(issue: Issue) -> tuple[MatterLine, ...]:
    made = [document for document in issue.documents if document.key is None]
    if made:
        return tuple(
            MatterLine(
                pages=tuple(state.page for state in document.states),
                file=document.name,
                size=document.facts.size,
                sha256=document.digest,
            )
            for document in made
        )
    pages = tuple(state.page for state in issue.facts.pages if state.page.part is not Part.BODY and state.facts)
    return (MatterLine(pages=pages),) if pages else ()


def _document_record(document: Document) -> FileRecord:
    return FileRecord(
        name=document.name,
        place=document.place,
        sha256=document.digest,
        size=document.facts.size,
        pages=tuple(_page_record(state) for state in document.states),
    )


def _page_paper(state: PageState) -> PagePaper:
    """Return the paper of a page; where its report does not tell, the size of the enhanced page."""
    assert state.version is not None
    size = msgspec.json.decode(state.version.report, type=_Size)
    width, height = size.paper_mm or tuple(side * MM_PER_INCH / size.dpi for side in size.size_px)
    return PagePaper(page=state.page.label, width_mm=round(width, 1), height_mm=round(height, 1))


def _page_record(state: PageState) -> PageRecord:
    assert state.facts is not None and state.version is not None
    return PageRecord(
        page=state.page.label, capture=state.facts.digest, recipe=state.version.recipe, image=state.version.image
    )
