"""Who accepts a page: the policy what nobody complained of, a person what a person sent back."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from scanpipe.errors import UsageError, VerdictOutdated
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.reorder import ChangeReason, amend, shift
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.process.judges import Seen, seen_of
from scanpipe.flows.process.verdicts import accept, apply_policy, left_waiting, policy_doubts, reject
from scanpipe.flows.station import Station
from scanpipe.model import Page
from tests.small_books import BOOK, capture_pages, read_pages, small_book, statuses


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of three pages, all of them processed."""
    with small_book(tmp_path, pages=3) as opened:
        capture_pages(opened, tmp_path / "scans", 3)
        read_pages(opened)
        yield opened


def night(station: Station) -> list[str]:
    """Process what is due and let the policy judge; return what it accepted."""
    read_pages(station)
    return [page.label for page in apply_policy(station, BOOK)]


def test_a_page_sent_back_waits_for_a_person_whatever_it_was_made_with_since(station: Station) -> None:
    reject(station, BOOK, ["2"], reason="faded", redo="smudged")
    reject(station, BOOK, ["2"], reason="faded", redo="default")
    assert night(station) == ["1", "3"]
    waiting = next(state for state in book_facts(station, BOOK).pages if state.page.label == "2")
    assert "rejected before" in " ".join(policy_doubts(waiting, station.settings.accept))
    reject(station, BOOK, ["2"], reason="faded", redo="faded")
    assert night(station) == []
    accept(station, BOOK, ["2"])
    assert statuses(station)["2"] == "accepted"


def test_a_page_scanned_again_waits_for_a_person_wherever_it_is_moved(station: Station, tmp_path: Path) -> None:
    reject(station, BOOK, ["2"], reason="blurred", rescan=True)
    assert night(station) == ["1", "3"]
    capture_pages(station, tmp_path / "again", 1, first=9)
    assert night(station) == []
    shift(station, BOOK, "2", by=1)
    assert "3" not in night(station)
    assert statuses(station)["3"] == "waiting"


def test_an_accepted_page_that_is_sent_back_later_waits_for_a_person(station: Station) -> None:
    assert night(station) == ["1", "2", "3"]
    reject(station, BOOK, ["3"], reason="skewed", redo="plain")
    assert night(station) == []


