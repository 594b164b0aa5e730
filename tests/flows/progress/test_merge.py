"""Figures of many stations add up: each book once, beside what is expected, by place, kind, years and week."""

from datetime import date, timedelta
from typing import Any

from scanpipe.flows.progress.figures import BookLine, StationFile
from scanpipe.flows.progress.merge import Expected, era_of, merge
from scanpipe.flows.progress.places import place_of
from scanpipe.flows.progress.words import summary, tables
from scanpipe.package.reports.tables import Share

TODAY = date(2026, 11, 29)
MONDAY = date(2026, 11, 23)
OLD, NEW = ("14758", "2025-06-30"), ("14758", "2025-07-01")


def line(volume: int = 1, **more: Any) -> BookLine:
    plain = {"unit": OLD[0], "list": OLD[1], "kind": "KS", "year": 2010, "state": "scanning", "since": MONDAY}
    return BookLine(**{**plain, "volume": volume, "cases": 100, **more})


def told(*books: BookLine, station: str = "A", day: str = "2026-11-28") -> StationFile:
    return StationFile(station=station, at=f"{day}T18:00:00+00:00", books=books)


def test_books_count_by_where_they_stand_beside_what_is_expected() -> None:
    done = line(1, state="accepted", delivered=(MONDAY,), cases_scanned=100, scanned=102)
    back = line(2, state="rework", delivered=(MONDAY,), cases=50, rejected=3, cases_scanned=50)
    wanted = Expected(unit=OLD, kind="KS", first_year=2006, last_year=2015, books=4, cases=400)
    merged = merge([told(done, back, line(3, cases=None, cases_scanned=7))], [wanted], today=TODAY)
    total = merged.total
    assert (total.all_books, total.other["expected_books"], total.other["expected_cases"]) == (3, 4, 400)
    assert [total.other[name] for name in ("scanned_cases", "delivered_cases", "rejected_pages")] == [157, 150, 3]
    assert dict(total.cases) == {"accepted": 100, "rework": 50, "scanning": 7}
    assert total.done == 0.25
    for groups in (merged.by_province, merged.by_unit, merged.by_kind, merged.by_era):
        (only,) = groups.values()
        assert only == total
    assert list(merged.by_era) == ["2006-2015"]


def test_the_end_follows_from_the_rate_of_the_last_weeks() -> None:
    old = line(2, state="accepted", delivered=(TODAY - timedelta(weeks=9),))
    merged = merge([told(line(1, state="accepted", delivered=(MONDAY,)), old, line(3))], [], today=TODAY)
    assert merged.total.rate == 25
    assert merged.total.end(TODAY) == TODAY + timedelta(weeks=4)
    assert merge([told(line())], [], today=TODAY).total.end(TODAY) is None
    assert merge([told(old)], [], today=TODAY).total.end(TODAY) == TODAY


def test_a_book_that_moved_counts_once_where_it_is() -> None:
    left = told(line(state="transit", scanned=9))
    assert merge([left], [], today=TODAY).total.books == {"transit": 1}
    for files in ([left, told(line(), station="B")], [told(line(), station="B"), left]):
        merged = merge(files, [], today=TODAY)
        assert (merged.total.books, merged.twice) == ({"scanning": 1}, {})


def test_a_book_that_two_stations_hold_counts_once_and_is_told() -> None:
    merged = merge([told(line(accepted=1)), told(line(accepted=5), station="B")], [], today=TODAY)
    assert merged.total.all_books == 1
    ((book, names),) = merged.twice.items()
    assert (book.label, names) == ("KS.2010.01", ("A", "B"))


def test_of_two_files_of_a_station_the_newer_one_counts() -> None:
    files = [told(line(1), line(2)), told(line(1), day="2026-11-27")]
    assert merge(files, [], today=TODAY).total.all_books == 2
    assert merge(files[::-1], [], today=TODAY).total.all_books == 2


def test_units_that_told_nothing_for_days_are_silent() -> None:
    wanted = Expected(unit=NEW, kind="KS", first_year=2025, last_year=2025, books=1, cases=9)
    merged = merge([told(line(), day="2026-11-20")], [wanted], today=TODAY)
    assert merged.silent(7) == {OLD: date(2026, 11, 20), NEW: None}
    assert merged.silent(9) == {NEW: None}


def test_weeks_count_what_was_scanned_delivered_and_came_to_stand_there() -> None:
    before = MONDAY - timedelta(weeks=1)
    book = line(state="accepted", since=TODAY, delivered=(before, TODAY), weeks={before: 60, MONDAY: 42})
    weeks = merge([told(book)], [], today=TODAY).by_week
    assert {start: (week.other["pages"], week.other["cases"], dict(week.books)) for start, week in weeks.items()} == {
        before: (60, 100, {}),
        MONDAY: (42, 0, {"accepted": 1}),
    }


def test_units_are_named_by_both_lists_and_unknown_ones_are_listed() -> None:
    assert "Đông Thọ" in place_of(OLD).name and "Hàm Rồng" in place_of(OLD).related
    assert "Hàm Rồng" in place_of(NEW).name
    merged = merge([told(line(), line(unit="99999"))], [], today=TODAY)
    assert merged.unknown == (("99999", "2025-06-30"),)
    problems = tables(merged, (), silent_days=7)[-1]
    assert [row[0] for row in problems.rows] == ["99999@2025-06-30"]


def test_eras_are_those_of_the_rules_that_registers_were_kept_by() -> None:
    assert [era_of(year) for year in (1960, 1976, 1998, 1999, 2015, 2016)] == [
        *("-1975", "1976-1998", "1976-1998", "1999-2005", "2006-2015", "2016-")
    ]
    several = Expected(unit=OLD, kind="KS", first_year=1990, last_year=2010, books=1, cases=1)
    assert several.era == ""


def test_tables_say_it_in_words() -> None:
    merged = merge([told(line(1, state="accepted", delivered=(MONDAY,)), line(2, kind="KT"))], [], today=TODAY)
    heat = tables(merged, (), silent_days=7)[0]
    assert heat.headers[1:] == ("All", "KS (births)", "KT (deaths)")
    assert heat.rows[0][1:] == (Share(value=0.5), Share(value=1.0), Share(value=0.0))
    assert "100 of 200 cases (50.0 %)" in summary(merged, silent_days=7)[1]
