"""What a random sample says of the lot that it was drawn from."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from math import exp, lgamma
from typing import Final

_RARE: Final = 0.025 * (1 + 1e-7)  # on either side; what is as rare but for rounding is as rare


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The share of nonconforming pages of a lot, with the interval that holds it 95 times in 100."""

    share: float
    low: float
    high: float


def estimate(*, lot: int, sample: int, found: int) -> Estimate:
    """Return what `found` nonconforming pages in a random sample say of the lot, exactly (hypergeometric).

    Source: Buonaccorsi 1987, "A note on confidence intervals for proportions in finite populations".

    Args:
        lot: pages of the lot, at least one.
        sample: pages that were drawn from it and judged.
        found: how many of them are nonconforming.
    """
    possible = range(found, lot - sample + found + 1)
    low = bisect_right(possible, _RARE, key=lambda bad: 1 - _at_most(found - 1, lot, sample, bad))
    high = bisect_left(possible, -_RARE, key=lambda bad: -_at_most(found, lot, sample, bad)) - 1
    return Estimate(share=found / sample if sample else 0.0, low=possible[low] / lot, high=possible[high] / lot)


def _at_most(found: int, lot: int, sample: int, bad: int) -> float:
    """Return how likely a sample has so many nonconforming pages at most, where the lot has `bad`."""
    counts = range(max(0, sample - lot + bad), min(found, bad, sample) + 1)
    possible = _log_comb(lot, sample)
    return sum(exp(_log_comb(bad, n) + _log_comb(lot - bad, sample - n) - possible) for n in counts)


def _log_comb(items: int, chosen: int) -> float:
    """Return the logarithm of the number of choices: the numbers themselves have thousands of digits for large lots."""
    return lgamma(items + 1) - lgamma(chosen + 1) - lgamma(items - chosen + 1)
