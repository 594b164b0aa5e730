"""From accepted pages to a published revision: readiness, PDFs, workbook, ZIP, verify, publish by rename.

PDFs are blobs keyed by exactly what they are made from, so a re-issued book holds the very bytes of every page set
that did not change. What is published carries no clock, but for signatures: the same pages give the same package.
"""

from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import BlobDamaged, DeliveryRefused
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.readiness import blockers, notices
from scanpipe.flows.delivery.adoption import adopt_published, record_delivery
from scanpipe.flows.delivery.documents import make_documents
from scanpipe.flows.delivery.handover import NOTE_NAME
from scanpipe.flows.delivery.lacking import refuse_lacking
from scanpipe.flows.delivery.manifest import REPORT_NAME
from scanpipe.flows.delivery.page_counts import refuse_unasked_counts
from scanpipe.flows.delivery.published import archives_in, refuse_changed
from scanpipe.flows.delivery.revision import Revision, RevisionPlan
from scanpipe.flows.delivery.revision_folder import publish_folder, staged_folder
from scanpipe.flows.delivery.signatures import sign_documents, station_signer
from scanpipe.flows.delivery.write_revision import write_revision
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.process.run import PageFailed, process_within
from scanpipe.flows.station import Station
from scanpipe.flows.workbook.issued import WorkbookContext
from scanpipe.flows.workbook.typed import typed_since
from scanpipe.flows.workbook.workbooks import issued_rows, merged_workbook
from scanpipe.messages import lazy
from scanpipe.package.paper_area import PageFigures
from scanpipe.package.reports.manifest import MANIFEST_NAME, read_manifest
from scanpipe.system.fsio import sync_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A published revision and where its papers lie; `new` is false where nothing had changed since.

    `counts` are numbers of pages that are not those of the revision before, `tickets` what asked for the change.
    """

    book: str
    revision: int
    new: bool
    archives: tuple[Path, ...]
    workbook: Path
    report: Path
    note: Path
    manifest: Path
    cases: int
    figures: PageFigures
    questions: tuple[str, ...]
    counts: tuple[str, ...]
    tickets: tuple[str, ...]
    conflicts: tuple[str, ...]
    warnings: int


def deliver(station: Station, name: str, *, index: Path | None = None, engine: str = "", workers: int = 0) -> Delivered:
    """Publish the next revision of a book, or say which one stands when nothing has changed.

    Args:
        station: the station.
        name: the book.
        index: a workbook that people have filled in, to be merged; what they typed into the one of the revision before
            is merged in any case, but is by itself no reason for a new revision.
        engine: where its PDFs are made; the station's choice where empty.
        workers: how many processes.

    Raises:
        DeliveryRefused: pages, numbers or sheets stand in the way, or PDFs lack writing of the scans; all are listed.
            Or there are more or fewer pages than in the revision before, and no ticket asked for it.
            Or it is a practice station.
        WorkbookError: a filled-in workbook cannot be merged.
        SigningError: its PDFs are to be signed and cannot be; none was made.
        PackageRefused: the finished package failed its own verification; nothing was published.
        DiskFull: no room; nothing was published.
        StationLocked: another process works on the book.
    """
    if station.settings.practice:
        raise DeliveryRefused(
            lazy("{folder} is a practice station. Its books cannot be delivered.", folder=station.folder),
            remedy=lazy("Scan the real book on the real station."),
        )
    with held_book(station, name):
        return _deliver(station, name, index=index, engine=engine, workers=workers)


def _deliver(station: Station, name: str, *, index: Path | None, engine: str, workers: int) -> Delivered:
    facts = book_facts(station, name)
    _refuse_unready(facts)
    home = station.out / facts.book.id.full_name
    if adopt_published(station, facts, home):
        facts = book_facts(station, name)
    try:
        plan = _revision_plan(station, facts, engine=engine, workers=workers)
    except BlobDamaged:
        facts = _with_whole_files(station, facts, engine=engine, workers=workers)
        plan = _revision_plan(station, facts, engine=engine, workers=workers)
    last = facts.deliveries[-1] if facts.deliveries else None
    unchanged = last if last and last.members == plan.digests else None
    refuse_unasked_counts(station, plan)
    typed = index is not None or typed_since(_workbook_context(station, plan, index))
    revision = None if unchanged and not typed else _revision(station, plan, index=index)
    if unchanged and (revision is None or revision.workbook.matches(unchanged)):
        refuse_changed(station, unchanged)
        return _delivered(revision or plan, station.folder / unchanged.folder, unchanged.revision, new=False)
    assert revision is not None
    return _published(station, revision, home / f"r{revision.number}")


def _refuse_unready(facts: BookFacts) -> None:
    reasons = blockers(facts)
    if reasons:
        lines = "\n".join(f"  - {reason}" for reason in reasons)
        raise DeliveryRefused(
            lazy("{book} cannot be delivered yet:\n{lines}", book=facts.book.id, lines=lines),
            remedy=lazy("Run 'scanpipe book show {book}' to see every page.", book=facts.book.id),
        )


def _revision_plan(station: Station, facts: BookFacts, *, engine: str, workers: int) -> RevisionPlan:
    """Make the PDFs of a book, signed where the station signs, and the rows of its workbook."""
    convention, signer = convention_of(station, facts.book), station_signer(station)
    documents = make_documents(station, facts, convention, engine=engine, workers=workers)
    refuse_lacking(facts, documents)
    return RevisionPlan(
        facts=facts,
        convention=convention,
        documents=sign_documents(station, documents, signer) if signer else documents,
        rows=issued_rows(facts, convention.workbook),
        number=1 + max((delivery.revision for delivery in facts.deliveries), default=0),
        iso_sizes=station.settings.handover.iso_sizes,
    )


def _revision(station: Station, plan: RevisionPlan, *, index: Path | None) -> Revision:
    return Revision.of(plan, merged_workbook(_workbook_context(station, plan, index), plan.rows, plan.number))


def _workbook_context(station: Station, plan: RevisionPlan, index: Path | None) -> WorkbookContext:
    return WorkbookContext(station=station, facts=plan.facts, convention=plan.convention, given=index)


def _published(station: Station, revision: Revision, folder: Path) -> Delivered:
    with staged_folder(folder) as staged:
        report = write_revision(station, revision, staged)
        sync_tree(staged)
        _publish(station, revision, staged, folder)
    return _delivered(revision, folder, revision.number, new=True, warnings=len(report.warnings))


def _with_whole_files(station: Station, facts: BookFacts, *, engine: str, workers: int) -> BookFacts:
    """Make the damaged files of a book's pages again from their masters; an accepted page stays accepted.

    Raises:
        BlobDamaged: a master is damaged, or no page's file is.
        DeliveryRefused: a page came out otherwise than it was accepted.
    """
    for event in process_within(station, facts.book.id.full_name, engine=engine, workers=workers):
        if isinstance(event, PageFailed):
            raise BlobDamaged(event.message)
    facts = book_facts(station, facts.book.id.full_name)
    _refuse_unready(facts)
    return facts


@in_one_step
def _publish(station: Station, revision: Revision, staged: Path, folder: Path) -> None:
    """Give a finished folder its name and write its row, unless a page was judged otherwise while it was made.

    The row comes second: a folder without a row is adopted by the next run.
    """
    facts = revision.facts
    if _shown(book_facts(station, facts.book.id.full_name)) != _shown(facts):
        raise DeliveryRefused(
            lazy(
                "{book}: a verdict changed during the delivery, so the package was not published.", book=facts.book.id
            ),
            remedy=lazy("Run the same command again."),
        )
    publish_folder(staged, folder)
    record_delivery(station, facts, folder, revision.number, revision.digests, revision.workbook.digest)


def _shown(facts: BookFacts) -> list[tuple[object, ...]]:
    stand = [(state.page, state.status) for state in facts.pages]
    return [*stand, *((state.facts.placement, state.version.row) for state in facts.processed)]


def _delivered(plan: RevisionPlan, folder: Path, number: int, *, new: bool, warnings: int = 0) -> Delivered:
    manifest = folder / MANIFEST_NAME
    published = read_manifest(manifest) if manifest.exists() else None
    published_figures = published.figures if published else None
    changes = published.changes if published else None
    return Delivered(
        book=str(plan.facts.book.id),
        revision=number,
        new=new,
        archives=archives_in(folder),
        workbook=folder / plan.workbook_name,
        report=folder / REPORT_NAME,
        note=folder / NOTE_NAME,
        manifest=manifest,
        cases=len(plan.facts.sets.sets),
        figures=published_figures or plan.figures,
        questions=tuple(map(str, notices(plan.facts))),
        counts=tuple(map(str, changes.counts)) if changes else (),
        tickets=tuple(map(str, changes.tickets)) if changes else (),
        conflicts=tuple(map(str, plan.workbook.conflicts)) if isinstance(plan, Revision) else (),
        warnings=warnings,
    )
