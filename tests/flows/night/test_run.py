"""What a night does by itself, and what it leaves to a person."""

from pathlib import Path
from typing import Any

import pytest

from scanpipe.errors import DeliveryRefused, PackageRefused, StoreFailed
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.book.reorder import amend
from scanpipe.flows.delivery.deliver import deliver
from scanpipe.flows.locking import held_book
from scanpipe.flows.night import run as night
from scanpipe.flows.night.events import Delivering, NightSummary
from scanpipe.flows.night.run import nightly
from scanpipe.flows.process.run import Started
from scanpipe.flows.process.verdicts import accept
from scanpipe.flows.station import Station
from tests.small_books import BOOK, add_printed_book, drawing_samples

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
    assert not any(isinstance(event, Delivering) for event in nightly(station)), "nothing changed since"


def test_a_book_that_states_no_total_is_left_to_a_person(station: Station) -> None:
    amend(station, BOOK, BookDetails(cases=2))
    done = summary(station)
    assert done.delivered == ()
    assert [told.code for told in done.attention] == ["cases-differ"]


def test_a_book_in_use_is_passed_over(station: Station) -> None:
    with held_book(station, BOOK):
        done = summary(station)
    assert (done.processed, done.delivered) == (0, ())
    assert [(told.code, told.book) for told in done.attention] == [("in-use", "14758/KS.2010.01")]


def test_what_is_wrong_with_a_book_does_not_end_the_night(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_more: object) -> None:
        raise PackageRefused("no such package")

    monkeypatch.setattr(night, "deliver", refused)
    assert [str(told) for told in summary(station).attention] == [f"{FLAGGED}no such package"]


def test_a_book_whose_recipe_is_gone_does_not_keep_the_others_from_being_delivered(station: Station) -> None:
    gone = station.folder / "recipes" / "gone.toml"
    gone.write_text('based_on = "default"\nname = "gone"\n')
    details = BookDetails(pages=1, recipe=str(gone))
    add_book(station, kind="KH", year=2010, volume=1, unit="14758", details=details)
    gone.unlink()
    done = summary(station)
    assert [book.book for book in done.delivered] == ["14758/KS.2010.01"]
    (told,) = done.attention
    assert told.book == "14758/KH.2010.01" and "gone.toml" in told.text


def test_a_book_whose_convention_is_gone_does_not_keep_the_others_from_being_delivered(station: Station) -> None:
    gone = station.folder / "conventions" / "gone.toml"
    gone.write_text('name = "gone"\nbased_on = "default"\nconfidence = "for tests"\n')
    details = BookDetails(pages=1, convention="gone")
    add_book(station, kind="KH", year=2010, volume=1, unit="14758", details=details)
    gone.unlink()
    done = summary(station)
    assert [book.book for book in done.delivered] == ["14758/KS.2010.01"]
    assert [(told.code, told.book) for told in done.attention] == [("ConfigError", "14758/KH.2010.01")]


def test_a_book_that_is_closed_meanwhile_is_told(station: Station) -> None:
    events = nightly(station)
    assert isinstance(next(events), Started)
    station.journal.close_book(1, reason="opened by mistake", person="Lan")
    *_more, done = events
    assert isinstance(done, NightSummary)
    assert (done.processed, [told.code for told in done.attention]) == (1, ["BookUnknown"])


@pytest.mark.parametrize("step", ["apply_policy", "waiting_pages", "due_book"])
def test_an_error_that_nobody_foresaw_costs_its_book_only(
    station: Station, step: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_printed_book(station, tmp_path / "more scans", volume=2)
    plain = getattr(night, step)

    def failing(*args: Any, **more: Any) -> object:
        if BOOK in str(args[-1]) or 1 in (getattr(each, "row", 0) for each in args):
            raise ZeroDivisionError("no ink")
        return plain(*args, **more)

    monkeypatch.setattr(night, step, failing)
    done = summary(station)
    assert [book.book for book in done.delivered] == ["14758/KS.2010.02"]
    assert [(told.code, told.book) for told in done.attention] == [("unforeseen", "14758/KS.2010.01")]


def test_a_night_draws_samples_and_leaves_the_book_to_a_person_until_they_are_judged(station: Station) -> None:
    sampling = drawing_samples(station)
    first = summary(sampling)
    assert (first.accepted, first.delivered) == (1, ())
    (told,) = first.attention
    assert str(told).startswith(f"{FLAGGED}sample of what") and told.text.endswith("must look at pages 1")
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
