"""The interval of a rate, against the chance of every count itself."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.flows.qa.estimate import estimate


def possible(lot: int, sample: int, found: int) -> list[int]:
    """Return the counts of bad pages with which neither so many nor so few would be found rarely."""
    kept = []
    for bad in range(found, lot - sample + found + 1):
        chances = [comb(bad, n) * comb(lot - bad, sample - n) / comb(lot, sample) for n in range(sample + 1)]
        if min(sum(chances[found:]), sum(chances[: found + 1])) > 0.025:
            kept.append(bad)
    return kept


@given(st.integers(1, 60), st.data())
def test_the_interval_holds_what_is_not_unlikely(lot: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(0, lot))
    found = data.draw(st.integers(0, sample))
    rate, kept = estimate(lot=lot, sample=sample, found=found), possible(lot, sample, found)
    assert (rate.low, rate.high) == (kept[0] / lot, kept[-1] / lot)
    assert rate.low <= rate.share <= rate.high


def test_a_lot_that_was_looked_at_whole_is_known() -> None:
    rate = estimate(lot=40, sample=40, found=3)
    assert (rate.low, rate.share, rate.high) == (3 / 40, 3 / 40, 3 / 40)


@pytest.mark.parametrize(("found", "high"), [(0, 0.0633), (1, 0.0967)])
def test_a_sample_of_fifty_of_three_hundred(found: int, high: float) -> None:
    assert estimate(lot=300, sample=50, found=found).high == pytest.approx(high, abs=1e-3)
