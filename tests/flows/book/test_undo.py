"""What a person does to a book can be undone, the newest first, and done again; no capture is ever lost by it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.cases import merge_case
from scanpipe.flows.book.page_edits import insert_pages, move_page
from scanpipe.flows.book.readiness import blockers
from scanpipe.flows.book.reorder import ChangeReason, amend
from scanpipe.flows.book.statements import drop_pictures, state_pages, take_back_pictures
from scanpipe.flows.book.undo import JUDGE, redo_last, undo_last, undo_own, undo_verdict
from scanpipe.flows.process.verdicts import POLICY, accept, apply_policy, reject
from scanpipe.flows.station import Station
from scanpipe.model import Page, Placement
from scanpipe.state import stated, views
from scanpipe.state.qa import judgements
from tests.small_books import BOOK, capture_pages, read_pages, small_book, statuses, write_capture


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of three pages that are captured, read and accepted."""
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 3)
        read_pages(station)
        accept(station, BOOK, [])
        yield station


def replace_page(station: Station, label: str) -> int:
    return write_capture(station, BOOK, [Placement(page=Page.parse(label))])


def shown(station: Station, name: str = BOOK) -> dict[str, int]:
    return {state.page.label: state.facts.capture for state in book_facts(station, name).captured}


def aside(station: Station, name: str = BOOK) -> set[int]:
    return {picture.capture for picture in stated.dropped(station.journal, book_facts(station, name).row)}


def test_a_page_that_was_captured_is_free_again_and_its_picture_is_kept_as_a_dropped_one(station: Station) -> None:
    undo_last(station, BOOK)  # that the pages were accepted
    third = shown(station)["3"]
    undone = undo_last(station, BOOK)
    assert (str(undone.text), undone.free) == ("Undone: capture (page 3)", (Page.parse("3"),))
    assert (statuses(station)["3"], aside(station)) == ("missing", {third})
    assert book_facts(station, BOOK).unassigned == ()
    assert station.store.has(
        station.journal.db.execute("SELECT digest FROM capture WHERE id = ?", (third,)).fetchone()[0]
    )
    take_back_pictures(station, BOOK, ["03.png"])
    assert shown(station)["3"] == third


def test_a_page_that_was_scanned_again_shows_its_earlier_picture_again_with_its_verdict(station: Station) -> None:
    second = shown(station)["2"]
    newer = replace_page(station, "2")
    assert (shown(station)["2"], statuses(station)["2"]) == (newer, "unprocessed")
    undone = undo_last(station, BOOK)
    assert (shown(station)["2"], statuses(station)["2"]) == (second, "accepted")
    assert (undone.free, undone.judged_again, aside(station)) == ((), (), {newer})
    redo_last(station, BOOK)
    assert (shown(station)["2"], statuses(station)["2"], aside(station)) == (newer, "unprocessed", set())


def test_a_page_that_waited_for_its_rescan_waits_again(station: Station) -> None:
    reject(station, BOOK, ["2"], reason="blurred", rescan=True)
    replace_page(station, "2")
    assert book_facts(station, BOOK).awaited == ()
    undo_last(station, BOOK)
    assert [(each.page.label, each.outcome, each.detail) for each in book_facts(station, BOOK).awaited] == [
        ("2", "rescan", "blurred")
    ]


def test_pages_that_were_moved_come_back_with_their_verdicts(station: Station) -> None:
    before, verdicts = shown(station), statuses(station)
    insert_pages(station, BOOK, "2")
    move_page(station, BOOK, "4", "1")
    undo_last(station, BOOK)
    undone = undo_last(station, BOOK)
    assert (shown(station), statuses(station), undone.judged_again) == (before, verdicts, ())
    redo_last(station, BOOK)
    assert shown(station) == {"1": before["1"], "3": before["2"], "4": before["3"]}
    assert statuses(station)["3"] == "waiting"


def test_a_verdict_is_undone_before_what_was_done_before_it(station: Station) -> None:
    insert_pages(station, BOOK, "2")
    reject(station, BOOK, ["3"], reason="faded")
    assert statuses(station)["3"] == "rejected"
    undone = undo_last(station, BOOK)
    assert (str(undone.text), undone.judged_again) == ("Undone: verdict (page 3)", (Page.parse("3"),))
    assert statuses(station)["3"] == "waiting"
    undone = undo_last(station, BOOK)
    assert (statuses(station)["2"], statuses(station)["3"]) == ("accepted", "accepted")
    assert undone.judged_again == ()


def test_what_the_policy_said_meanwhile_is_not_overruled(station: Station) -> None:
    insert_pages(station, BOOK, "2")
    apply_policy(station, BOOK)
    undo_last(station, BOOK)
    assert book_facts(station, BOOK).captured[1].facts.verdict is None  # a person had accepted it, the policy did since
    assert said(station) == ["accept", "accept", "accept"]


