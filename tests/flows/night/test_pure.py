"""Until when a night works, which folders of the store are due, and in which order books come."""

from datetime import UTC, date, datetime, timedelta

import pytest

from scanpipe.flows.night.deadline import Deadline, Pace, next_time
from scanpipe.flows.night.order import in_order
from scanpipe.flows.night.store_slice import FOLDERS, due_folders
from scanpipe.model import Book, BookId
from scanpipe.state.books import BookRow

NOW = datetime(2026, 3, 5, 20, tzinfo=UTC).astimezone()


@pytest.mark.parametrize(("clock", "hours"), [("06:00", 10), ("20:00", 24), ("20:01", 0)])
def test_a_time_of_the_day_is_the_next_one(clock: str, hours: int) -> None:
    evening = datetime(2026, 3, 5, 20).astimezone()
    assert next_time(clock, evening) - evening == timedelta(hours=hours, minutes=1 if clock.endswith("1") else 0)


def test_what_would_not_be_done_in_time_is_not_begun() -> None:
    night = Deadline(begun=NOW, until=NOW + timedelta(hours=1), reserve_s=600)
    assert night.leaves(3000, NOW) and not night.leaves(3001, NOW)
    assert not night.leaves(1500, NOW + timedelta(minutes=30))
    assert night.ever_leaves(3000) and not night.ever_leaves(3001)
    assert Deadline(begun=NOW).leaves(1e9, NOW)


def test_a_pace_is_that_of_the_slowest_of_the_last() -> None:
    pace = Pace(known=7)
    assert pace.slowest == 7
    for seconds in (9, 2, *[3] * 49):
        pace = pace.after(seconds)
    assert pace.slowest == 3


def row(number: int, due: date | None = None) -> BookRow:
    book = BookId(unit_code="14758", unit_list="2025-06-30", kind="KS", year=2010, volume=number)
    return BookRow(row=number, book=Book(id=book, due=due))


def test_books_come_by_the_day_on_which_they_are_due_then_by_age() -> None:
    books = [row(3), row(1, date(2026, 5, 1)), row(2), row(4, date(2026, 4, 1)), row(5, date(2026, 5, 1))]
    assert [book.row for book in in_order(books)] == [4, 1, 5, 2, 3]


def test_all_of_the_store_is_read_in_so_many_days_the_oldest_first() -> None:
    read: dict[str, datetime] = {}
    for night in range(90):
        now = NOW + timedelta(days=night)
        due = due_folders(read, now, days=90)
        assert len(due) == 3
        read |= dict.fromkeys(due, now)
    assert set(read) == set(FOLDERS)
    oldest = min(read, key=lambda name: (read[name], name))
    assert due_folders(read, NOW + timedelta(days=90), days=90)[0] == oldest
    assert due_folders(read, now, days=0) == ()


def test_nights_that_were_left_out_are_made_up_for() -> None:
    read = dict.fromkeys(FOLDERS[:100], NOW)
    assert len(due_folders(read, NOW + timedelta(days=7), days=90)) == 20
    assert len(due_folders(read, NOW + timedelta(days=91), days=90)) == 256
