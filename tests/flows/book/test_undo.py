"""What a person does to a book can be undone, the newest first, and done again; no capture is ever lost by it."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.book.cases import merge_case
from scanpipe.flows.book.page_edits import insert_pages, move_page
from scanpipe.flows.book.plan import empty_slots
from scanpipe.flows.book.readiness import blockers
from scanpipe.flows.book.reorder import ChangeReason, amend, shift
from scanpipe.flows.book.statements import drop_pictures, state_pages, take_back_pictures, withdraw_statements
from scanpipe.flows.book.undo import redo_last, undo_last
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.station import Station
from scanpipe.flows.work.finish import finish_book
from scanpipe.model import Page, Part, Placement
from scanpipe.state import stated
from scanpipe.state.check import check_journal
from scanpipe.state.undo import undo_stack
from tests.small_books import BOOK, capture_pages, read_pages, small_book, statuses
from tests.thorough import tried

VOLUMES = itertools.count(2)
HISTORIES = tried(20, 80)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station with a book of three pages that are captured, read and accepted."""
    with small_book(tmp_path, pages=3) as station:
        capture_pages(station, tmp_path / "scans", 3)
        read_pages(station)
        accept(station, BOOK, [])
        yield station


def capture(station: Station, name: str, placements: list[Placement]) -> int:
    """Write a capture as a scan writes it, on these pages."""
    row = book_facts(station, name).row
    page = placements[0].page if placements else None
    sheet = station.journal.open_sheet(row, page, source="test:0", operator="lan")
    size = {"digest": station.store.put(str(sheet).encode()), "width": 1, "height": 1, "dpi": 300.0}
    facts = {"side": "single", "device": "test:0", "flags": "[]", "checks": "{}"}
    return station.journal.add_capture(row, placements, sheet=sheet, operator="lan", **size, **facts)  # type: ignore[arg-type]


def replace_page(station: Station, label: str) -> int:
    return capture(station, BOOK, [Placement(page=Page.parse(label))])


def shown(station: Station, name: str = BOOK) -> dict[str, int]:
    return {state.page.label: state.facts.capture for state in book_facts(station, name).captured}


def aside(station: Station, name: str = BOOK) -> set[int]:
    return {picture.capture for picture in stated.dropped(station.journal, book_facts(station, name).row)}


def test_a_page_that_was_captured_is_free_again_and_its_picture_is_kept_as_a_dropped_one(station: Station) -> None:
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


def test_a_verdict_that_was_given_meanwhile_is_not_overruled(station: Station) -> None:
    insert_pages(station, BOOK, "2")
    reject(station, BOOK, ["3"], reason="faded")
    assert statuses(station)["3"] == "rejected"
    undone = undo_last(station, BOOK)
    assert (statuses(station)["2"], statuses(station)["3"]) == ("waiting", "accepted")
    assert undone.judged_again == (Page.parse("2"),)


def test_pages_do_not_move_back_past_one_that_is_awaited(station: Station) -> None:
    insert_pages(station, BOOK, "2")
    reject(station, BOOK, ["3"], reason="blurred", rescan=True)
    with pytest.raises(UsageError, match="pages 3 are not captured yet"):
        undo_last(station, BOOK)
    accept(station, BOOK, ["3"])
    undo_last(station, BOOK)  # that it came back
    with pytest.raises(UsageError, match="pages 3 are not captured yet"):
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
    station.journal.add_capture(row, [], sheet=sheet, operator="lan", **size, **facts)  # type: ignore[arg-type]
    assert [str(page) for page in undo_last(station, BOOK).pages] == ["3"]


def test_what_was_undone_is_forgotten_when_something_else_is_done_and_the_end_is_told(station: Station) -> None:
    undo_last(station, BOOK)
    replace_page(station, "3")
    with pytest.raises(UsageError, match="nothing to do again"):
        redo_last(station, BOOK)
    for _turn in range(3):
        undo_last(station, BOOK)
    with pytest.raises(UsageError, match="nothing to undo"):
        undo_last(station, BOOK)
    assert shown(station) == {}


@dataclass(frozen=True)
class Model:
    """What a book is to be: pictures by page number, what is said of pages, how many cases are stated."""

    places: dict[int, int] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    cases: int | None = None
    finished: bool = False

    def next(self) -> int:
        """The number of the first free page."""
        return next(number for number in itertools.count(1) if number not in self.places)

    def with_picture(self, page: int, capture: int) -> "Model":
        return replace(self, places={**self.places, page: capture})

    def moved(self, moves: dict[int, int], gone: set[int] = frozenset()) -> "Model":  # type: ignore[assignment]
        def to(rows: dict[int, object]) -> dict[int, object]:
            targets = {*moves.values(), *gone}
            stay = {page: value for page, value in rows.items() if page not in moves and page not in targets}
            return stay | {moves[page]: value for page, value in rows.items() if page in moves}

        return replace(self, places=to(self.places), said=to(self.said))  # type: ignore[arg-type]


def seen(station: Station, name: str) -> Model:
    """Return what a book is."""
    facts = book_facts(station, name)
    return Model(
        places={state.page.number: state.facts.capture for state in facts.captured},
        said={state.page.number: state.stated.state for state in facts.pages if state.stated},
        cases=facts.book.cases,
        finished=facts.finished is not None,
    )


