"""What a revision changes against the one before, and why: for its manifest and its report."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any

import msgspec

from scanpipe.flows.delivery.page_counts import changed_counts, manifest_before, tickets_since
from scanpipe.flows.delivery.revision import Revision
from scanpipe.flows.station import Station
from scanpipe.flows.workbook.changed_cells import typed_changes
from scanpipe.flows.workbook.issued import WorkbookContext
from scanpipe.model import PageSetRule
from scanpipe.package.reports.case_rules import rule_code
from scanpipe.package.reports.manifest import (
    Amended,
    Changes,
    FileChange,
    PageChange,
)
from scanpipe.package.reports.numbers import page_range
from scanpipe.package.verify.difference import differences
from scanpipe.state import since


def revision_changes(station: Station, revision: Revision) -> Changes | None:
    """Return what is different from the revision before, or None where there is none."""
    if not revision.facts.deliveries:
        return None
    last = revision.facts.deliveries[-1]
    row = revision.facts.row
    replaced = since.replacements(station.journal, row, since=last)
    told = {page: each for page, each in replaced.items() if each.reason}
    why = replaced | since.rejections(station.journal, row, since=last) | told  # a scan that was asked for has no other
    said = {page: _page_change(page, row) for page, row in why.items()}
    before, after = _pdfs(last.members), _pdfs(revision.digests)
    manifest = manifest_before(station, row, last)
    pages = {file.name: file.pages for file in manifest.files} if manifest else {}
    files = differences(before, after, pages, revision.page_records, why=said).changes
    if not revision.workbook.matches(last):
        files = (*files, FileChange(name=revision.workbook_name, what="changed"))
    return Changes(
        against=last.revision,
        files=files,
        amended=(
            *_amended(since.amendments(station.journal, revision.facts.row, since=last)),
            *_moved(since.moved_pages(station.journal, revision.facts.row, since=last)),
        ),
        tickets=tickets_since(station, revision),
        counts=changed_counts(revision, manifest),
        typed=typed_changes(
            WorkbookContext(station=station, facts=revision.facts, convention=revision.convention),
            revision.workbook.form,
        ),
    )


def _amended(amendments: Iterable[since.Amendment]) -> Iterator[Amended]:
    for each in amendments:
        said = {"person": each.person, "reason": each.reason, "ticket": each.ticket}
        for what in sorted({*each.before, *each.after}):
            before, after = each.before.get(what), each.after.get(what)
            if before != after:
                yield Amended(what=what, before=_shown(before, after), after=_shown(after, before), **said)


def _shown(value: Any, other: Any) -> str:
    """Return a statement as it is written; of a rule that lists its cases, those that the other one does not list."""
    if isinstance(value, dict):
        rule, against = (
            msgspec.convert(each, PageSetRule) if isinstance(each, dict) else None for each in (value, other)
        )
        return rule_code(rule, against) if rule else ""
    return "" if value is None else str(value)


def _moved(pages: Iterable[since.MovedPage]) -> Iterator[Amended]:
    """Yield runs of pages that moved together: from 12-98 to 13-99."""
    by_move = groupby(
        pages, lambda p: (p.after.part, p.before.part, p.after.number - p.before.number, p.person, p.reason, p.ticket)
    )
    for (*_how, person, reason, ticket), group in by_move:
        run = list(group)
        yield Amended(
            what="place",
            before=page_range([page.before for page in run]),
            after=page_range([page.after for page in run]),
            person=person,
            reason=reason,
            ticket=ticket,
        )


def _pdfs(digests: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in digests.items() if name.endswith(".pdf")}


def _page_change(page: str, row: since.Rejection) -> PageChange:
    return PageChange(page=page, **asdict(row))
