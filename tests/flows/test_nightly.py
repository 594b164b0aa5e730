"""What a night does by itself, and what it leaves to a person."""

import pytest

from scanpipe.errors import PackageRefused, StoreFailed
from scanpipe.flows import nightly as night
from scanpipe.flows.book.books import BookDetails
from scanpipe.flows.book.reorder import amend
from scanpipe.flows.locking import held_book
from scanpipe.flows.nightly import NightSummary, nightly
from scanpipe.flows.station import Station
from tests.small_books import BOOK

FLAGGED = "14758/KS.2010.01: "


@pytest.fixture(autouse=True)
def tolerant(station: Station) -> None:
    """Let the policy accept the page: what is read of one so small has no confidence worth the name."""
    settings = station.folder / "station.toml"
    text = settings.read_text().replace("min_word_confidence = 40", "min_word_confidence = 0")
    settings.write_text(text)


def summary(station: Station) -> NightSummary:
    last = list(nightly(station))[-1]
    assert isinstance(last, NightSummary)
    return last


def test_a_book_is_processed_accepted_and_delivered_in_one_night(station: Station) -> None:
    done = summary(station)
    assert (done.processed, done.failed, done.accepted, done.attention) == (1, 0, 1, ())
    assert [(book.book, book.revision) for book in done.delivered] == [("14758/KS.2010.01", 1)]
    again = summary(station)
    assert (again.processed, again.accepted, again.delivered) == (0, 0, ())


def test_a_book_that_states_no_total_is_left_to_a_person(station: Station) -> None:
    amend(station, BOOK, BookDetails(cases=2))
    done = summary(station)
    assert done.delivered == ()
    assert len(done.attention) == 1 and "cases" in done.attention[0]


def test_a_book_in_use_is_passed_over(station: Station) -> None:
    with held_book(station, BOOK):
        done = summary(station)
    assert (done.processed, done.delivered) == (0, ())
    assert [line.partition("skipped")[0] for line in done.attention] == [FLAGGED]


def test_what_is_wrong_with_a_book_does_not_end_the_night(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_more: object) -> None:
        raise PackageRefused("no such package")

    monkeypatch.setattr(night, "deliver", refused)
    assert summary(station).attention == (f"{FLAGGED}no such package",)


def test_a_disk_that_fails_ends_the_night(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_args: object, **_more: object) -> None:
        raise StoreFailed("the disk fails")

    monkeypatch.setattr(night, "deliver", failing)
    with pytest.raises(StoreFailed):
        list(nightly(station))
