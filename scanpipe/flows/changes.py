"""What a revision changes against the one before, and why: for its manifest and its report."""

from collections.abc import Mapping

from scanpipe.errors import PackageError
from scanpipe.flows.papers import Issue
from scanpipe.flows.station import Station
from scanpipe.package.papers.manifest import MANIFEST_NAME, Changes, FileChange, PageChange, PageRecord, read_manifest
from scanpipe.package.verify.difference import differences
from scanpipe.state import views


def issue_changes(station: Station, issue: Issue) -> Changes | None:
    """Return what is different from the revision before, or None where there is none."""
    if not issue.facts.deliveries:
        return None
    last = issue.facts.deliveries[-1]
    why = views.sent_back(station.journal, issue.facts.row, since=last.at)
    said = {page: _page_change(page, row) for page, row in why.items()}
    before, after = _pdfs(last.members), _pdfs(issue.digests)
    files = differences(before, after, _pages_before(station, last), issue.page_records, why=said).changes
    if not issue.workbook.is_as_in(last):
        files = (*files, FileChange(name=issue.workbook_name, what="changed"))
    return Changes(
        against=last.revision,
        files=files,
        amended_by=views.amended_by(station.journal, issue.facts.row, since=last.at),
    )


def _pdfs(digests: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in digests.items() if name.endswith(".pdf")}


def _page_change(page: str, row: views.SentBack) -> PageChange:
    return PageChange(page=page, decision=row.decision, reason=row.reason, person=row.person, ticket=row.ticket)


def _pages_before(station: Station, last: views.DeliveryRow) -> dict[str, tuple[PageRecord, ...]]:
    """Return the pages of each file of the revision before, as far as its folder is still there."""
    try:
        manifest = read_manifest(station.folder / last.folder / MANIFEST_NAME)
    except PackageError:
        return {}
    return {file.name: file.pages for file in manifest.files}
