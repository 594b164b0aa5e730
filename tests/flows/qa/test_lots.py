"""Samples of a book: what is drawn, what verdicts say of the lot, and when all of it is looked at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.errors import UsageError
from scanpipe.flows.book.undo import undo_last
from scanpipe.flows.process.verdicts import accept, apply_policy, reject
from scanpipe.flows.qa.lots import LotReport, LotState, lot_reports, results
from scanpipe.flows.qa.plan_lots import inspection_of, plan_lots
from scanpipe.flows.qa.severity import LotResult
from scanpipe.flows.station import Station
from scanpipe.state.qa import ScannedBy
from tests.small_books import BOOK, capture_pages, drawing_samples, read_pages, small_book


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of twelve pages, all of them processed."""
    with small_book(tmp_path, pages=20) as opened:
        capture_pages(opened, tmp_path / "scans", 12)
        read_pages(opened)
        yield opened


def labels(report: LotReport, chosen: str) -> list[str]:
    return [page.page.label for page in report.lot.pages if page.chosen == chosen]


def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another(station: Station, tmp_path: Path) -> None:
    (lot,) = plan_lots(drawing_samples(station), BOOK, seed="a")
    assert (len(labels(lot, "random")), len(labels(lot, "worst"))) == (6, 2)
    others = set()
    for seed in "aab":
        with small_book(tmp_path / f"again{len(others)}{seed}", pages=20) as again:
            capture_pages(again, tmp_path / "scans again", 12)
            read_pages(again)
            others.add(tuple(labels(plan_lots(drawing_samples(again), BOOK, seed=seed)[0], "random")))
    assert tuple(labels(lot, "random")) in others
    assert len(others) == 2


def test_the_policy_judges_nothing_of_a_sample(station: Station) -> None:
    (lot,) = plan_lots(drawing_samples(station), BOOK, seed="a")
    apply_policy(station, BOOK)
    (lot,) = plan_lots(drawing_samples(station), BOOK)
    assert (lot.judged, lot.state, len(lot.waiting)) == (0, LotState.OPEN, 8)


def test_a_lot_is_accepted_when_all_that_was_chosen_was_judged_and_is_good(station: Station) -> None:
    (lot,) = plan_lots(drawing_samples(station), BOOK, seed="a")
    accept(station, BOOK, labels(lot, "random"))
    (lot,) = plan_lots(drawing_samples(station), BOOK)
    assert (lot.state, lot.judged) == (LotState.OPEN, 6)
    accept(station, BOOK, labels(lot, "worst"))
    (lot,) = plan_lots(drawing_samples(station), BOOK)
    assert (lot.state, lot.rate.share, lot.rate.low) == (LotState.ACCEPTED, 0, 0)
    assert 0 < lot.rate.high < 0.5


def test_a_lot_that_fails_is_looked_at_whole(station: Station) -> None:
    (lot,) = plan_lots(drawing_samples(station), BOOK, seed="a")
    first, *_rest = labels(lot, "random")
    reject(station, BOOK, [first], reason="blurred")
    (lot,) = plan_lots(drawing_samples(station), BOOK)
    assert (lot.state, len(lot.waiting)) == (LotState.FAILED, 11)
    accept(station, BOOK, [first])
    assert (
        plan_lots(drawing_samples(station), BOOK)[0].found == 1
    )  # to accept a bad page as it is does not make it good


def test_what_the_paper_is_like_is_no_defect_and_the_worst_count_in_no_rate(station: Station) -> None:
    (lot,) = plan_lots(drawing_samples(station), BOOK, seed="a")
    reject(station, BOOK, labels(lot, "random"), reason="faded")
    reject(station, BOOK, labels(lot, "worst"), reason="blurred")
    (lot,) = plan_lots(drawing_samples(station), BOOK)
    assert (lot.found, lot.state) == (0, LotState.ACCEPTED)


def test_pages_that_come_later_are_a_lot_of_their_own_but_not_those_scanned_again(
    station: Station, tmp_path: Path
) -> None:
    plan_lots(drawing_samples(station), BOOK, seed="a")
    reject(station, BOOK, ["3"], reason="blurred", rescan=True)
    capture_pages(station, tmp_path / "more", 4, first=30)
    read_pages(station)
    _lot, later = plan_lots(drawing_samples(station), BOOK)
    assert [page.page.label for page in later.lot.pages] == ["13", "14", "15"]


def test_a_second_person_sees_a_share_of_the_sample(station: Station) -> None:
    (lot,) = plan_lots(drawing_samples(station, twice=0.5), BOOK, seed="a")
    assert sum(page.twice for page in lot.lot.pages) == 3
    assert all(page.chosen == "random" for page in lot.lot.pages if page.twice)


def test_lots_by_the_standard_know_their_terms(station: Station) -> None:
    (lot,) = plan_lots(drawing_samples(station, method="iso2859", aql="2.5", level="III"), BOOK, seed="a")
    assert lot.lot.terms == {"aql": 2.5, "level": "III", "severity": "normal", "letter": "C"}
    assert (len(lot.random), lot.lot.accept, lot.result) == (5, 0, None)


def test_lots_count_for_the_next_ones_as_their_reports_say(station: Station, tmp_path: Path) -> None:
    strict = drawing_samples(station, method="iso2859", aql="2.5", level="III")
    (lot,) = plan_lots(strict, BOOK, seed="a")
    who = ScannedBy(operator=lot.lot.operator, device=lot.lot.device)

    def told() -> list[LotResult]:
        reports = lot_reports(strict, lot.lot.book)
        found = results(strict, who)
        assert list(found) == [report.result for report in reports if report.result]
        return list(found)

    assert told() == []
    apply_policy(strict, BOOK)
    first, second, *others = labels(lot, "random")
    reject(strict, BOOK, [first], reason="faded")
    accept(strict, BOOK, [*others, *labels(lot, "worst")])
    assert told() == []
    reject(strict, BOOK, [second], reason="blurred", rescan=True)
    assert [result.accepted for result in told()] == [False]
    undo_last(strict, BOOK)
    reject(strict, BOOK, [second], reason="faded", rescan=True)
    assert [result.accepted for result in told()] == [True]
    capture_pages(strict, tmp_path / "more", 4, first=30)
    read_pages(strict)
    (_first, later) = plan_lots(strict, BOOK, seed="b")
    assert told() == told()[:1]
    reject(strict, BOOK, labels(later, "random")[:1], reason="blurred")
    assert [result.accepted for result in told()] == [True, False]
    assert inspection_of(strict, who).recent == (True, False)


def test_no_sample_is_drawn_before_all_pages_are_processed_or_where_none_is_wanted(
    station: Station, tmp_path: Path
) -> None:
    capture_pages(station, tmp_path / "more", 1, first=30)
    with pytest.raises(UsageError, match="13 are not processed"):
        plan_lots(drawing_samples(station), BOOK)
    with pytest.raises(UsageError, match="draws no samples"):
        plan_lots(station, BOOK)
