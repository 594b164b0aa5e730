"""Second opinions change nothing of a page; who judged, and who scanned, gives none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scanpipe.errors import UsageError
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.qa.book_samples import samples_of
from scanpipe.flows.qa.people import operators, reviewed_an_hour, reviewers
from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.qa.second_opinions import second_opinion
from scanpipe.flows.station import Station
from tests.small_books import BOOK, capture_pages, drawing_samples, read_pages, small_book, statuses


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of four pages that "scanner" scanned, all of them shown to two people."""
    with small_book(tmp_path, pages=4) as opened:
        scanning = drawing_samples(replace(opened, person="scanner"), share=1.0, twice=1.0, two_persons=True)
        capture_pages(scanning, tmp_path / "scans", 4)
        read_pages(scanning)
        plan_lots(scanning, BOOK, seed="a")
        yield scanning


def by(station: Station, person: str) -> Station:
    return replace(station, person=person)


def test_two_people_judge_the_same_page_and_its_verdict_stays(station: Station) -> None:
    accept(by(station, "hoa"), BOOK, ["1", "2"])
    assert [page.label for page in samples_of(station, BOOK).second_look] == ["1", "2"]
    second_opinion(by(station, "lan"), BOOK, "1", decision="accept")
    second_opinion(by(station, "lan"), BOOK, "2", decision="reject", reason="blurred")
    samples = samples_of(station, BOOK)
    assert (samples.second_look, samples.agreement.pages, samples.agreement.agreed) == ((), 2, 1)
    assert statuses(station)["2"] == "accepted" and samples.lots[0].found == 0
    second_opinion(by(station, "lan"), BOOK, "2", decision="accept")  # the last one counts
    assert samples_of(station, BOOK).agreement.agreed == 2


@pytest.mark.parametrize(
    ("person", "page", "why"),
    [("hoa", "1", "scanned or judged"), ("scanner", "1", "scanned or judged"), ("lan", "2", "nobody judged")],
)
def test_whose_opinion_is_no_second_one_is_refused(station: Station, person: str, page: str, why: str) -> None:
    accept(by(station, "hoa"), BOOK, ["1"])
    with pytest.raises(UsageError, match=why):
        second_opinion(by(station, person), BOOK, page, decision="accept")


def test_a_page_that_one_person_is_to_see_gets_no_second_opinion(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=1) as opened:
        capture_pages(opened, tmp_path / "scans", 1)
        read_pages(opened)
        with pytest.raises(UsageError, match="not shown to a second person"):
            second_opinion(opened, BOOK, "1", decision="accept")


def test_people_are_told_by_what_they_judged_and_operators_by_their_samples(station: Station) -> None:
    accept(by(station, "hoa"), BOOK, ["1", "2"])
    reject(by(station, "hoa"), BOOK, ["3"], reason="blurred")
    second_opinion(by(station, "lan"), BOOK, "3", decision="accept")
    told = {each.person: each for each in reviewers(station)}
    assert [(each.reviewed, each.accepted, each.rejected) for each in told.values()] == [(3, 2, 1), (1, 1, 0)]
    assert told["hoa"].agreement == told["lan"].agreement
    assert (told["hoa"].agreement.pages, told["hoa"].agreement.agreed) == (1, 0)
    (operator,) = operators(station)
    assert (operator.person, operator.pages, operator.judged, operator.found) == ("scanner", 4, 3, 1)
    assert (operator.reasons, operator.rate.share if operator.rate else None) == ({"blurred": 1}, 1 / 3)
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).date()
    assert (reviewers(station, since=tomorrow), operators(station, since=tomorrow)) == ((), ())
    assert len(reviewers(station, since=date(2020, 1, 1))) == 2


def test_pages_that_are_judged_at_once_count_as_one_in_an_hour() -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    each_minute = [start + timedelta(minutes=n) for n in range(5)]
    assert reviewed_an_hour(each_minute) == pytest.approx(75)  # five in four minutes
    batch = [each_minute[-1] + timedelta(milliseconds=n) for n in range(1, 100)]
    assert reviewed_an_hour([*each_minute, *batch]) == pytest.approx(75, rel=0.01)
    assert reviewed_an_hour(each_minute[:1]) == 0
