"""What is signed and invoiced by: the delivery note and the printed report, in Vietnamese whoever makes them.

A delivery keeps its figures beside its papers (`delivery-note.json`), so that a note over several books says what was
delivered and not how the books stand today.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

import msgspec

from scanpipe.errors import DeliveryRefused
from scanpipe.flows.book.plan import PageState, Status
from scanpipe.flows.book.units import unit_full_name
from scanpipe.flows.delivery.documents import Document
from scanpipe.flows.delivery.papers import REPORT_NAME, Issue, issue_report, refuse_changed
from scanpipe.flows.station import Station
from scanpipe.messages import PAPER_LANGUAGE, language_context, lazy
from scanpipe.model import Region
from scanpipe.package.findings import Report
from scanpipe.package.paper_area import PagePaper
from scanpipe.package.reports.delivery_note import NOTE_WORKBOOK, Parties, handover_pdf, handover_xlsx
from scanpipe.package.reports.handover import (
    AbsentPage,
    Condition,
    HandedFile,
    HandedMatter,
    HandedPage,
    Handover,
    condition,
    encode_handover,
    read_handover,
)
from scanpipe.package.reports.manifest import MANIFEST_NAME, Manifest, read_manifest
from scanpipe.package.reports.printing import print_pdf
from scanpipe.state import views
from scanpipe.state.books import find_book
from scanpipe.system.outputs import Output, Outputs

NOTE_NAME, NOTE_FIGURES = "delivery-note.pdf", "delivery-note.json"
PRINTED_REPORT = "report.pdf"

_RejectionReasons = Mapping[tuple[int, Region], frozenset[str]]


def issue_papers(
    station: Station, issue: Issue, manifest: Manifest, archives: Sequence[Path], verified: Report
) -> dict[str, bytes]:
    """Return the papers of a revision by name.

    Args:
        station: its settings name the parties; its journal knows why pages were rejected.
        issue: the revision.
        manifest: its manifest.
        archives: its ZIPs.
        verified: what verifying found.

    Raises:
        ToolMissing: Pango is not installed.
    """
    rejection_reasons = views.rejection_reasons(station.journal, issue.facts.row)
    handover = issue_handover(issue, manifest, _handed_zips(archives, manifest), verified, rejection_reasons)
    papers = {REPORT_NAME: issue_report(issue, manifest, verified).encode()}
    with language_context(PAPER_LANGUAGE):
        papers[PRINTED_REPORT] = print_pdf(issue_report(issue, manifest, verified))
    return {**papers, NOTE_FIGURES: encode_handover(handover), **_note(station, [handover])}


def issue_handover(
    issue: Issue,
    manifest: Manifest,
    archives: Sequence[HandedFile],
    verified: Report,
    reasons: _RejectionReasons,
) -> Handover:
    """Return what a revision hands over."""
    book, convention = issue.facts.book, issue.convention
    states = {state.page.label: state for state in issue.facts.pages}
    return Handover(
        unit_code=book.id.unit_code,
        unit_list=book.id.unit_list,
        unit_name=unit_full_name(book),
        kind=book.id.kind,
        kind_name=convention.kinds[book.id.kind].vietnamese,
        year=book.id.year,
        volume=book.id.volume,
        revision=issue.revision,
        convention=convention.name,
        confidence=convention.confidence,
        pages=tuple(_page(paper, states[paper.page], reasons) for paper in manifest.pages),
        cases=verified.cases,
        gaps=tuple(map(str, issue.facts.sets.gaps)),
        missing=sum(gap.count for gap in issue.facts.sets.gaps),
        pdfs=sum(1 for document in issue.documents if document.place == "zip"),
        rows=verified.workbook_rows,
        archives=tuple(archives),
        workbook=issue.workbook_name,
        matter=tuple(_matter(document) for document in issue.documents if document.key is None),
        absent=tuple(
            AbsentPage(page=state.page.label, note=state.stated.note if state.stated else "")
            for state in issue.facts.pages
            if state.status is Status.ABSENT
        ),
        iso_sizes=manifest.iso_sizes,
        in_pdfs=manifest.in_pdfs,
    )


def _handed_zips(archives: Sequence[Path], manifest: Manifest) -> tuple[HandedFile, ...]:
    known = {file.name: file for file in manifest.files}
    handed = []
    for path in archives:
        with ZipFile(path) as archive:
            pdfs = len(archive.namelist())
        handed.append(HandedFile(name=path.name, sha256=known[path.name].sha256, size=known[path.name].size, pdfs=pdfs))
    return tuple(handed)


def _matter(document: Document) -> HandedMatter:
    return HandedMatter(
        name=document.name,
        sha256=document.digest,
        size=document.facts.size,
        pages=tuple(state.page.label for state in document.states),
        place=document.place,
    )


def hand_over(station: Station, names: Sequence[str], target: Path, *, force: bool = False) -> tuple[Path, ...]:
    """Write one delivery note over the last revisions of several books into `target`; return its files.

    Raises:
        UsageError: a note is there already (unless `force`); nothing was written.
        BookUnknown: there is no such book.
        DeliveryRefused: books that were never delivered; all are named.
        PackageRefused: a ZIP is not as it was published.
        PackageError: the folder of a delivery is away.
        ToolMissing: Pango is not installed.
        DiskFull: no room.
    """
    found = {row.row: row.book for row in (find_book(station.journal, name) for name in names)}
    last = {row: views.deliveries(station.journal, row)[-1:] for row in found}
    never = [str(found[row].id) for row, deliveries in last.items() if not deliveries]
    if never:
        raise DeliveryRefused(
            lazy("Never delivered: {books}.", books=", ".join(never)),
            remedy=lazy("Run 'scanpipe deliver BOOK' for each of them first."),
        )
    outputs = Outputs(folder=target, force=force)
    outputs.check(Output(name=name, source=name) for name in (NOTE_NAME, NOTE_WORKBOOK))
    handovers = [_delivered(station, delivery) for deliveries in last.values() for delivery in deliveries]
    papers = _note(station, handovers)
    target.mkdir(parents=True, exist_ok=True)
    return tuple(outputs.write(name, content) for name, content in papers.items())


def _delivered(station: Station, delivery: views.DeliveryRow) -> Handover:
    refuse_changed(station, delivery)
    folder = station.folder / delivery.folder
    handover = read_handover(folder / NOTE_FIGURES)
    if handover.in_pdfs:
        return handover
    # One of old: its manifest tells the same.
    return msgspec.structs.replace(handover, in_pdfs=read_manifest(folder / MANIFEST_NAME).in_pdfs)


def _note(station: Station, handovers: Sequence[Handover]) -> dict[str, bytes]:
    settings = station.settings.handover
    parties = Parties(contractor=settings.contractor, receiver=settings.receiver, contract=settings.contract)
    with language_context(PAPER_LANGUAGE):
        return {NOTE_NAME: handover_pdf(handovers, parties), NOTE_WORKBOOK: handover_xlsx(handovers)}


def _page(paper: PagePaper, state: PageState, rejection_reasons: _RejectionReasons) -> HandedPage:
    assert state.version is not None and state.facts is not None
    reasons = rejection_reasons.get((state.facts.capture, state.facts.region), frozenset())
    return HandedPage(
        **msgspec.structs.asdict(paper),
        condition=_stated(state)
        or condition(state.version.flags, capture_flags=state.facts.capture_flags, reasons=reasons),
    )


def _stated(state: PageState) -> Condition:
    """Return what a person says of the page's paper, which counts before what was measured."""
    said = state.stated.state if state.stated else ""
    return said if said != "missing" else ""
