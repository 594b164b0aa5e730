"""From accepted pages to a published revision: gate, PDFs, workbook, ZIP, verify, publish by rename.

PDFs are blobs keyed by exactly what they are made from, so a re-issued book holds the very bytes of every page set
that did not change. What is published carries no clock, but for signatures: the same pages give the same package.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scanpipe.errors import BlobDamaged, DeliveryRefused, PackageError, PackageRefused
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of
from scanpipe.flows.book.readiness import blockers, notices
from scanpipe.flows.delivery.changes import revision_changes
from scanpipe.flows.delivery.documents import make_documents
from scanpipe.flows.delivery.handover import NOTE_NAME, revision_reports
from scanpipe.flows.delivery.lacking import refuse_lacking
from scanpipe.flows.delivery.manifest import REPORT_NAME, revision_manifest
from scanpipe.flows.delivery.published import archives_in, changed_folder, file_digest, refuse_changed, zips_digest
from scanpipe.flows.delivery.reissue import keep_accompanying_files, read_by
from scanpipe.flows.delivery.revision import Revision
from scanpipe.flows.delivery.revision_folder import publish_folder, staged_folder
from scanpipe.flows.delivery.signatures import sign_documents, station_signer
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.process.run import PageFailed, process_within
from scanpipe.flows.station import Station
from scanpipe.flows.workbook.issued import WorkbookContext
from scanpipe.flows.workbook.workbooks import base_workbook, keep_workbook, merged_workbook
from scanpipe.messages import lazy
from scanpipe.package.findings import Finding, Report, warning
from scanpipe.package.paper_area import PageFigures
from scanpipe.package.reports.manifest import MANIFEST_NAME, Manifest, encode_manifest, read_manifest
from scanpipe.package.verify.package import verify_package
from scanpipe.package.zips.bundle import Member, split_members, write_zip
from scanpipe.sandbox import trusted
from scanpipe.state import views
from scanpipe.state.books import open_books
from scanpipe.state.journal import json_text
from scanpipe.system.fsio import sync_tree, write_atomic


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A published revision and where its papers lie; `new` is false where nothing had changed since."""

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
        WorkbookError: a filled-in workbook cannot be merged.
        SigningError: its PDFs are to be signed and cannot be; none was made.
        PackageRefused: the finished package failed its own verification; nothing was published.
        DiskFull: no room; nothing was published.
        StationLocked: another process works on the book.
    """
    with held_book(station, name):
        return _deliver(station, name, index=index, engine=engine, workers=workers)


def _deliver(station: Station, name: str, *, index: Path | None, engine: str, workers: int) -> Delivered:
    facts = book_facts(station, name)
    _refuse_unready(facts)
    home = station.out / facts.book.id.full_name
    if _adopt(station, facts, home):
        facts = book_facts(station, name)
    try:
        revision = _make_revision(station, facts, index=index, engine=engine, workers=workers)
    except BlobDamaged:
        facts = _with_whole_files(station, facts, engine=engine, workers=workers)
        revision = _make_revision(station, facts, index=index, engine=engine, workers=workers)
    last = facts.deliveries[-1] if facts.deliveries else None
    if last and last.members == revision.digests and (index is None or revision.workbook.matches(last)):
        refuse_changed(station, last)
        return _delivered(revision, station.folder / last.folder, last.revision, new=False)
    folder = home / f"r{revision.number}"
    with staged_folder(folder) as staged:
        report = _write(station, revision, staged)
        sync_tree(staged)
        _publish(station, revision, staged, folder)
    return _delivered(revision, folder, revision.number, new=True, warnings=len(report.warnings))


def _refuse_unready(facts: BookFacts) -> None:
    reasons = blockers(facts)
    if reasons:
        lines = "\n".join(f"  - {reason}" for reason in reasons)
        raise DeliveryRefused(
            lazy("{book} cannot be delivered yet:\n{lines}", book=facts.book.id, lines=lines),
            remedy=lazy("'scanpipe book show {book}' shows every page.", book=facts.book.id),
        )


def _make_revision(station: Station, facts: BookFacts, *, index: Path | None, engine: str, workers: int) -> Revision:
    convention, signer = convention_of(station, facts.book), station_signer(station)
    documents = make_documents(station, facts, convention, engine=engine, workers=workers)
    refuse_lacking(facts, documents)
    context = WorkbookContext(station=station, facts=facts, convention=convention, given=index)
    number = 1 + max((delivery.revision for delivery in facts.deliveries), default=0)
    revision = Revision(
        facts=facts,
        convention=convention,
        documents=sign_documents(station, documents, signer) if signer else documents,
        workbook=base_workbook(context, number),
        number=number,
        iso_sizes=station.settings.handover.iso_sizes,
    )
    due = not facts.deliveries or facts.deliveries[-1].members != revision.digests
    return replace(revision, workbook=merged_workbook(context, revision.workbook)) if due or index else revision


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
            lazy("{book}: pages were judged while its package was made, so it was not published.", book=facts.book.id),
            remedy=lazy("Run the same command again."),
        )
    publish_folder(staged, folder)
    _record(station, facts, folder, revision.number, revision.digests, revision.workbook.digest)


def _shown(facts: BookFacts) -> list[tuple[object, ...]]:
    return [
        (state.page, state.status, state.facts and state.facts.placement, state.version and state.version.row)
        for state in facts.pages
    ]


def _write(station: Station, revision: Revision, staged: Path) -> Report:
    """Write everything that the revision holds, and verify it by reading it back."""
    archives = _write_zips(station, revision, staged)
    write_atomic(staged / revision.workbook_name, revision.workbook.content)
    for document in revision.documents:
        if document.location == "beside":
            write_atomic(staged / document.name, station.store.get(document.digest))
    manifest = revision_manifest(revision, archives, revision_changes(station, revision))
    write_atomic(staged / MANIFEST_NAME, encode_manifest(manifest))
    report = _verified(revision, archives[0])
    if not report.ok:
        lines = "\n".join(f"  - {finding}" for finding in report.errors)
        raise PackageRefused(
            lazy(
                "The package of {book} failed its own verification and was not published:\n{lines}",
                book=revision.facts.book.id,
                lines=lines,
            ),
            remedy=lazy(
                "Send pages back ('scanpipe reject'), mend the workbook, or, where the receiver asks for less, the "
                "convention; then run the same command again."
            ),
        )
    for name, content in revision_reports(station, revision, manifest, archives, report).items():
        write_atomic(staged / name, content)
    # Not sooner: what a refused delivery had taken over would count as taken by the next one.
    keep_workbook(station, revision.facts.row, revision.workbook)
    keep_accompanying_files(station, revision, staged)
    return report


def _verified(revision: Revision, archive: Path) -> Report:
    with trusted():  # every file in it was made here
        report = verify_package(archive, convention=revision.convention, provenance=revision.workbook.typed.provenance)
    return replace(report, findings=(*report.findings, *findings_of_making(revision)))


def _write_zips(station: Station, revision: Revision, staged: Path) -> tuple[Path, ...]:
    members = [
        Member(name=f"{revision.folder}{document.name}", path=station.store.path(document.digest))
        for document in revision.documents
        if document.location == "zip"
    ]
    parts = split_members(members, revision.convention.zip)
    archives = tuple(staged / name for name in revision.zip_names(len(parts)))
    for archive, part in zip(archives, parts, strict=True):
        write_zip(archive, part, revision.convention.zip)
    return archives


def findings_of_making(revision: Revision) -> Iterator[Finding]:
    """Warn of what only the making of a package tells.

    These are pages that could not be made as small as the convention asks, or as true as they were scanned, and
    conflicts between workbooks.
    """
    for document in revision.documents:
        for number in document.facts.over_budget:
            text = lazy("page {number}: it could not be made as small as the convention asks")
            yield warning("page-over-budget", document.name, text.format(number=number))
        for number in document.facts.doubtful:
            text = lazy("page {number}: compare it with the scan; faint ink or the colour of a seal may be weaker")
            yield warning("page-doubtful", document.name, text.format(number=number))
        for number, _verdict in document.facts.lacking:
            text = lazy("page {number}: compare it with the scan; writing that is on the scan is not on the page")
            yield warning("page-lacks-writing", document.name, text.format(number=number))
    for conflict in revision.workbook.conflicts:
        yield warning("workbook-conflict", revision.workbook_name, conflict)


def changed_packages(station: Station) -> tuple[Path, ...]:
    """Return the published packages whose ZIPs are gone from their folder or were changed; folders may move away."""
    found = [row for book in open_books(station.journal) for row in views.deliveries(station.journal, book.row)]
    return tuple(folder for row in found if (folder := changed_folder(station, row)))


def _adopt(station: Station, facts: BookFacts, home: Path) -> bool:
    """Write the row of a revision that was published just before a crash could stop it."""
    known = {delivery.revision for delivery in facts.deliveries}
    adopted = False
    for manifest_file in sorted(home.glob(f"r*/{MANIFEST_NAME}")):
        named = re.fullmatch("r([0-9]+)", manifest_file.parent.name)
        if named is None or int(named[1]) in known:
            continue
        manifest = _manifest_of(manifest_file)
        if manifest.revision in known:
            continue
        published = {f.name: f.sha256 for f in manifest.files}
        # A workbook may have been filled in since; that is what it is for.
        changed = [n for n in published if n.endswith(".zip") and not _whole(manifest_file, n, published)]
        if changed:
            raise PackageRefused(
                lazy(
                    "{folder} is not as it was published: {names}.",
                    folder=manifest_file.parent,
                    names=", ".join(changed),
                ),
                remedy=lazy("Move the folder away; the next delivery makes it again."),
            )
        compared, workbook = {name: sha for name, sha in published.items() if name.endswith(".pdf")}, ""
        for name in (name for name in published if name.endswith(".xlsx")):
            compared[name], workbook = manifest.workbook_rows, published[name]
        _record(station, facts, manifest_file.parent, manifest.revision, compared, workbook)
        adopted = True
    return adopted


def _manifest_of(manifest_file: Path) -> Manifest:
    try:
        return read_manifest(manifest_file)
    except PackageError as error:
        raise PackageError(
            error.message, remedy=lazy("Move its folder away; the next delivery makes it again.")
        ) from error


def _whole(manifest_file: Path, name: str, published: dict[str, str]) -> bool:
    file = manifest_file.with_name(name)
    return file.is_file() and file_digest(file) == published[name]


def _record(
    station: Station, facts: BookFacts, folder: Path, revision: int, digests: dict[str, str], workbook: str
) -> None:
    read = read_by(station, facts.row, revision) or facts.newest  # an older scanpipe did not keep it
    station.journal.add_fact(
        "delivery",
        book=facts.row,
        revision=revision,
        zip_digest=zips_digest(folder),
        folder=str(folder.relative_to(station.folder)),
        members=json_text(digests),
        workbook=workbook,
        person=station.person,
        newest_verdict=read.verdict,
        newest_statement=read.statement,
        newest_placement=read.placement,
    )


def _delivered(revision: Revision, folder: Path, number: int, *, new: bool, warnings: int = 0) -> Delivered:
    manifest = folder / MANIFEST_NAME
    published_figures = read_manifest(manifest).figures if manifest.exists() else None
    return Delivered(
        book=str(revision.facts.book.id),
        revision=number,
        new=new,
        archives=archives_in(folder),
        workbook=folder / revision.workbook_name,
        report=folder / REPORT_NAME,
        note=folder / NOTE_NAME,
        manifest=manifest,
        cases=len(revision.facts.sets.sets),
        figures=published_figures or revision.figures,
        questions=tuple(map(str, notices(revision.facts))),
        conflicts=tuple(map(str, revision.workbook.conflicts)),
        warnings=warnings,
    )