NUMBERS = st.integers(1, 6)
STEPS = st.one_of(
    st.tuples(st.just("capture")),
    st.tuples(st.just("replace"), NUMBERS),
    st.tuples(st.just("insert"), NUMBERS, st.integers(1, 2)),
    st.tuples(st.just("shift"), NUMBERS, st.sampled_from([-2, -1, 1])),
    st.tuples(st.just("move"), NUMBERS, NUMBERS),
    st.tuples(st.just("drop"), NUMBERS),
    st.tuples(st.just("mark"), NUMBERS, st.sampled_from(["damaged", "blank"])),
    st.tuples(st.just("withdraw"), NUMBERS),
    st.tuples(st.just("state"), NUMBERS),
    st.tuples(st.just("finish")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


def changed(station: Station, name: str, model: Model, step: tuple[object, ...]) -> Model:
    """Do a step; return what the book is to be."""
    if step[0] in ("capture", "replace", "insert", "drop"):
        model = replace(model, finished=False)
    match step:
        case ("finish",):
            before = undo_stack(station.journal, book_facts(station, name).row)
            finish_book(station, name, incomplete=True)
            if undo_stack(station.journal, book_facts(station, name).row) == before:
                raise UsageError("it was finished already")
            return replace(model, finished=True)
        case ("capture",):
            page = model.next()
            facts = book_facts(station, name)
            assert empty_slots(facts.book, facts.pages).next() == body(page)
            return model.with_picture(page, capture(station, name, [Placement(page=body(page))]))
        case ("replace", int(page)):
            page = min(page, model.next())
            return model.with_picture(page, capture(station, name, [Placement(page=body(page))]))
        case ("drop", int(page)):
            drop_pictures(station, name, [str(page)])
            return replace(model, places={n: each for n, each in model.places.items() if n != page})
        case ("mark", int(page), str(state)):
            state_pages(station, name, [str(page)], state, note="")  # type: ignore[arg-type]
            return replace(model, said={**model.said, page: state})
        case ("withdraw", int(page)):
            withdraw_statements(station, name, [str(page)], model.said.get(page, "blank"))  # type: ignore[arg-type]
            return replace(model, said={n: each for n, each in model.said.items() if n != page})
        case ("state", int(cases)):
            amend(station, name, BookDetails(cases=cases))
            return replace(model, cases=cases)
    return moved(station, name, model, step)


def moved(station: Station, name: str, model: Model, step: tuple[object, ...]) -> Model:
    match step:
        case ("insert", int(page), int(room)):
            insert_pages(station, name, str(page), count=room)
            return model.moved({number: number + room for number in range(page, 60)})
        case ("shift", int(page), int(by)):
            shift(station, name, str(page), by=by)
            return model.moved({n: n + by for n in range(page, 60)}, set(range(page + by, page)))
        case ("move", int(page), int(to)):
            move_page(station, name, str(page), str(to))
            if to not in model.places:
                return model.moved({page: to})
            between = [n for n in range(min(page, to), max(page, to) + 1) if n != page]
            return model.moved({n: n + (1 if to < page else -1) for n in between} | {page: to})
    raise AssertionError(step)


def body(number: int) -> Page:
    return Page(part=Part.BODY, number=number)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station to add books to."""
    with small_book(tmp_path_factory.mktemp("shelf")) as station:
        station.journal.db.execute("PRAGMA synchronous = OFF")  # nothing is to survive here
        yield station


@settings(deadline=None, derandomize=True, max_examples=HISTORIES)
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_whatever_is_done_and_undone_the_book_is_as_its_history_says(
    shelf: Station, steps: list[tuple[object, ...]]
) -> None:
    number = next(VOLUMES)
    details = BookDetails()
    book = add_book(shelf, kind="KS", year=1900 + number // 99, volume=1 + number % 99, unit="14758", details=details)
    name = book.id.full_name
    done, undone, captured = [Model()], list[Model](), set[int]()
    for step in steps:
        if step in (("undo",), ("redo",)):
            source, target, act = (done, undone, undo_last) if step == ("undo",) else (undone, done, redo_last)
            if len(source) > (source is done):
                act(shelf, name)
                target.append(source.pop())
            else:
                with pytest.raises(UsageError):
                    act(shelf, name)
        else:
            try:
                done.append(changed(shelf, name, done[-1], step))  # type: ignore[arg-type]
                undone.clear()
            except (UsageError, PageUnknown):
                pass  # and then nothing has changed
        assert seen(shelf, name) == without_lost_statements(done[-1])
        captured |= {*done[-1].places.values()}
    facts = book_facts(shelf, name)
    kept = {
        row["id"]
        for row in shelf.journal.db.execute(
            "SELECT c.id FROM capture c JOIN sheet s ON s.id = c.sheet WHERE s.book = ?", (facts.row,)
        )
    }
    assert captured <= kept
    last = seen(shelf, name)
    turns = len(done) - 1
    for _turn in range(turns):
        undo_last(shelf, name)
    assert seen(shelf, name) == Model()
    assert aside(shelf, name) == kept
    for _turn in range(turns):
        redo_last(shelf, name)
    assert (seen(shelf, name), check_journal(shelf.journal)) == (last, ())


def without_lost_statements(model: Model) -> Model:
    """A statement about a page after the last one is not told until there is such a page."""
    last = max(model.places, default=0)
    return replace(model, said={page: state for page, state in model.said.items() if page <= last})
