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
from scanpipe.flows.delivery.changes import issue_changes
from scanpipe.flows.delivery.documents import make_documents
from scanpipe.flows.delivery.handover import NOTE_NAME, issue_papers
from scanpipe.flows.delivery.lacking import refuse_lacking
from scanpipe.flows.delivery.papers import (
    REPORT_NAME,
    Issue,
    archives_in,
    changed_folder,
    file_digest,
    issue_manifest,
    refuse_changed,
    zips_digest,
)
from scanpipe.flows.delivery.reissue import keep_papers, read_by
from scanpipe.flows.delivery.revision_folder import publish_folder, staged_folder
from scanpipe.flows.delivery.signatures import sign_documents, station_signer
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.process.run import PageFailed, process_within
from scanpipe.flows.station import Station
from scanpipe.flows.workbook.issued import Desk
from scanpipe.flows.workbook.workbooks import filled_workbook, keep_workbook, known_workbook
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
        issue = _issue(station, facts, index=index, engine=engine, workers=workers)
    except BlobDamaged:
        facts = _with_whole_files(station, facts, engine=engine, workers=workers)
        issue = _issue(station, facts, index=index, engine=engine, workers=workers)
    last = facts.deliveries[-1] if facts.deliveries else None
    if last and last.members == issue.digests and (index is None or issue.workbook.is_as_in(last)):
        refuse_changed(station, last)
        return _delivered(issue, station.folder / last.folder, last.revision, new=False)
    folder = home / f"r{issue.revision}"
    with staged_folder(folder) as staged:
        report = _write(station, issue, staged)
        sync_tree(staged)
        _publish(station, issue, staged, folder)
    return _delivered(issue, folder, issue.revision, new=True, warnings=len(report.warnings))


def _refuse_unready(facts: BookFacts) -> None:
    reasons = blockers(facts)
    if reasons:
        lines = "\n".join(f"  - {reason}" for reason in reasons)
        raise DeliveryRefused(
            lazy("{book} cannot be delivered yet:\n{lines}", book=facts.book.id, lines=lines),
            remedy=lazy("'scanpipe book show {book}' shows every page.", book=facts.book.id),
        )


def _issue(station: Station, facts: BookFacts, *, index: Path | None, engine: str, workers: int) -> Issue:
    convention, signer = convention_of(station, facts.book), station_signer(station)
    documents = make_documents(station, facts, convention, engine=engine, workers=workers)
    refuse_lacking(facts, documents)
    desk = Desk(station=station, facts=facts, convention=convention, given=index)
    revision = 1 + max((delivery.revision for delivery in facts.deliveries), default=0)
    issue = Issue(
        facts=facts,
        convention=convention,
        documents=sign_documents(station, documents, signer) if signer else documents,
        workbook=known_workbook(desk, revision),
        revision=revision,
        iso_sizes=station.settings.handover.iso_sizes,
    )
    due = not facts.deliveries or facts.deliveries[-1].members != issue.digests
    return replace(issue, workbook=filled_workbook(desk, revision)) if due or index else issue


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
def _publish(station: Station, issue: Issue, staged: Path, folder: Path) -> None:
    """Give a finished folder its name and write its row, unless a page was judged otherwise while it was made.

    The row comes second: a folder without a row is adopted by the next run.
    """
    facts = issue.facts
    if _shown(book_facts(station, facts.book.id.full_name)) != _shown(facts):
        raise DeliveryRefused(
            lazy("{book}: pages were judged while its package was made, so it was not published.", book=facts.book.id),
            remedy=lazy("Run the same command again."),
        )
    publish_folder(staged, folder)
    _record(station, facts, folder, issue.revision, issue.digests, issue.workbook.digest)


def _shown(facts: BookFacts) -> list[tuple[object, ...]]:
    return [
        (state.page, state.status, state.facts and state.facts.placement, state.version and state.version.row)
        for state in facts.pages
    ]


