"""What somebody sees who follows a scan: the newest capture, the page before it, warnings and where they are."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from scanpipe.flows.pictures.live_page import live_page, moment, settled, shown_capture, trace
from scanpipe.flows.station import JOURNAL
from scanpipe.model import Page
from scanpipe.state.books import find_book
from scanpipe.state.journal import Journal
from tests.followed_books import keep, make_followed, mark
from tests.small_books import BOOK


@pytest.fixture
def followed(tmp_path: Path) -> Path:
    return make_followed(tmp_path)


def test_without_a_capture_there_is_nothing(followed: Path) -> None:
    assert live_page(followed).newest is None
    assert shown_capture(followed, 1) is None


def test_the_newest_capture_is_shown_of_the_station_and_of_its_book(followed: Path) -> None:
    keep(followed, "1")
    newest = keep(followed, "2")
    for name in ("", BOOK):
        page = live_page(followed, name)
        assert page.newest and page.before
        assert (page.newest.capture, page.newest.pages, page.before.pages) == (newest, ("2",), ("1",))


@pytest.mark.parametrize("name", ["KS.2010.02", "no book"])
def test_of_another_book_nothing_is_shown(followed: Path, name: str) -> None:
    keep(followed, "1")
    assert live_page(followed, name).newest is None


def test_the_page_before_is_that_of_the_book_not_that_of_the_day(followed: Path) -> None:
    for label in ("3", "4", "5", "F1"):
        keep(followed, label)
    keep(followed, "4")
    before = live_page(followed).before
    assert before and before.pages == ("3",)


def test_before_the_first_page_there_is_none(followed: Path) -> None:
    keep(followed, "2")
    keep(followed, "1")
    assert live_page(followed).before is None


def test_what_has_no_page_has_the_capture_before_it(followed: Path) -> None:
    first = keep(followed, "1")
    keep(followed, set_aside="other_side")
    page = live_page(followed)
    assert page.newest and page.before
    assert (page.newest.pages, page.newest.set_aside, page.before.capture) == ((), "other_side", first)


def test_a_spread_shows_two_pages(followed: Path) -> None:
    keep(followed, "3", "2", regions=("right", "left"))
    newest = live_page(followed).newest
    assert newest and (newest.pages, newest.regions) == (("2", "3"), ("left", "right"))


def test_marks_are_shares_of_the_picture_and_stay_within_it(followed: Path) -> None:
    places = (mark("blurred", 25.4, 19.05, 50.8, 38.1), mark("cut_off", -5, 70, 200, 20), mark("unknown", 0, 0, 9, 9))
    keep(followed, "1", flags=("cut_off", "blurred"), marks=places)
    newest = live_page(followed).newest
    assert newest
    assert [(m.warning, m.left, m.top, m.width, m.height) for m in newest.marks] == [
        (2, 0.25, 0.25, 0.5, 0.5),
        (1, 0.0, pytest.approx(0.9186), 1.0, pytest.approx(0.0814)),
    ]


def test_a_flag_that_nobody_knows_is_shown_as_it_is(followed: Path) -> None:
    keep(followed, "1", flags=("blurred", "of_the_future"))
    newest = live_page(followed).newest
    assert newest and list(map(str, newest.warnings))[1] == "of_the_future"
    assert "blurred" in str(newest.warnings[0])


def test_a_moment_passes_with_each_capture(followed: Path) -> None:
    before = moment(followed)
    assert moment(followed) == before
    keep(followed, "1")
    assert moment(followed) != before


def run(followed: Path, outcome: str, *, page: str = "1", detail: str = "", sheet_detail: str = "") -> None:
    """Write a run of the scanner that took one sheet and ended so."""
    with closing(Journal(followed / JOURNAL, write=True)) as journal:
        book = find_book(journal, BOOK).row
        feed = journal.open_feed(book, device="test", source="ADF", counted=None, operator="test")
        sheet = journal.open_sheet(book, Page.parse(page), source="test", operator="test", feed=feed, number=1)
        journal.end_sheet(sheet, "failed" if sheet_detail else "empty", sheet_detail)
        if outcome:
            journal.end_feed(feed, outcome, sheets=1, images=0, moved=None, detail=detail)


@pytest.mark.parametrize(
    ("outcome", "detail", "sheet_detail", "stopped"),
    [
        ("ended", "", "", None),
        ("", "", "", None),
        ("halted", "three bad pages", "", "three bad pages"),
        ("failed", "", "jam", "jam"),
        ("failed", "", "", ""),
    ],
)
def test_a_run_that_was_broken_off_says_why(
    followed: Path, outcome: str, detail: str, sheet_detail: str, stopped: str | None
) -> None:
    run(followed, outcome, detail=detail, sheet_detail=sheet_detail)
    for name in ("", BOOK):
        page = live_page(followed, name)
        assert (page.stopped if page.stopped is None else str(page.stopped)) == stopped


def test_what_stopped_long_ago_alarms_nobody(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(followed, "halted", detail="three bad pages")
    assert live_page(followed).stopped
    monkeypatch.setattr("scanpipe.flows.pictures.live_page._STOP_COUNTS", timedelta(0))
    assert live_page(followed).stopped is None


def test_what_is_captured_later_goes_on_from_a_stop(followed: Path) -> None:
    run(followed, "halted", detail="three bad pages")
    before = moment(followed)
    run(followed, "ended", page="2")
    assert live_page(followed).stopped is None
    assert moment(followed) != before


def test_the_journal_leaves_a_trace_of_each_capture_and_none_of_a_look(followed: Path) -> None:
    keep(followed, "1")
    before = trace(followed)
    live_page(followed)
    assert trace(followed) == before
    assert not settled(before)
    keep(followed, "2")
    assert trace(followed) != before
    assert settled(((0, 1), (0, 0)))
