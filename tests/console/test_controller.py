"""The console's controller is pure: what a key or an event changes is tested without a terminal or a scanner."""

from dataclasses import replace

import pytest

from scanpipe.console.controller import Step, step
from scanpipe.console.effects import (
    Answer,
    Arrow,
    Asked,
    Compare,
    Compared,
    Digit,
    Edit,
    EditDone,
    EditFailed,
    Effect,
    FactsRead,
    Leave,
    OpenLive,
    Play,
    Pressed,
    ProfilesKnown,
    ReadFacts,
    RunEnded,
    ScannerKnown,
    Seen,
    StartRun,
    StopRun,
    Typed,
)
from scanpipe.console.state import BookState, Doing, KeptPage
from scanpipe.errors import FeederEmpty, PaperJam, UsageError
from scanpipe.flows.capture.events import FeedEnded, FeedReconciled, SeparatorRead, SheetMoving, SurplusCase
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.sheets import Sheet, Side
from scanpipe.flows.work.completeness import Completeness
from scanpipe.flows.work.page_map import Cell, MappedPage
from scanpipe.messages import lazy
from scanpipe.model import Book, BookId, CaseKey, Page, Placement

BOOK = Book(id=BookId(unit_code="14758", kind="KS", year=2010, volume=1), pages=5)


def page(label: str) -> Page:
    return Page.parse(label)


def cells(*looks: Cell) -> tuple[MappedPage, ...]:
    free = {Cell.EMPTY, Cell.SENT_BACK, Cell.LOST}
    return tuple(
        MappedPage(
            page=page(str(n)), cell=look, free=look in free, capture=0 if look in free else n, cases=(f"{n}/2010",)
        )
        for n, look in enumerate(looks, 1)
    )


def state(*looks: Cell, **fields: object) -> BookState:
    made = cells(*(looks or (Cell.CAPTURED, Cell.CAPTURED, Cell.EMPTY, Cell.EMPTY, Cell.EMPTY)))
    return replace(BookState(book=BOOK, cells=made), **fields)  # type: ignore[arg-type]


def kept(label: str, *flags: str, capture: int = 9) -> KeptPage:
    return KeptPage(
        pages=(page(label),),
        cases=(),
        paper="A4",
        a4=1.0,
        dpi=300,
        flags=flags,
        capture=capture,
        digest="d",
        seconds=1.0,
        clock="08:00:00",
    )


def captured(label: str, *flags: str) -> Seen:
    from scanpipe.flows.capture.events import Captured

    event = Captured.__new__(Captured)  # its checks do not matter here
    return Seen(event=event, kept=kept(label, *flags))


def pressed(at: BookState, *actions: str) -> Step:
    done = Step(state=at)
    for action in actions:
        done = step(done.state, Pressed(action=action))
    return done


def only(done: Step, kind: type[Effect]) -> Effect:
    (found,) = (effect for effect in done.effects if isinstance(effect, kind))
    return found


def request(done: Step) -> ScanRequest:
    effect = only(done, StartRun)
    assert isinstance(effect, StartRun)
    return effect.request


def test_scan_takes_one_page_from_a_stack_and_page_after_page_from_the_glass() -> None:
    assert request(pressed(state(stack=True), "scan")).pages == 1
    assert request(pressed(state(stack=False), "scan")).pages is None
    assert request(pressed(state(stack=True), "feed")).pages is None


def test_rescan_takes_the_page_that_came_last_also_after_a_new_start() -> None:
    seen = step(state(), captured("1")).state
    assert request(pressed(seen, "rescan")).replace == page("1")
    moved = step(seen, FactsRead(book=BOOK, cells=(cells(Cell.EMPTY)[0], replace(seen.cells[0], page=page("2"))))).state
    assert request(pressed(moved, "rescan")).replace == page("2")
    assert request(pressed(state(), "rescan")).replace == page("2")
    assert not pressed(state(Cell.EMPTY), "rescan").effects


def test_replace_takes_the_page_that_is_chosen_on_the_map() -> None:
    chosen = step(state(), Arrow(by=1)).state
    assert request(pressed(chosen, "replace")) == ScanRequest(pages=1, replace=page("2"))
    following = step(chosen, Arrow(by=1)).state
    assert request(pressed(following, "replace")).replace is None
    later = step(following, Arrow(by=1)).state
    assert not pressed(later, "replace").effects


def test_while_the_scanner_works_no_other_key_counts_and_stop_ends_after_the_sheet() -> None:
    busy = state(doing=Doing.MOVING)
    for action in ("scan", "feed", "rescan", "move", "insert_before", "undo", "finish", "profile_1"):
        assert not pressed(busy, action).effects
    stopped = pressed(busy, "stop")
    assert (stopped.state.doing, stopped.effects) == (Doing.STOPPING, (StopRun(),))
    still = step(stopped.state, Seen(event=SheetMoving(pages=(page("3"),), sheet=1))).state
    assert still.doing is Doing.STOPPING


