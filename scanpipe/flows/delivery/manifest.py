"""What accompanies a package: the manifest for machines, the report for people."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from scanpipe.flows.book.readiness import statements
from scanpipe.flows.book.units import unit_full_name
from scanpipe.flows.delivery.documents import Document
from scanpipe.flows.delivery.published import file_digest
from scanpipe.flows.delivery.revision import Revision, page_record
from scanpipe.flows.workbook.workbooks import rows_digest
from scanpipe.messages import language
from scanpipe.model import Page, PageSet, Part
from scanpipe.ocr.words import TextScore, book_score
from scanpipe.package.findings import Report
from scanpipe.package.naming.confidence import confidence_text
from scanpipe.package.reports.manifest import Changes, FileRecord, Manifest
from scanpipe.package.reports.report import BookReport, CaseLine, MatterLine, PageFlag, TextFigures, render_report
from scanpipe.state.connection import from_json
from scanpipe.vocabularies.flags import explain

REPORT_NAME = "report.html"


class _Read(msgspec.Struct, frozen=True):
    """How well a page was read, as its report says; versions made before that was kept do not say it."""

    text: TextScore | None = None


def revision_manifest(revision: Revision, archives: Sequence[Path], changes: Changes | None) -> Manifest:
    """Return the manifest of a revision whose ZIPs are written."""
    book, states = revision.facts.book, [state for d in revision.documents for state in d.states]
    versions = [state.version for state in states]
    tools: dict[str, str] = {"scanpipe": version("scanpipe")}
    for made in versions:
        tools |= from_json(made.tools, dict[str, str])
    beside = [(archive.name, file_digest(archive), archive.stat().st_size) for archive in archives]
    beside += [(revision.workbook_name, revision.workbook.digest, len(revision.workbook.content))]
    return Manifest(
        unit_code=book.id.unit_code,
        unit_list=book.id.unit_list,
        unit_name=book.unit_name,
        kind=book.id.kind,
        year=book.id.year,
        volume=book.id.volume,
        revision=revision.number,
        convention=revision.convention.name,
        confidence=revision.convention.confidence,
        recipes={made.recipe: made.recipe_name for made in versions},
        tools=tools,
        files=(
            *(_document_record(document) for document in revision.documents),
            *(FileRecord(name=name, place="beside", sha256=digest, size=size) for name, digest, size in beside),
        ),
        pages=revision.paper_sizes,
        iso_sizes=revision.iso_sizes,
        figures=revision.figures,
        workbook_rows=rows_digest(revision.rows),
        changes=changes,
    )


def revision_report(
    revision: Revision,
    manifest: Manifest,
    verified: Report,
    *,
    own: tuple[Page, ...] = (),
    most_rows: int | None = None,
) -> str:
    """Return the report of a revision as HTML, in the language that is spoken.

    Args:
        revision: the revision.
        manifest: its manifest.
        verified: what verifying found.
        own: the pages that were accepted by the person who scanned them.
        most_rows: so many rows of each table at most; all of them if None.
    """
    documents = {document.key: document for document in revision.documents if document.key}
    report = BookReport(
        book=revision.facts.book,
        revision=revision.number,
        convention=revision.convention.name,
        confidence=confidence_text(revision.convention.confidence),
        unit=unit_full_name(revision.facts.book),
        figures=revision.figures,
        body=sum(1 for state in revision.facts.processed if state.page.part is Part.BODY),
        cases=tuple(_case_line(found, documents[found.key]) for found in revision.facts.sets.sets),
        matter=_matter_lines(revision),
        gaps=revision.facts.sets.gaps,
        stated=tuple(map(str, statements(revision.facts))),
        own=own,
        flags=tuple(PageFlag(page=s.page, text=explain(flag)) for s in revision.facts.pages for flag in s.flags),
        findings=verified.findings,
        changes=manifest.changes,
        text=_text_figures(revision),
        tools=manifest.tools,
    )
    return render_report(report, language=language(), most_rows=most_rows)


def _text_figures(revision: Revision) -> TextFigures | None:
    versions = [state.version for state in revision.facts.processed]
    scores = [from_json(version.report, _Read).text for version in versions]
    score = book_score([score for score in scores if score])
    if score.confidence is None:
        return None
    return TextFigures(words=score.words, confidence=score.confidence, unsure=score.unsure)


def _case_line(found: PageSet, document: Document) -> CaseLine:
    read = [s.version.confidence for s in document.states if s.version.confidence is not None]
    return CaseLine(
        page_set=found,
        file=document.name,
        size=document.facts.size,
        sha256=document.digest,
        confidence=sum(read) / len(read) if read else None,
    )


def _matter_lines(revision: Revision) -> tuple[MatterLine, ...]:
    made = [document for document in revision.documents if document.key is None]
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
    pages = tuple(state.page for state in revision.facts.captured if state.page.part is not Part.BODY)
    return (MatterLine(pages=pages),) if pages else ()


def _document_record(document: Document) -> FileRecord:
    return FileRecord(
        name=document.name,
        place=document.location,
        sha256=document.digest,
        size=document.facts.size,
        pages=tuple(page_record(state) for state in document.states),
    )
