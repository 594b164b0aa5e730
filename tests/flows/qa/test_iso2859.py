"""Sampling plans against cells of the standard's tables, and the switching rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.flows.qa.iso2859 import AQLS, Level, SamplingPlan, Severity, code_letter, sampling_plan, tighter
from scanpipe.flows.qa.severity import Inspection, LotResult, inspection_after

LEVELS: tuple[Level, ...] = ("I", "II", "III")
SEVERITIES: tuple[Severity, ...] = ("normal", "tightened", "reduced")


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [
        (8, "II", "A"),
        (9, "II", "B"),
        (9, "I", "A"),
        (150, "II", "F"),
        (151, "II", "G"),
        (281, "I", "F"),
        (300, "II", "H"),
        (1200, "III", "K"),
        (1201, "III", "L"),
        (500_000, "II", "P"),
        (500_001, "III", "R"),
    ],
)
def test_code_letters_are_those_of_table_1(lot: int, level: Level, letter: str) -> None:
    assert code_letter(lot, level) == letter


@pytest.mark.parametrize(
    ("lot", "aql", "severity", "plan"),
    [
        (200, 1.0, "normal", ("H", 50, 1)),  # an arrow down from G
        (150, 1.0, "normal", ("E", 13, 0)),  # an arrow up from F
        (600, 0.65, "normal", ("J", 80, 1)),
        (600, 2.5, "normal", ("J", 80, 5)),
        (600, 6.5, "normal", ("J", 80, 10)),
        (2000, 2.5, "normal", ("K", 125, 7)),
        (600_000, 2.5, "normal", ("N", 500, 21)),
        (200, 2.5, "tightened", ("G", 32, 1)),
        (600, 4.0, "tightened", ("J", 80, 5)),
        (2000, 2.5, "tightened", ("K", 125, 5)),
        (200_000, 1.0, "tightened", ("P", 800, 12)),
        (5, 2.5, "reduced", ("C", 2, 0)),
        (600, 1.0, "reduced", ("J", 32, 1)),
        (600, 2.5, "reduced", ("J", 32, 3)),
        (20_000, 2.5, "reduced", ("M", 125, 8)),
        (3, 0.01, "normal", ("Q", 3, 0)),  # all of the lot
    ],
)
def test_plans_are_those_of_tables_2(lot: int, aql: float, severity: Severity, plan: tuple[str, int, int]) -> None:
    letter, sample, accept = plan
    found = sampling_plan(lot, level="II", aql=aql, severity=severity)
    assert found == SamplingPlan(letter=letter, sample=sample, accept=accept, reject=accept + 1)


@given(st.integers(1, 10**6), st.sampled_from(LEVELS), st.sampled_from(AQLS))
def test_every_lot_has_plans_and_tightened_ones_never_accept_more(lot: int, level: Level, aql: float) -> None:
    normal, tightened, reduced = (sampling_plan(lot, level=level, aql=aql, severity=each) for each in SEVERITIES)
    assert 0 < reduced.sample <= lot
    assert tightened.accept / tightened.sample <= normal.accept / normal.sample
    assert sampling_plan(lot, level=level, aql=tighter(aql), severity="normal").accept <= normal.accept


def lots(outcomes: str, severity: Severity, *, acceptance: int = 1) -> list[LotResult]:
    """+ is an accepted lot, - one that was not, 0 one that the next smaller limit would not have accepted."""
    return [
        LotResult(severity=severity, accepted=sign != "-", acceptance=acceptance, accepted_tighter=sign == "+")
        for sign in outcomes
    ]


def after(*results: list[LotResult], may_reduce: bool = True) -> Inspection:
    return inspection_after([each for part in results for each in part], may_reduce=may_reduce)


def test_two_of_five_lots_not_accepted_tighten_inspection() -> None:
    assert after(lots("-+++", "normal")).severity == "normal"
    assert after(lots("-+++-", "normal")).severity == "tightened"
    assert after(lots("-++++-", "normal")).severity == "normal"


def test_five_lots_accepted_in_a_row_bring_normal_inspection_back() -> None:
    tightened = lots("--", "normal")
    assert after(tightened, lots("++++", "tightened")).severity == "tightened"
    assert after(tightened, lots("+-++++", "tightened")).severity == "tightened"
    assert after(tightened, lots("+++++", "tightened")).severity == "normal"


def test_five_lots_not_accepted_under_tightened_inspection_stop_it() -> None:
    tightened = lots("--", "normal")
    assert not after(tightened, lots("-+-+-+-", "tightened")).stopped
    assert after(tightened, lots("-+-+-+-+-", "tightened")).stopped


def test_a_score_of_thirty_reduces_inspection_where_those_in_charge_agree() -> None:
    assert after(lots("+" * 14, "normal")).severity == "normal"
    assert after(lots("+" * 15, "normal")).severity == "reduced"
    assert after(lots("+" * 10, "normal", acceptance=2)).severity == "reduced"
    assert after(lots("+" * 9 + "0" + "+", "normal", acceptance=2)).severity == "normal"
    assert after(lots("+" * 40, "normal"), may_reduce=False).severity == "normal"


def test_a_lot_not_accepted_ends_reduced_inspection() -> None:
    reduced = lots("+" * 15, "normal")
    assert after(reduced, lots("+++", "reduced")).severity == "reduced"
    assert after(reduced, lots("+-", "reduced")) == Inspection()
