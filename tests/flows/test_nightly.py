"""What a night does by itself, and what it leaves to a person."""

import pytest

from scanpipe.errors import DeliveryRefused, PackageRefused, StoreFailed
from scanpipe.flows import nightly as night
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.book.reorder import amend
from scanpipe.flows.delivery.deliver import deliver
from scanpipe.flows.locking import held_book
from scanpipe.flows.nightly import NightSummary, nightly
from scanpipe.flows.process.verdicts import accept
from scanpipe.flows.station import Station
from tests.small_books import BOOK, drawing_samples

FLAGGED = "14758/KS.2010.01: "


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


def test_a_book_whose_recipe_is_gone_does_not_keep_the_others_from_being_delivered(station: Station) -> None:
    gone = station.folder / "recipes" / "gone.toml"
    gone.write_text('based_on = "default"\nname = "gone"\n')
    details = BookDetails(pages=1, recipe=str(gone))
    add_book(station, kind="KH", year=2010, volume=1, unit="14758", details=details)
    gone.unlink()
    done = summary(station)
    assert [book.book for book in done.delivered] == ["14758/KS.2010.01"]
    (told,) = done.attention
    assert told.startswith("14758/KH.2010.01: ") and "gone.toml" in told


def test_a_night_draws_samples_and_leaves_the_book_to_a_person_until_they_are_judged(station: Station) -> None:
    sampling = drawing_samples(station)
    first = summary(sampling)
    assert (first.accepted, first.delivered) == (1, ())
    (told,) = first.attention
    assert told.startswith(f"{FLAGGED}sample of what") and told.endswith("must look at pages 1")
    with pytest.raises(DeliveryRefused, match="must look at pages 1"):
        deliver(sampling, BOOK)
    accept(sampling, BOOK, ["1"])
    last = summary(sampling)
    assert ([book.revision for book in last.delivered], last.attention) == ([1], ())
    assert len(book_facts(sampling, BOOK).lots or ()) == 1


def test_a_disk_that_fails_ends_the_night(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_args: object, **_more: object) -> None:
        raise StoreFailed("the disk fails")

    monkeypatch.setattr(night, "deliver", failing)
    with pytest.raises(StoreFailed):
        list(nightly(station))
