"""Cases with far more pages than the other cases of their book have: two may have become one; pure."""

from collections.abc import Sequence
from statistics import median_low

from scanpipe.model import PageSet

_FEWEST = 3


def usual_pages(sets: Sequence[PageSet]) -> int:
    """Return how many pages a case of the book usually has: the median; 0 where too few cases tell."""
    return median_low(len(each.pages) for each in sets) if len(sets) >= _FEWEST else 0


def long_cases(sets: Sequence[PageSet]) -> tuple[PageSet, ...]:
    """Return the cases that may be two: with at least twice the usual pages, and three where one is usual."""
    usual = usual_pages(sets)
    return tuple(each for each in sets if usual and len(each.pages) >= max(2 * usual, 3))
