"""What is signed and invoiced by: the delivery note and the printed report, in Vietnamese whoever makes them.

A delivery keeps its figures beside its papers (`delivery-note.json`), so that a note over several books says what was
delivered and not how the books stand today.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

import msgspec

from scanpipe.errors import DeliveryRefused
from scanpipe.flows.book.plan import PageState, ProcessedPage, Status
from scanpipe.flows.book.units import unit_full_name
from scanpipe.flows.delivery.documents import Document
from scanpipe.flows.delivery.manifest import REPORT_NAME, revision_report
from scanpipe.flows.delivery.published import refuse_changed
from scanpipe.flows.delivery.revision import Revision
from scanpipe.flows.process.judges import accepted_by_scanner
from scanpipe.flows.station import Station
from scanpipe.messages import PAPER_LANGUAGE, language_context, lazy
from scanpipe.model import Region
from scanpipe.package.findings import Report
from scanpipe.package.paper_area import PagePaper
from scanpipe.package.reports.delivery_note import NOTE_WORKBOOK, Parties, delivery_note_pdf, delivery_note_xlsx
from scanpipe.package.reports.delivery_record import (
    AbsentPage,
    Condition,
    DeliveredFile,
    DeliveredMatter,
    DeliveredPage,
    DeliveryRecord,
    condition,
    encode_delivery_record,
    read_delivery_record,
)
from scanpipe.package.reports.manifest import MANIFEST_NAME, Manifest, read_manifest
from scanpipe.package.reports.printing import print_pdf
from scanpipe.package.reports.report import MOST_PRINTED
from scanpipe.state import views
from scanpipe.state.books import find_book
from scanpipe.system.outputs import Output, Outputs

NOTE_NAME, NOTE_FIGURES = "delivery-note.pdf", "delivery-note.json"
PRINTED_REPORT = "report.pdf"

_RejectionReasons = Mapping[tuple[int, Region], frozenset[str]]


def revision_reports(
    station: Station, revision: Revision, manifest: Manifest, archives: Sequence[Path], verified: Report
) -> dict[str, bytes]:
    """Return the papers of a revision by name.

    Args:
        station: its settings name the parties; its journal knows why pages were rejected.
        revision: the revision.
        manifest: its manifest.
        archives: its ZIPs.
        verified: what verifying found.

    Raises:
        ToolMissing: Pango is not installed.
    """
    rejection_reasons = views.rejection_reasons(station.journal, revision.facts.row)
    record = delivery_record(revision, manifest, _delivered_zips(archives, manifest), verified, rejection_reasons)
    own = accepted_by_scanner(station, revision.facts)
    record = msgspec.structs.replace(record, own=tuple(page.label for page in own))
    papers = {REPORT_NAME: revision_report(revision, manifest, verified, own=own).encode()}
    with language_context(PAPER_LANGUAGE):
        report = revision_report(revision, manifest, verified, own=own, most_rows=MOST_PRINTED)
        papers[PRINTED_REPORT] = print_pdf(report)
    return {**papers, NOTE_FIGURES: encode_delivery_record(record), **_note(station, [record])}


def delivery_record(
    revision: Revision,
    manifest: Manifest,
    archives: Sequence[DeliveredFile],
    verified: Report,
    reasons: _RejectionReasons,
) -> DeliveryRecord:
    """Return what a revision hands over."""
    book, convention = revision.facts.book, revision.convention
    states = {state.page.label: state for state in revision.facts.processed}
    return DeliveryRecord(
        unit_code=book.id.unit_code,
        unit_list=book.id.unit_list,
        unit_name=unit_full_name(book),
        kind=book.id.kind,
        kind_name=convention.kinds[book.id.kind].vietnamese,
        year=book.id.year,
        volume=book.id.volume,
        revision=revision.number,
        convention=convention.name,
        confidence=convention.confidence,
        pages=tuple(_page(paper, states[paper.page], reasons) for paper in manifest.pages),
        cases=verified.cases,
        gaps=tuple(map(str, revision.facts.sets.gaps)),
        missing=sum(gap.count for gap in revision.facts.sets.gaps),
        pdfs=sum(1 for document in revision.documents if document.location == "zip"),
        rows=verified.workbook_rows,
        archives=tuple(archives),
        workbook=revision.workbook_name,
        matter=tuple(_matter(document) for document in revision.documents if document.key is None),
        absent=tuple(
            AbsentPage(page=state.page.label, note=state.stated.note if state.stated else "")
            for state in revision.facts.pages
            if state.status is Status.ABSENT
        ),
        iso_sizes=manifest.iso_sizes,
        in_pdfs=manifest.in_pdfs,
        tickets=manifest.changes.tickets if manifest.changes else (),
        counts=manifest.changes.counts if manifest.changes else (),
    )


def _delivered_zips(archives: Sequence[Path], manifest: Manifest) -> tuple[DeliveredFile, ...]:
    known = {file.name: file for file in manifest.files}
    delivered = []
    for path in archives:
        with ZipFile(path) as archive:
            pdfs = len(archive.namelist())
        delivered.append(
            DeliveredFile(name=path.name, sha256=known[path.name].sha256, size=known[path.name].size, pdfs=pdfs)
        )
    return tuple(delivered)


def _matter(document: Document) -> DeliveredMatter:
    return DeliveredMatter(
        name=document.name,
        sha256=document.digest,
        size=document.facts.size,
        pages=tuple(state.page.label for state in document.states),
        place=document.location,
    )


def write_delivery_note(
    station: Station, names: Sequence[str], target: Path, *, force: bool = False
) -> tuple[Path, ...]:
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
            remedy=lazy("First run 'scanpipe deliver BOOK' for each of these books."),
        )
    outputs = Outputs(folder=target, force=force)
    outputs.check(Output(name=name, source=name) for name in (NOTE_NAME, NOTE_WORKBOOK))
    records = [_published_record(station, delivery) for deliveries in last.values() for delivery in deliveries]
    papers = _note(station, records)
    target.mkdir(parents=True, exist_ok=True)
    return tuple(outputs.write(name, content) for name, content in papers.items())


def _published_record(station: Station, delivery: views.DeliveryRow) -> DeliveryRecord:
    refuse_changed(station, delivery)
    folder = station.folder / delivery.folder
    record = read_delivery_record(folder / NOTE_FIGURES)
    if record.in_pdfs:
        return record
    # One of old: its manifest tells the same.
    return msgspec.structs.replace(record, in_pdfs=read_manifest(folder / MANIFEST_NAME).in_pdfs)


def _note(station: Station, records: Sequence[DeliveryRecord]) -> dict[str, bytes]:
    settings = station.settings.handover
    parties = Parties(contractor=settings.contractor, receiver=settings.receiver, contract=settings.contract)
    with language_context(PAPER_LANGUAGE):
        return {NOTE_NAME: delivery_note_pdf(records, parties), NOTE_WORKBOOK: delivery_note_xlsx(records)}


def _page(paper: PagePaper, state: ProcessedPage, rejection_reasons: _RejectionReasons) -> DeliveredPage:
    reasons = rejection_reasons.get((state.facts.capture, state.facts.region), frozenset())
    return DeliveredPage(
        **msgspec.structs.asdict(paper),
        condition=_stated(state)
        or condition(state.version.flags, capture_flags=state.facts.capture_flags, reasons=reasons),
    )


def _stated(state: PageState) -> Condition:
    """Return what a person says of the page's paper, which counts before what was measured."""
    said = state.stated.state if state.stated else ""
    return said if said != "missing" else ""
