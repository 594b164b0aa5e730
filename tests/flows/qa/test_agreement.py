"""How far two people agree, against the numbers of a textbook."""

import pytest

from scanpipe.flows.qa.agreement import Agreement, Pair, agreement
from scanpipe.model import Page
from scanpipe.state.opinions import Opinion
from scanpipe.state.qa import Judgement


def pairs(*, both: int = 0, first: int = 0, second: int = 0, neither: int = 0) -> list[Pair]:
    """Return so many pages that both accept, only the first, only the second, or neither."""
    said = [("accept", "accept")] * both + [("accept", "reject")] * first
    said += [("rescan", "accept")] * second + [("redo", "reject")] * neither
    return [
        Pair(
            page=Page.parse("1"),
            first=Judgement(row=1, decision=one, reason="", person="hoa", at=""),
            second=Opinion(decision=other, reason="", person="lan", at=""),
        )
        for one, other in said
    ]


def test_kappa_is_agreement_beyond_chance() -> None:
    found = agreement(pairs(both=20, first=5, second=10, neither=15))
    assert (found.pages, found.agreed, found.share) == (50, 35, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_two_who_always_accept_agree_but_it_shows_nothing() -> None:
    assert agreement(pairs(both=9)) == Agreement(pages=9, agreed=9, kappa=None)
    assert agreement([]) == Agreement(pages=0, agreed=0, kappa=None)