def test_stop_goes_back_only_when_nothing_is_left_to_stop() -> None:
    told = step(state(), EditFailed(error=UsageError("no"))).state
    cleared = pressed(told, "stop")
    assert (cleared.state.notice, cleared.effects) == (None, ())
    assert pressed(cleared.state, "stop").effects == (Leave(),)


def test_a_captured_page_fills_its_cell_sounds_and_is_selected() -> None:
    good = step(state(), captured("3"))
    assert (good.state.cells[2].cell, good.state.selected, good.effects) == (Cell.CAPTURED, 2, (Play(sound="good"),))
    assert good.state.following and good.state.following.page == page("4")
    assert good.state.strip[0].cases == ("3/2010",)
    bad = step(good.state, captured("4", "blurred"))
    assert (bad.state.cells[3].cell, bad.effects) == (Cell.WARNED, (Play(sound="warning"),))
    assert [each.pages[0].label for each in bad.state.strip] == ["4", "3"]


def test_the_map_of_a_book_without_a_total_grows_before_its_back() -> None:
    back = MappedPage(page=page("B1"), cell=Cell.EMPTY, free=True)
    open_book = replace(state(Cell.CAPTURED), book=replace(BOOK, pages=None))
    grown = step(replace(open_book, cells=(*open_book.cells, back)), captured("2")).state
    assert [each.page.label for each in grown.cells] == ["1", "2", "B1"]


def test_the_glass_asks_for_a_page_and_scan_or_stop_answers() -> None:
    asked = step(state(doing=Doing.MOVING), Asked(page=page("4"))).state
    assert asked.question and asked.question.kind == "lay"
    assert pressed(asked, "scan").effects == (Answer(yes=True),)
    assert pressed(asked, "stop").effects == (Answer(yes=False),)


def test_sheets_to_be_put_on_top_are_listed_before_the_question() -> None:
    sheet = Sheet(sides=(Side(shows=(page("3"),), placements=(Placement(page=page("3")),)),))
    from scanpipe.flows.capture.events import ReloadSheets

    told = step(state(doing=Doing.STARTING), Seen(event=ReloadSheets(sheets=(sheet,)))).state
    asked = step(told, Asked(page=None)).state
    assert asked.question and asked.question.kind == "reload"
    assert "3" in asked.question.lines[0]
    assert pressed(asked, "feed").effects == (Answer(yes=True),)


def test_a_jam_is_shown_with_what_to_do_here_and_the_book_is_read_again() -> None:
    jam = RunEnded(error=PaperJam(lazy("stuck"), remedy=lazy("Run the same command again.")))
    ended = step(state(doing=Doing.MOVING), jam)
    assert ended.effects == (ReadFacts(), Play(sound="stopped"))
    assert ended.state.notice and str(ended.state.notice.text) == "stuck"
    assert "command" not in str(ended.state.notice.remedy)
    assert not ended.state.busy


def test_the_end_of_one_page_makes_no_sound_and_that_of_a_stack_does() -> None:
    assert step(pressed(state(stack=True), "scan").state, RunEnded()).effects == (ReadFacts(),)
    assert step(pressed(state(stack=True), "feed").state, RunEnded()).effects == (ReadFacts(), Play(sound="stopped"))


def test_the_end_of_a_stack_is_no_fault_but_an_empty_one_is() -> None:
    empty = RunEnded(error=FeederEmpty(lazy("no paper")))
    begun = pressed(state(), "feed").state
    assert step(begun, empty).state.notice
    some = step(begun, captured("3")).state
    assert step(some, empty).state.notice is None


def test_the_end_of_a_run_says_how_many_pages_are_missing() -> None:
    run = step(pressed(state(), "feed").state, captured("3")).state
    over = step(run, Seen(event=FeedEnded(missing=2))).state
    assert over.notice and "2" in str(over.notice.text)


def test_counts_that_differ_name_the_sheet_to_put_back() -> None:
    sheet = Sheet(sides=(Side(shows=(page("3"),), placements=(Placement(page=page("3")),)),))
    event = FeedReconciled(sheets=2, images=1, moved=2, counted=None, put_back=(sheet,))
    told = step(state(), Seen(event=event)).state
    assert told.notice and (told.notice.tone, "3" in str(told.notice.text)) == ("error", True)


def test_a_warning_about_cases_stays_while_further_cases_begin() -> None:
    read = Seen(event=SeparatorRead(case=CaseKey(year=2010, number="3")))
    warned = step(step(state(), read).state, Seen(event=SurplusCase(stated=2))).state
    assert warned.notice and (warned.notice.tone, "states 2" in str(warned.notice.text)) == ("warning", True)
    assert step(warned, read).state.notice == warned.notice


def test_pages_are_found_by_arrows_and_by_their_number() -> None:
    at = step(state(), Arrow(by=99)).state
    assert at.selected == 4
    asked = step(at, Digit(text="2")).state
    assert asked.question and (asked.question.kind, asked.question.action) == ("jump", "2")
    assert step(asked, Typed(text="2")).state.selected == 1
    assert step(asked, Typed(text=None)).state.selected == 4
    wrong = step(asked, Typed(text="77")).state
    assert wrong.notice and wrong.selected == 4