def said(station: Station) -> list[str]:
    """Return what people said of pictures of the book, in their order, without what was undone."""
    found = judgements(station.journal, book_facts(station, BOOK).row, policy=POLICY)
    return [each.decision for shown in sorted(found) for each in found[shown]]


def test_a_verdict_that_is_undone_counts_nowhere_and_the_page_has_the_one_it_had_before(station: Station) -> None:
    first = book_facts(station, BOOK).captured[1].facts.verdict
    reject(station, BOOK, ["2"], reason="torn")
    assert said(station) == ["accept", "accept", "reject", "accept"]
    undo_last(station, BOOK)
    facts = book_facts(station, BOOK)
    state = facts.captured[1]
    assert (state.status, state.facts.verdict, state.facts.ever_sent_back) == ("accepted", first, False)
    assert said(station) == ["accept", "accept", "accept"]
    assert views.rejection_reasons(station.journal, facts.row) == {}
    redo_last(station, BOOK)
    state = book_facts(station, BOOK).captured[1]
    assert (state.status, state.facts.ever_sent_back) == ("rejected", True)
    assert said(station) == ["accept", "accept", "reject", "accept"]
    assert list(views.rejection_reasons(station.journal, facts.row).values()) == [frozenset({"torn"})]


def test_the_policy_accepts_again_what_was_sent_back_by_mistake(station: Station) -> None:
    undo_last(station, BOOK)
    reject(station, BOOK, ["2"], reason="blurred", rescan=True)
    undo_last(station, BOOK)
    assert [page.label for page in apply_policy(station, BOOK)] == ["1", "2", "3"]
    with pytest.raises(UsageError, match="no verdict of nobody"):
        undo_verdict(replace(station, person="nobody"), BOOK)
    undone = undo_last(station, BOOK)  # the capture of page 3: what the policy said is no step
    assert str(undone.text) == "Undone: capture (page 3)"


def test_a_page_that_waited_for_its_rescan_and_was_accepted_after_all_waits_again(station: Station) -> None:
    reject(station, BOOK, ["2"], reason="blurred", rescan=True)
    accept(station, BOOK, ["2"])
    undo_last(station, BOOK)
    assert [each.page.label for each in book_facts(station, BOOK).awaited] == ["2"]
    undo_last(station, BOOK)
    assert statuses(station)["2"] == "accepted"


def test_a_person_takes_back_his_own_verdict_whatever_others_did_to_other_pages(station: Station) -> None:
    lan, hoa = replace(station, person="Lan"), replace(station, person="Hoa")
    reject(lan, BOOK, ["1"], reason="faded")
    reject(lan, BOOK, ["2"], reason="faded")
    reject(hoa, BOOK, ["3"], reason="faded")
    state_pages(hoa, BOOK, ["1"], "damaged", note="")
    undone = undo_verdict(lan, BOOK)
    assert str(undone.text) == "Undone: verdict (page 2)"
    assert statuses(station) == {"1": "rejected", "2": "accepted", "3": "rejected"}
    reject(hoa, BOOK, ["1"], reason="torn")
    with pytest.raises(UsageError, match="pages 1 were changed after this verdict"):
        undo_verdict(lan, BOOK)
    for told in ("verdict (page 1)", "statement about pages (page 1)", "verdict (page 3)", "verdict (page 1)"):
        assert str(undo_last(station, BOOK).text) == f"Undone: {told}"
    assert set(statuses(station).values()) == {"accepted"}
    for _turn in range(4):
        redo_last(station, BOOK)
    assert statuses(station) == {"1": "rejected", "2": "accepted", "3": "rejected"}


def test_an_operator_undoes_nothing_of_others(station: Station) -> None:
    lan, hoa = replace(station, person="Lan"), replace(station, person="Hoa")
    state_pages(lan, BOOK, ["1"], "damaged", note="")
    move_page(lan, BOOK, "3", "2")
    reject(hoa, BOOK, ["1"], reason="faded")
    undone = undo_own(lan, BOOK, but=(JUDGE,))
    assert str(undone.text) == "Undone: move of a page (page 2-3)"
    assert statuses(station) == {"1": "rejected", "2": "accepted", "3": "accepted"}
    with pytest.raises(UsageError, match="there is nothing to do again"):
        redo_last(hoa, BOOK, own=True)
    redo_last(lan, BOOK, own=True)
    reject(hoa, BOOK, ["2"], reason="faded")
    with pytest.raises(UsageError, match=r"Hoa did the last thing to it \(verdict\)"):
        undo_own(lan, BOOK, but=(JUDGE,))
    reject(lan, BOOK, ["3"], reason="faded")
    with pytest.raises(UsageError, match=r"Lan did the last thing to it \(verdict\)"):
        undo_own(lan, BOOK, but=(JUDGE,))
    assert str(undo_own(lan, BOOK).text) == "Undone: verdict (page 3)"
    state_pages(hoa, BOOK, ["3"], "blank", note="")
    with pytest.raises(UsageError, match=r"Hoa did the last thing to it \(statement about pages\)"):
        undo_own(lan, BOOK, but=(JUDGE,))
    with pytest.raises(UsageError, match="nothing of Binh"):
        undo_own(replace(station, person="Binh"), BOOK)


