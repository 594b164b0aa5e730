"""Whatever is done to a book, undone and done again, it is as a plain model of its history says."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import PageUnknown, UsageError
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.book.page_edits import insert_pages, move_page
from scanpipe.flows.book.plan import empty_slots
from scanpipe.flows.book.reorder import amend, shift
from scanpipe.flows.book.statements import drop_pictures, state_pages, withdraw_statements
from scanpipe.flows.book.undo import redo_last, undo_last
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.station import Station
from scanpipe.flows.work.finish import finish_book
from scanpipe.model import Page, Part, Placement
from scanpipe.state import stated
from scanpipe.state.check import check_journal
from scanpipe.state.undo import undo_stack
from tests.small_books import read_pages, small_book, write_capture
from tests.thorough import tried

T = TypeVar("T")
VOLUMES = itertools.count(2)
HISTORIES = tried(20, 80)


@dataclass(frozen=True)
class Model:
    """What a book is to be: pictures by page number, verdicts, what is said of pages, how many cases are stated.

    `awaited` are pages that are to be scanned again, with the pictures that they had.
    """

    places: dict[int, int] = field(default_factory=dict)
    judged: dict[int, str] = field(default_factory=dict)
    awaited: dict[int, int] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    cases: int | None = None
    finished: bool = False

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(self.places, default=0)

    def next(self) -> int:
        """The number of the first free page."""
        return next(number for number in itertools.count(1) if number not in self.places)

    def with_picture(self, page: int, capture: int) -> "Model":
        return replace(self.freed(page), places={**self.places, page: capture})

    def freed(self, page: int) -> "Model":
        def without(rows: dict[int, T]) -> dict[int, T]:
            return {number: value for number, value in rows.items() if number != page}

        return replace(
            self, places=without(self.places), judged=without(self.judged), awaited=without(self.awaited)
        )  # fmt: skip

    def with_verdict(self, page: int, decision: str) -> "Model":
        back = self.places | ({page: self.awaited[page]} if page in self.awaited else {})
        if decision == "rescan":
            return replace(self.freed(page), awaited={**self.awaited, page: back[page]})
        return replace(self.freed(page), places=back, judged={**self.judged, page: decision})

    def moved(self, moves: dict[int, int], gone: set[int] = frozenset()) -> "Model":  # type: ignore[assignment]
        def to(rows: dict[int, object]) -> dict[int, object]:
            targets = {*moves.values(), *gone}
            stay = {page: value for page, value in rows.items() if page not in moves and page not in targets}
            return stay | {moves[page]: value for page, value in rows.items() if page in moves}

        places = to(self.places)  # type: ignore[arg-type]
        return replace(
            self,
            places=places,  # type: ignore[arg-type]
            said={n: each for n, each in self.said.items() if n > self.last}  # keeps its number: see below
            | to({n: each for n, each in self.said.items() if n <= self.last}),  # type: ignore[dict-item]
            judged={page: said for page, said in self.judged.items() if self.places[page] == places.get(page)},
            awaited={page: capture for page, capture in self.awaited.items() if page not in places},
        )


def seen(station: Station, name: str) -> Model:
    """Return what a book is."""
    facts = book_facts(station, name)
    return Model(
        places={state.page.number: state.facts.capture for state in facts.captured},
        judged={state.page.number: said.decision for state in facts.captured if (said := state.facts.verdict)},
        awaited={each.page.number: each.capture for each in facts.awaited if each.capture is not None},
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
    st.tuples(st.just("judge"), NUMBERS, st.sampled_from(["accept", "reject", "rescan"])),
    st.tuples(st.just("judge"), NUMBERS, st.sampled_from(["accept", "reject", "rescan"])),
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
        case ("capture",):
            page = model.next()
            facts = book_facts(station, name)
            assert empty_slots(facts.book, facts.pages).next() == body(page)
            return model.with_picture(page, write_capture(station, name, [Placement(page=body(page))]))
        case ("replace", int(page)):
            page = min(page, model.next())
            return model.with_picture(page, write_capture(station, name, [Placement(page=body(page))]))
        case ("drop", int(page)):
            drop_pictures(station, name, [str(page)])
            return model.freed(page)
        case ("mark", int(page), str(state)):
            state_pages(station, name, [str(page)], state, note="")  # type: ignore[arg-type]
            return replace(model, said={**model.said, page: state})
        case ("withdraw", int(page)):
            withdraw_statements(station, name, [str(page)], model.said.get(page, "blank"))  # type: ignore[arg-type]
            return replace(model, said={n: each for n, each in model.said.items() if n != page})
        case ("state", int(cases)):
            amend(station, name, BookDetails(cases=cases))
            return replace(model, cases=cases)
    return judged(station, name, model, step)


def judged(station: Station, name: str, model: Model, step: tuple[object, ...]) -> Model:
    match step:
        case ("judge", int(page), str(decision)):
            read_pages(station, name=name)
            if decision == "accept":
                accept(station, name, [str(page)])
            else:
                reject(station, name, [str(page)], reason="blurred", rescan=decision == "rescan")
            return model.with_verdict(page, decision)
        case ("finish",):
            before = undo_stack(station.journal, book_facts(station, name).row)
            finish_book(station, name, incomplete=True)
            if undo_stack(station.journal, book_facts(station, name).row) == before:
                raise UsageError("it was finished already")
            return replace(model, finished=True)
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
    assert {picture.capture for picture in stated.dropped(shelf.journal, facts.row)} == kept
    for _turn in range(turns):
        redo_last(shelf, name)
    assert (seen(shelf, name), check_journal(shelf.journal)) == (last, ())


def without_lost_statements(model: Model) -> Model:
    """A statement about a page after the last one is not told until there is such a page."""
    return replace(model, said={page: state for page, state in model.said.items() if page <= model.last})