def _write(station: Station, issue: Issue, staged: Path) -> Report:
    """Write everything that the revision holds, and verify it by reading it back."""
    archives = _write_zips(station, issue, staged)
    write_atomic(staged / issue.workbook_name, issue.workbook.content)
    for document in issue.documents:
        if document.place == "beside":
            write_atomic(staged / document.name, station.store.get(document.digest))
    manifest = issue_manifest(issue, archives, issue_changes(station, issue))
    write_atomic(staged / MANIFEST_NAME, encode_manifest(manifest))
    report = _verified(issue, archives[0])
    if not report.ok:
        lines = "\n".join(f"  - {finding}" for finding in report.errors)
        raise PackageRefused(
            lazy(
                "The package of {book} failed its own verification and was not published:\n{lines}",
                book=issue.facts.book.id,
                lines=lines,
            ),
            remedy=lazy(
                "Send pages back ('scanpipe reject'), mend the workbook, or, where the receiver asks for less, the "
                "convention; then run the same command again."
            ),
        )
    for name, content in issue_papers(station, issue, manifest, archives, report).items():
        write_atomic(staged / name, content)
    # Not sooner: what a refused delivery had taken over would count as taken by the next one.
    keep_workbook(station, issue.workbook, issue.revision)
    keep_papers(station, issue, staged)
    return report


def _verified(issue: Issue, archive: Path) -> Report:
    with trusted():  # every file in it was made here
        report = verify_package(archive, convention=issue.convention, places=issue.workbook.typed.provenance)
    return replace(report, findings=(*report.findings, *findings_of_making(issue)))


def _write_zips(station: Station, issue: Issue, staged: Path) -> tuple[Path, ...]:
    members = [
        Member(name=f"{issue.folder}{document.name}", path=station.store.path(document.digest))
        for document in issue.documents
        if document.place == "zip"
    ]
    parts = split_members(members, issue.convention.zip)
    archives = tuple(staged / name for name in issue.zip_names(len(parts)))
    for archive, part in zip(archives, parts, strict=True):
        write_zip(archive, part, issue.convention.zip)
    return archives


def findings_of_making(issue: Issue) -> Iterator[Finding]:
    """Warn of what only the making of a package tells.

    These are pages that could not be made as small as the convention asks, or as true as they were scanned, and
    conflicts between workbooks.
    """
    for document in issue.documents:
        for number in document.facts.over_budget:
            text = lazy("page {number}: it could not be made as small as the convention asks")
            yield warning("page-over-budget", document.name, text.format(number=number))
        for number in document.facts.doubtful:
            text = lazy("page {number}: compare it with the scan; faint ink or the colour of a seal may be weaker")
            yield warning("page-doubtful", document.name, text.format(number=number))
        for number, _verdict in document.facts.lacking:
            text = lazy("page {number}: compare it with the scan; writing that is on the scan is not on the page")
            yield warning("page-lacks-writing", document.name, text.format(number=number))
    for conflict in issue.workbook.conflicts:
        yield warning("workbook-conflict", issue.workbook_name, conflict)


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
    read = read_by(station, facts.book.id, revision) or facts.newest  # an older scanpipe did not keep it
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


def _delivered(issue: Issue, folder: Path, revision: int, *, new: bool, warnings: int = 0) -> Delivered:
    manifest = folder / MANIFEST_NAME
    told = read_manifest(manifest).figures if manifest.exists() else None
    return Delivered(
        book=str(issue.facts.book.id),
        revision=revision,
        new=new,
        archives=archives_in(folder),
        workbook=folder / issue.workbook_name,
        report=folder / REPORT_NAME,
        note=folder / NOTE_NAME,
        manifest=manifest,
        cases=len(issue.facts.sets.sets),
        figures=told or issue.figures,
        questions=notices(issue.facts),
        conflicts=tuple(map(str, issue.workbook.conflicts)),
        warnings=warnings,
    )