def test_no_verdict_is_left_of_accepting_nothing(station: Station) -> None:
    newest = station.journal.newest("edit")
    assert accept(station, BOOK, []) == ()
    assert station.journal.newest("edit") == newest


def test_pages_do_not_move_back_past_one_that_is_awaited(station: Station) -> None:
    insert_pages(station, BOOK, "2")
    station.journal.open_sheet(book_facts(station, BOOK).row, Page.parse("2"), source="test:0", operator="lan")
    with pytest.raises(UsageError, match="pages 2 are not captured yet"):
        undo_last(station, BOOK)


def test_statements_about_pages_and_the_book_are_undone(station: Station) -> None:
    state_pages(station, BOOK, ["2"], "damaged", note="burnt", ticket="CV 1")
    state_pages(station, BOOK, ["2", "3"], "blank", note="")
    merge_case(station, BOOK, "1", "2")
    amend(station, BOOK, BookDetails(pages=9), why=ChangeReason(reason="misread"))
    undo_last(station, BOOK, why=ChangeReason(reason="it was right"))
    assert book_facts(station, BOOK).book.pages == 3
    undo_last(station, BOOK)
    assert book_facts(station, BOOK).book.rule.kind == "pages"
    undo_last(station, BOOK)
    said = [state.stated for state in book_facts(station, BOOK).pages if state.stated]
    assert [(each.page.label, each.state, each.note, each.ticket) for each in said] == [
        ("2", "damaged", "burnt", "CV 1")
    ]
    rows = station.journal.db.execute("SELECT reason FROM statement ORDER BY id").fetchall()
    assert [row["reason"] for row in rows] == ["", "", "misread", "it was right", ""]


def test_a_picture_without_a_place_needs_one_again(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        capture_pages(station, tmp_path / "scans", 3)
        loose = book_facts(station, BOOK).unassigned
        for _turn in range(2):
            amend(station, BOOK, BookDetails(pages=3))
            assert (len(shown(station)), book_facts(station, BOOK).unassigned) == (3, ())
            undo_last(station, BOOK)
            assert (len(shown(station)), book_facts(station, BOOK).unassigned) == (2, loose)
            assert any("no place for scans/03.png" in str(line) for line in blockers(book_facts(station, BOOK)))
        redo_last(station, BOOK)
        assert (len(shown(station)), book_facts(station, BOOK).unassigned) == (3, ())
        undo_last(station, BOOK)
        undo_last(station, BOOK)
        assert book_facts(station, BOOK).unassigned == ()
        assert len(aside(station)) == 1


def test_dropped_pictures_come_back_and_go_again(station: Station) -> None:
    before = shown(station)
    drop_pictures(station, BOOK, ["2"])
    undo_last(station, BOOK)
    assert (shown(station), aside(station), statuses(station)["2"]) == (before, set(), "accepted")
    redo_last(station, BOOK)
    take_back_pictures(station, BOOK, ["2"])
    undo_last(station, BOOK)
    assert aside(station) == {before["2"]}


def test_both_pages_of_a_spread_are_one_capture(tmp_path: Path) -> None:
    with small_book(tmp_path, spreads="split") as station:
        capture_pages(station, tmp_path / "scans", 2)
        assert [str(page) for page in undo_last(station, BOOK).pages] == ["3", "4"]
        assert list(shown(station)) == ["1", "2"]


def test_the_other_side_of_a_sheet_is_no_step(station: Station) -> None:
    row = book_facts(station, BOOK).row
    sheet = station.journal.open_sheet(row, None, source="test:0", operator="lan")
    size = {"digest": "d", "width": 1, "height": 1, "dpi": 300.0}
    facts = {"side": "back", "device": "test:0", "flags": "[]", "checks": "{}", "set_aside": "other_side"}
    undo_last(station, BOOK)  # that the pages were accepted
    station.journal.add_capture(row, [], sheet=sheet, operator="lan", **size, **facts)  # type: ignore[arg-type]
    assert [str(page) for page in undo_last(station, BOOK).pages] == ["3"]


def test_what_was_undone_is_forgotten_when_something_else_is_done_and_the_end_is_told(station: Station) -> None:
    undo_last(station, BOOK)  # that the pages were accepted
    undo_last(station, BOOK)
    replace_page(station, "3")
    with pytest.raises(UsageError, match="nothing to do again"):
        redo_last(station, BOOK)
    for _turn in range(3):
        undo_last(station, BOOK)
    with pytest.raises(UsageError, match="nothing to undo"):
        undo_last(station, BOOK)
    assert shown(station) == {}
