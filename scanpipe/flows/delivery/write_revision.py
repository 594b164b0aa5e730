"""The files of a revision: its ZIPs, what lies beside them, and the verification that reads them back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scanpipe.errors import PackageRefused
from scanpipe.flows.delivery.changes import revision_changes
from scanpipe.flows.delivery.handover import revision_reports
from scanpipe.flows.delivery.manifest import revision_manifest
from scanpipe.flows.delivery.reissue import keep_accompanying_files
from scanpipe.flows.delivery.revision import Revision
from scanpipe.flows.station import Station
from scanpipe.flows.workbook.workbooks import keep_workbook
from scanpipe.messages import lazy
from scanpipe.package.findings import Finding, Report, warning
from scanpipe.package.reports.manifest import MANIFEST_NAME, encode_manifest
from scanpipe.package.verify.package import verify_package
from scanpipe.package.zips.bundle import Member, split_members, write_zip
from scanpipe.sandbox import trusted
from scanpipe.system.fsio import write_atomic


def write_revision(station: Station, revision: Revision, staged: Path) -> Report:
    """Write all files of a revision, and verify it by reading it back.

    Raises:
        PackageRefused: it failed its own verification.
        DiskFull: no room.
    """
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
                "The package of {book} failed verification and was not published:\n{lines}",
                book=revision.facts.book.id,
                lines=lines,
            ),
            remedy=lazy(
                "Reject pages ('scanpipe reject'), correct the workbook, or correct the convention if the receiver "
                "asks for less. Then run the same command again."
            ),
        )
    for name, content in revision_reports(station, revision, manifest, archives, report).items():
        write_atomic(staged / name, content)
    # Not sooner: what a refused delivery had taken over would count as taken by the next one.
    keep_workbook(station, revision.facts.row, revision.number, revision.workbook)
    keep_accompanying_files(station, revision, staged)
    return report


def _verified(revision: Revision, archive: Path) -> Report:
    with trusted():  # every file in it was made here
        report = verify_package(
            archive, convention=revision.convention, provenance=revision.workbook.form.typed.provenance
        )
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
            text = lazy("page {number}: it is larger than the guideline of the convention")
            yield warning("page-over-budget", document.name, text.format(number=number))
        for number in document.facts.doubtful:
            text = lazy("page {number}: compare it with the scan; faint ink or the colour of a seal may be weaker")
            yield warning("page-doubtful", document.name, text.format(number=number))
        for number, _verdict in document.facts.lacking:
            text = lazy("page {number}: compare it with the scan; the page lacks writing that is on the scan")
            yield warning("page-lacks-writing", document.name, text.format(number=number))
    for conflict in revision.workbook.conflicts:
        yield warning("workbook-conflict", revision.workbook_name, conflict)
