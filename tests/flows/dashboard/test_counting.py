"""Figures are counted from values: speed from captures, rates from samples, duties from books."""

from collections import Counter
from datetime import date
from typing import Any

from scanpipe.flows.book.plan import Status
from scanpipe.flows.dashboard.defects import LotPageFound, counts_by_reason, rate_of, rates_by
from scanpipe.flows.dashboard.duties import BookFigures, Role, duties
from scanpipe.flows.dashboard.samples import BookSample, SampleState
from scanpipe.flows.dashboard.speed import days_of, speed_by_day, speed_by_operator
from scanpipe.flows.dashboard.standings import BookStanding
from scanpipe.flows.work.worklist import Due
from scanpipe.model import Book, BookId
from scanpipe.state.work import DayCapture

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def captures(day: date, *minutes: float, pages: int = 1, first: int = 1) -> dict[int, DayCapture]:
    """Captures at so many minutes after noon, by their rows."""
    return {
        row: DayCapture(
            at=f"{day}T12:{int(at):02}:{round(at % 1 * 60):02}.000+00:00",
            width_mm=210,
            height_mm=297,
            flags=(),
            pages=pages,
        )
        for row, at in enumerate(minutes, first)
    }


def found(operator: str = "An", *, day: date = MONDAY, judged: bool = True, reason: str | None = None) -> LotPageFound:
    return LotPageFound(operator=operator, device="test:0", day=day, judged=judged, reason=reason)


def book(volume: int = 1, *, due: Due = Due.DONE, sample: SampleState = SampleState.OFF, **more: Any) -> BookFigures:
    identity = BookId(unit_code="14758", unit_list="2025-07-01", kind="KS", year=2010, volume=volume)
    counts = more.pop("counts", {Status.ACCEPTED: 9})
    return BookFigures(
        row=volume,
        book=Book(id=identity, unit_name="Hàm Rồng"),
        due=due,
        to_scan=more.pop("to_scan", 0),
        expected=9,
        standing=BookStanding(count=Counter(counts), flagged=more.pop("flagged", 0)),
        sample=BookSample(state=sample, left=more.pop("left", 0)),
        **more,
    )


def told(*books: BookFigures) -> list[tuple[Role, str, list[tuple[int, int | None]]]]:
    return [(duty.role, str(duty.text), [(each.row, pages) for each, pages in duty.books]) for duty in duties(books)]


def test_a_days_speed_is_that_of_one_person_however_many_scan() -> None:
    both = {"An": captures(MONDAY, 0, 1, 2, first=1), "Bình": captures(MONDAY, 0, 1, 2, pages=2, first=4)}
    (day,) = speed_by_day(both, days_of(both)).values()
    assert (day.pages, day.active_s, day.an_hour) == (9, 240, 135)
    assert [(name, speed.an_hour) for name, speed in speed_by_operator(both).items()] == [("Bình", 180), ("An", 90)]


def test_a_pause_is_no_work() -> None:
    theirs = {"An": captures(MONDAY, 0, 1, 30, 31)}
    assert speed_by_operator(theirs)["An"].active_s == 120


def test_a_rate_is_that_of_the_judged_pages_with_its_interval_for_the_whole() -> None:
    pages = [found(), found(reason="blurred"), found(), found(), *(found(judged=False) for _page in range(96))]
    rate = rate_of(pages)
    assert rate
    assert (rate.pages, rate.judged, rate.found, rate.rate.share) == (100, 4, 1, 0.25)
    assert 0.01 <= rate.rate.low < 0.25 < rate.rate.high < 1


def test_rates_are_told_of_those_alone_of_whom_something_was_judged() -> None:
    pages = [found("An"), found("Bình", judged=False), found("Cúc", day=TUESDAY, reason="skewed")]
    assert list(rates_by(pages, lambda page: page.operator)) == ["An", "Cúc"]
    assert [rate.found for rate in rates_by(pages, lambda page: page.day).values()] == [0, 1]
    assert rate_of([found(judged=False)]) is None


def test_reasons_are_counted_the_most_frequent_first() -> None:
    pages = [found(reason="skewed"), found(), found(reason="blurred"), found(reason="blurred")]
    assert counts_by_reason(pages) == {"blurred": 2, "skewed": 1}


def test_a_book_that_is_done_waits_for_its_delivery_and_for_nothing_else() -> None:
    assert [(role, books) for role, _text, books in told(book())] == [(Role.MANAGER, [(1, None)])]
    assert not told(book(revision=1))
    ((role, text, _books),) = told(book(revision=1, changed=True))
    assert (role, "again" in text) == (Role.MANAGER, True)


def test_a_book_whose_sample_waits_is_not_delivered_but_judged() -> None:
    assert told(book(sample=SampleState.WAITING, left=3)) == [
        (Role.REVIEWER, "Judge the pages of samples", [(1, 3)]),
    ]


def test_each_role_is_told_its_books_with_how_many_pages() -> None:
    counts = {Status.MISSING: 2, Status.UNPROCESSED: 1, Status.WAITING: 4, Status.REJECTED: 1, Status.QUARANTINED: 1}
    all_told = told(
        book(1, due=Due.SENT_BACK, to_scan=2, counts=counts, flagged=3),
        book(2, due=Due.NEW, to_scan=None, counts={}),
        book(3, unplaced=2),
    )
    assert [(role, books) for role, _text, books in all_told] == [
        (Role.OPERATOR, [(1, 2)]),
        (Role.OPERATOR, [(3, 2)]),
        (Role.OPERATOR, [(2, None)]),
        (Role.REVIEWER, [(1, 3)]),
        (Role.REVIEWER, [(1, 1)]),
        (Role.REVIEWER, [(1, 1)]),
        (Role.REVIEWER, [(1, 1)]),
        (Role.NIGHT, [(1, 1)]),
    ]