def test_a_page_that_may_not_be_all_there_is_accepted_only_by_its_name(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        capture_pages(station, tmp_path / "scans", 1)
        (tmp_path / "cut").mkdir()
        whole = next((tmp_path / "scans").iterdir()).read_bytes()
        with Image.open(io.BytesIO(whole)) as image:
            image.convert("RGB").save(tmp_path / "cut" / "cut.jpg", dpi=image.info["dpi"])
        path = tmp_path / "cut" / "cut.jpg"
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        list(capture_folder(station, BOOK, path.parent, damaged=True))
        read_pages(station)
        assert [state.page.label for state in accept(station, BOOK, [])] == ["1"]
        assert [page.label for page in left_waiting(station, BOOK).to_be_named] == ["2"]
        assert [state.page.label for state in accept(station, BOOK, ["2"])] == ["2"]
        assert left_waiting(station, BOOK).to_be_named == ()


def test_pages_that_stay_keep_their_verdicts_and_lost_ones_are_told(station: Station) -> None:
    accept(station, BOOK, [])
    moved = shift(station, BOOK, "2", by=1, why=ChangeReason(reason="page left out", ticket="CV 17"))
    assert [page.label for page in moved.pages] == ["3", "4"]
    assert [page.label for page in moved.judged_again] == ["3", "4"]
    assert {label: statuses(station)[label] for label in "134"} == {"1": "accepted", "3": "waiting", "4": "waiting"}


def test_more_back_pages_leave_the_pages_before_them_accepted(station: Station) -> None:
    accept(station, BOOK, [])
    amended = amend(station, BOOK, BookDetails(pages=2, back=1))
    assert [page.label for page in amended.moved.judged_again] == ["B1"]
    assert statuses(station) == {"1": "accepted", "2": "accepted", "B1": "waiting"}


def test_no_page_is_dropped_because_fewer_places_are_stated(station: Station) -> None:
    amend(station, BOOK, BookDetails(pages=2, front=1))
    with pytest.raises(UsageError, match="pages 2 would have no place"):
        amend(station, BOOK, BookDetails(front=0))
    assert len(statuses(station)) == 3


def test_pages_are_not_moved_past_one_that_is_still_to_come(station: Station) -> None:
    reject(station, BOOK, ["3"], reason="blurred", rescan=True)
    with pytest.raises(UsageError, match="pages 3 are not captured yet"):
        shift(station, BOOK, "2", by=1)


@pytest.mark.parametrize("name", ["2", "KS.2010.01.002.pdf", "ks.2010.01.002", "2/2010", "002/2010"])
def test_pages_are_meant_by_label_pdf_or_case(station: Station, name: str) -> None:
    assert [page.label for page in reject(station, BOOK, [name], reason="faded")] == ["2"]
    assert [state.page.label for state in accept(station, BOOK, [name])] == ["2"]


def test_a_pdf_means_all_its_pages_and_an_unknown_one_is_refused(station: Station) -> None:
    amend(station, BOOK, BookDetails(rule="pages:3"))
    assert [page.label for page in reject(station, BOOK, ["1/2010"], reason="faded")] == ["1", "2", "3"]
    with pytest.raises(UsageError, match=r"KS\.2010\.01\.002"):
        reject(station, BOOK, ["KS.2010.01.002"], reason="faded")


def seen(station: Station) -> dict[Page, Seen]:
    """Return what a person sees who looks at all pages now."""
    return {state.page: seen_of(state) for state in book_facts(station, BOOK).captured}


def facts_written(station: Station) -> list[int]:
    return [station.journal.newest(table) for table in ("edit", "verdict", "placement")]


def test_a_verdict_on_pages_that_changed_since_they_were_looked_at_is_refused_whole(
    station: Station, tmp_path: Path
) -> None:
    looked = seen(station)
    reject(station, BOOK, ["2"], reason="faded", redo="faded")
    reject(station, BOOK, ["3"], reason="blurred", rescan=True, seen=looked)
    capture_pages(station, tmp_path / "again", 1, first=9)
    read_pages(station)
    before = facts_written(station)
    with pytest.raises(VerdictOutdated, match="pages 2-3 were scanned or processed again after"):
        accept(station, BOOK, ["1-3"], seen=looked)
    with pytest.raises(VerdictOutdated, match="pages 2 were"):
        reject(station, BOOK, ["1-2"], reason="faded", redo="smudged", seen=looked)
    assert facts_written(station) == before
    assert len(accept(station, BOOK, ["1-3"], seen=seen(station))) == 3


def test_a_page_that_is_taken_as_it_was_scanned_after_all_is_the_one_that_was_seen(station: Station) -> None:
    looked = seen(station)
    reject(station, BOOK, ["2"], reason="blurred", rescan=True)
    before = facts_written(station)
    with pytest.raises(VerdictOutdated):
        accept(station, BOOK, ["2"], seen={Page.parse("2"): Seen(capture=2, version=None)})
    assert facts_written(station) == before
    accept(station, BOOK, ["2"], seen=looked)
    assert statuses(station)["2"] == "accepted"


def test_a_page_that_was_not_processed_when_it_was_seen_is_another_one_when_it_is(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=1) as station:
        capture_pages(station, tmp_path / "scans", 1)
        looked = seen(station)
        reject(station, BOOK, ["1"], reason="faded", seen=looked)
        read_pages(station)
        with pytest.raises(VerdictOutdated):
            reject(station, BOOK, ["1"], reason="faded", seen=looked)


def person(station: Station, name: str, *, two_persons: bool = True) -> Station:
    """Return the station as this person has it open."""
    qa = msgspec.structs.replace(station.settings.qa, two_persons=two_persons)
    return replace(station, person=name, settings=msgspec.structs.replace(station.settings, qa=qa))


@pytest.fixture
def of_two(tmp_path: Path) -> Station:
    """The station with a book whose first two pages Lan scanned, and the third Hoa."""
    with small_book(tmp_path, pages=3) as station:
        capture_pages(person(station, "Lan"), tmp_path / "scans", 2)
        capture_pages(person(station, "Hoa"), tmp_path / "more", 1, first=3)
        read_pages(station)
        yield station


def test_nobody_accepts_what_he_scanned_however_he_writes_his_name(of_two: Station) -> None:
    with pytest.raises(UsageError, match="pages 1-2 were scanned by lan, who may not accept them") as refused:
        accept(person(of_two, "lan"), BOOK, ["1-3"])
    assert "--person" in str(refused.value) and "two_persons = false" in str(refused.value)
    assert set(statuses(of_two).values()) == {"waiting"}


def test_without_names_a_person_accepts_what_others_scanned_and_is_told_what_is_left(of_two: Station) -> None:
    lan, hoa = person(of_two, "Lan"), person(of_two, "Hoa")
    assert [state.page.label for state in accept(lan, BOOK, [])] == ["3"]
    assert [page.label for page in left_waiting(lan, BOOK).own] == ["1", "2"]
    assert left_waiting(hoa, BOOK).own == ()
    assert [state.page.label for state in accept(hoa, BOOK, [])] == ["1", "2"]
    assert left_waiting(lan, BOOK).own == ()


def test_who_scanned_a_page_may_reject_it_and_on_a_station_of_one_person_accept_it(of_two: Station) -> None:
    reject(person(of_two, "Lan"), BOOK, ["1"], reason="faded")
    assert len(accept(person(of_two, "Lan", two_persons=False), BOOK, ["1-3"])) == 3


def test_a_rescan_that_its_operator_may_not_take_back_by_accepting_stays(of_two: Station) -> None:
    reject(person(of_two, "Hoa"), BOOK, ["1"], reason="blurred", rescan=True)
    with pytest.raises(UsageError, match="pages 1 were scanned by Lan"):
        accept(person(of_two, "Lan"), BOOK, ["1"])
    assert statuses(of_two)["1"] == "missing"


def test_the_policy_is_no_person(of_two: Station) -> None:
    assert len(apply_policy(person(of_two, "Lan"), BOOK)) == 3
