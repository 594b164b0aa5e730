"""Single sampling plans by attributes, indexed by acceptance quality limit: ISO 2859-1:1999, with its tables as data.

The master tables repeat one series of acceptance numbers, moved by one column from letter to letter. So each table is
kept as that series, by the distance from the plan that accepts no nonconforming page.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["I", "II", "III"]
Severity = Literal["normal", "tightened", "reduced"]

AQLS: Final = (0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5)
"""Acceptance quality limits, in percent of nonconforming pages: the columns of tables 2-A to 2-C up to 6.5."""

_LETTERS: Final = "ABCDEFGHJKLMNPQR"
_LOT_BOUNDS: Final = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
_CODE_LETTERS: Final = {  # table 1, general inspection levels
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
_SIZES: Final = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
_REDUCED_SIZES: Final = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)

_UP, _DOWN = -1, -2
_SERIES: Final[dict[Severity, tuple[int, ...]]] = {
    "normal": (0, _UP, _DOWN, 1, 2, 3, 5, 7, 10, 14, 21),
    "tightened": (0, _DOWN, _DOWN, 1, 2, 3, 5, 8, 12, 18),
    "reduced": (0, _UP, _DOWN, _DOWN, 1, 2, 3, 5, 6, 8, 10),
}
"""Acceptance numbers of tables 2-A, 2-B and 2-C along a row, and arrows to the first plan above or below (10.3)."""

_FIRST: Final[dict[Severity, int]] = {"normal": 14, "tightened": 15, "reduced": 14}
"""The column in which the series begins at the first letter; with each letter it begins one column earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """How many pages of a lot are looked at, and how many of them may be nonconforming.

    Attributes:
        letter: the sample size code letter of the plan.
        sample: pages to look at; all of the lot where it has no more.
        accept: the lot is accepted with so many nonconforming pages at most.
        reject: it is not accepted with so many, or more.
    """

    letter: str
    sample: int
    accept: int
    reject: int


def code_letter(lot: int, level: Level) -> str:
    """Return the sample size code letter for a lot of so many pages (table 1)."""
    return _CODE_LETTERS[level][bisect_left(_LOT_BOUNDS, lot)]


def sampling_plan(lot: int, *, level: Level, aql: float, severity: Severity) -> SamplingPlan:
    """Return the single sampling plan for a lot (10.3).

    Args:
        lot: how many pages there are.
        level: the general inspection level.
        aql: one of `AQLS`.
        severity: how strict the inspection is.
    """
    column, letter = AQLS.index(aql), _LETTERS.index(code_letter(lot, level))
    above, below = range(letter, -1, -1), range(letter, len(_LETTERS))
    ways = (*above, *below) if _cell(severity, letter, column) == _UP else (*below, *above)
    letter = next(row for row in ways if _cell(severity, row, column) >= 0)
    sizes, number = _REDUCED_SIZES if severity == "reduced" else _SIZES, _cell(severity, letter, column)
    return SamplingPlan(letter=_LETTERS[letter], sample=min(lot, sizes[letter]), accept=number, reject=number + 1)


def tighter(aql: float) -> float:
    """Return the next smaller acceptance quality limit; the smallest has none but itself."""
    return AQLS[max(0, AQLS.index(aql) - 1)]


def _cell(severity: Severity, letter: int, column: int) -> int:
    """Return the acceptance number that stands in a master table, or an arrow."""
    series, at = _SERIES[severity], column + letter - _FIRST[severity]
    if at >= len(series):
        return _UP
    return series[at] if at >= 0 else _DOWN
