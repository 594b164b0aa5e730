"""Which share of pages is defective, by operator, scanner, day and reason: pure, from the random samples."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from scanpipe.flows.qa.estimate import Estimate, estimate
from scanpipe.flows.qa.lots import LotReport, is_defect

K = TypeVar("K", str, date)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPageFound:
    """A page of a lot: `judged` where it was drawn and judged, `reason` why it is defective, None where it is not."""

    operator: str
    device: str
    day: date
    judged: bool
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectRate:
    """What samples say: pages of the lots, those that were drawn and judged, the defective ones, and the estimate."""

    pages: int
    judged: int
    found: int
    rate: Estimate


def pages_found(reports: Iterable[LotReport], days: Mapping[int, date]) -> Iterator[LotPageFound]:
    """Yield the pages of lots that were captured on these days; `days` are those of captures."""
    for report in reports:
        for page in report.lot.pages:
            day = days.get(page.shown[0])
            if day is None:
                continue
            said = report.said.get(page.shown) if page.chosen == "random" else None
            yield LotPageFound(
                operator=report.lot.operator,
                device=report.lot.device,
                day=day,
                judged=said is not None,
                reason=said.reason if said and is_defect(said) else None,
            )


def rate_of(pages: Iterable[LotPageFound]) -> DefectRate | None:
    """Return what samples say of pages; None where none was judged."""
    pages = list(pages)
    judged = sum(page.judged for page in pages)
    found = sum(page.reason is not None for page in pages)
    if not judged:
        return None
    rate = estimate(lot=len(pages), sample=judged, found=found)
    return DefectRate(pages=len(pages), judged=judged, found=found, rate=rate)


def rates_by(pages: Iterable[LotPageFound], key: Callable[[LotPageFound], K]) -> dict[K, DefectRate]:
    """Return the rate of each operator, scanner or day of which something was judged, in order."""
    groups: defaultdict[K, list[LotPageFound]] = defaultdict(list)
    for page in pages:
        groups[key(page)].append(page)
    return {name: rate for name, theirs in sorted(groups.items()) if (rate := rate_of(theirs))}


def counts_by_reason(pages: Iterable[LotPageFound]) -> dict[str, int]:
    """Return how many judged pages are defective for each reason, the most frequent first."""
    return dict(Counter(page.reason for page in pages if page.reason is not None).most_common())