def test_a_number_that_is_being_typed_is_not_taken_for_an_answer_to_the_scanner_nor_lost_with_its_run() -> None:
    typing = step(state(doing=Doing.MOVING), Digit(text="2")).state
    asked = step(typing, Asked(page=page("4"))).state
    assert asked.question and asked.question.kind == "lay"
    assert step(asked, Typed(text="2")).state.question == asked.question
    over = step(typing, RunEnded()).state
    assert over.question == typing.question
    assert step(over, Typed(text="2")).state.selected == 1


def test_the_strip_tells_where_captures_stand_now() -> None:
    seen = step(step(state(), captured("3")).state, Seen(event=captured("4").event, kept=kept("4", capture=10))).state
    there = replace(seen.cells[0], page=page("5"), capture=10)
    newest, undone = step(seen, FactsRead(book=BOOK, cells=(there,))).state.strip
    assert (newest.pages, newest.gone) == ((page("5"),), False)
    assert (undone.pages, undone.gone) == ((page("3"),), True)


def test_a_page_is_moved_by_taking_it_up_and_setting_it_down_and_stop_leaves_it() -> None:
    carried = pressed(state(), "move").state
    assert carried.carried == page("1")
    there = step(carried, Arrow(by=2)).state
    assert pressed(there, "move").effects == (Edit(kind="move", page=page("1"), target=page("3")),)
    assert pressed(there, "stop").state.carried is None
    assert pressed(carried, "move").effects == ()


@pytest.mark.parametrize("kind", ["blank", "damaged", "missing"])
def test_a_mark_asks_for_a_remark_and_the_same_key_takes_it_back(kind: str) -> None:
    asked = pressed(state(), kind).state
    noted = step(asked, Typed(text=" torn "))
    assert noted.effects == (Edit(kind=kind, page=page("1"), note="torn"),)  # type: ignore[arg-type]
    assert not step(asked, Typed(text=None)).effects
    stated = replace(state(), cells=(replace(state().cells[0], stated=kind), *state().cells[1:]))
    assert pressed(stated, kind).effects == (Edit(kind=kind, page=page("1"), withdraw=True),)  # type: ignore[arg-type]


def test_insert_works_at_the_chosen_page() -> None:
    assert pressed(state(), "insert_before").effects == (Edit(kind="insert", page=page("1")),)
    assert pressed(state(), "insert_after").effects == (Edit(kind="insert", page=page("1"), after=True),)
    done = step(state(), EditDone(text="room", page=page("2")))
    assert done.effects == (ReadFacts(at=page("2")),)
    longer = cells(*[Cell.CAPTURED] * 5, Cell.EMPTY)
    assert step(done.state, FactsRead(book=BOOK, cells=longer, at=page("6"))).state.chosen == longer[5]


def test_how_paper_goes_in_is_chosen_by_one_key_and_asked_of_the_run() -> None:
    twice = pressed(state(), "duplex", "duplex", "duplex").state
    assert request(pressed(twice, "feed")).source == "duplex"
    fronts = pressed(twice, "duplex").state
    asked = request(pressed(fronts, "feed"))
    assert (asked.source, asked.sides) == (None, "fronts")


def test_profiles_are_chosen_by_their_numbers() -> None:
    known = step(state(), ProfilesKnown(names=("colour", "grey"))).state
    assert request(pressed(known, "profile_2", "feed")).profile == "grey"
    assert not pressed(known, "profile_3").effects


def test_finishing_compares_the_book_and_asks_first_where_something_is_missing() -> None:
    assert pressed(state(), "finish").effects == (Compare(),)
    lacking = Completeness(pages=4, expected=5, lines=(lazy("Not scanned yet: page {pages}", pages="3"),))
    asked = step(state(), Compared(found=lacking)).state
    assert asked.question and "3" in asked.question.lines[0]
    assert pressed(asked, "finish").effects == (Edit(kind="finish", incomplete=True),)
    left = pressed(asked, "stop")
    assert (left.state.question, left.effects) == (None, ())
    assert isinstance(pressed(asked, "feed").effects[0], StartRun), "whoever scans on does not finish"
    whole = step(state(), Compared(found=Completeness(pages=5, expected=5, lines=())))
    assert Edit(kind="finish") in whole.effects


def test_a_new_start_shows_the_lost_sheet_and_stands_at_it() -> None:
    looks = cells(Cell.CAPTURED, Cell.EMPTY, Cell.LOST, Cell.LOST)  # page 3 is known to have come to grief
    lost = FactsRead(book=BOOK, cells=(*looks[:3], replace(looks[3], suspect=True)))
    begun = step(BookState(book=BOOK), lost).state
    assert begun.notice and "4" in str(begun.notice.text)
    assert begun.chosen and begun.chosen.page == page("4")
    assert begun.following == begun.chosen


def test_other_keys_ask_for_what_they_say() -> None:
    assert pressed(state(), "live").effects == (OpenLive(),)
    assert pressed(state(), "undo").effects == (Edit(kind="undo"),)
    assert pressed(state(), "help").state.help
    assert step(state(), ScannerKnown(device="fujitsu:1", stack=True)).state.stack is True
