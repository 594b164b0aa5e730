"""Plans which pages of a book a person looks at: a random sample of each lot, and the worst by their scores."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

import msgspec

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookFacts, book_facts
from scanpipe.flows.book.plan import ProcessedPage
from scanpipe.flows.book.sampling import in_no_lot, shown
from scanpipe.flows.locking import in_one_step
from scanpipe.flows.qa.iso2859 import sampling_plan
from scanpipe.flows.qa.lots import LotReport, lot_reports, results
from scanpipe.flows.qa.sample import drawn, share_of, worst
from scanpipe.flows.qa.severity import Inspection, inspection_after
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.state.qa import LotPage, LotRow, ScannedBy, add_lot, scanned_by

_SEED_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How many pages are drawn, how many of them may be nonconforming, and where these numbers come from."""

    sample: int
    accept: int
    method: str
    terms: dict[str, Any]


def plan_lots(station: Station, name: str, *, seed: str = "") -> tuple[LotReport, ...]:
    """Plan what a person looks at of the pages of a book that are in no lot yet; return how its lots stand.

    A page that was scanned again since is in none: a person judges it anyway.

    Args:
        station: the station.
        name: the book.
        seed: what the pages are drawn by; "" makes one up. It is kept with the lot.

    Raises:
        UsageError: the station plans none ([qa] method = "off"), or a page is not processed yet.
        BookUnknown: there is no such book.
    """
    if station.settings.qa.method == "off":
        raise UsageError(
            lazy("This station draws no samples."),
            remedy=lazy('Set method = "iso2859" or "share" under [qa] in station.toml.'),
        )
    return _planned(station, name, seed or secrets.token_hex(_SEED_BYTES))


@in_one_step
def _planned(station: Station, name: str, seed: str) -> tuple[LotReport, ...]:
    facts = book_facts(station, name)
    _refuse_unprocessed(facts)
    for who, states in _by_scan(station, facts.row, in_no_lot(facts)).items():
        add_lot(station.journal, _lot(station, facts.row, who, states, seed))
    return lot_reports(station, facts.row)


def inspection_of(station: Station, who: ScannedBy) -> Inspection:
    """Return how strictly the next lot of an operator and a scanner is looked at, by those that were judged."""
    return inspection_after(results(station, who), may_reduce=station.settings.qa.reduced)


def score_of(state: ProcessedPage) -> float:
    """Return how well a page can be read (0-100), by the report of its version; less for what it was flagged for."""
    return msgspec.json.decode(state.version.report, type=_Report).score.overall - len(state.flags)


class _Score(msgspec.Struct, frozen=True, kw_only=True):
    overall: float = 100.0


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    """What of a version's report is asked for here."""

    score: _Score = _Score()


def _by_scan(station: Station, book: int, states: Iterable[ProcessedPage]) -> dict[ScannedBy, list[ProcessedPage]]:
    scans, found = scanned_by(station.journal, book), defaultdict(list)
    for state in states:
        found[scans[state.facts.capture]].append(state)
    return found


def _lot(station: Station, book: int, who: ScannedBy, states: Sequence[ProcessedPage], seed: str) -> LotRow:
    plan = _plan(station, len(states), who)
    by_label = {state.page.label: state for state in states}
    sample = drawn(by_label, plan.sample, seed=seed)
    rest = {label: score_of(state) for label, state in by_label.items() if label not in sample}
    chosen = dict.fromkeys(worst(rest, station.settings.qa.worst), "worst") | dict.fromkeys(sample, "random")
    again = drawn(sample, round(len(sample) * station.settings.qa.twice), seed=f"{seed} again")
    return LotRow(
        row=0,
        book=book,
        operator=who.operator,
        device=who.device,
        seed=seed,
        method=plan.method,
        terms=plan.terms,
        accept=plan.accept,
        person=station.person,
        at="",
        pages=tuple(
            LotPage(page=state.page, shown=shown(state), chosen=chosen.get(label, ""), twice=label in again)
            for label, state in by_label.items()
        ),
    )


def _plan(station: Station, lot: int, who: ScannedBy) -> _Plan:
    settings = station.settings.qa
    aql = float(settings.aql)
    terms: dict[str, Any] = {"aql": aql}
    if settings.method == "share":
        sample = share_of(lot, settings.share)
        terms |= {"share": settings.share}
        return _Plan(sample=sample, accept=floor(sample * aql / 100), method="share", terms=terms)
    severity = inspection_of(station, who).severity
    found = sampling_plan(lot, level=settings.level, aql=aql, severity=severity)
    terms |= {"level": settings.level, "severity": severity, "letter": found.letter}
    return _Plan(sample=found.sample, accept=found.accept, method="iso2859", terms=terms)


def _refuse_unprocessed(facts: BookFacts) -> None:
    unready = [state.page.label for state in facts.captured if not isinstance(state, ProcessedPage)]
    if unready or not facts.processed:
        raise UsageError(
            lazy("{book}: pages {pages} are not processed yet.", book=facts.book.id, pages=", ".join(unready) or "-"),
            remedy=lazy("Run 'scanpipe process {book}' first.", book=facts.book.id),
        )
