"""What changed since a delivery goes by the order of the facts: the clock may stand still or jump back between them."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanpipe.model import Book, BookId, Page, Part, Placement
from scanpipe.state import since, views
from scanpipe.state.journal import Journal
from scanpipe.state.page_facts import page_facts
from scanpipe.state.schema import MIGRATIONS

KS = BookId(unit_code="14758", unit_list="2010", kind="KS", year=2010, volume=1)
BEFORE_THE_ORDER = 3  # migrations
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEPS = {"jumping back": timedelta(days=-1), "standing still": timedelta(0), "going on": timedelta(seconds=1)}


class Clock:
    """A clock that makes a step after each fact."""

    def __init__(self, step: timedelta) -> None:
        self.now, self.step = NOON, step

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


@pytest.fixture(params=STEPS.values(), ids=STEPS)
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite", write=True, create=True, clock=Clock(request.param), login="u1")


def page(number: int) -> Page:
    return Page(part=Part.BODY, number=number)


def book_of_two(journal: Journal) -> int:
    book = journal.add_book(Book(id=KS, pages=2), person="lan")
    size = {"digest": "d", "width": 1, "height": 1, "dpi": 300.0, "flags": "[]", "checks": "{}"}
    for number in (1, 2):
        facts = {"side": "single", "device": "test", **size}
        journal.add_capture(book, [Placement(page=page(number))], sheet=None, operator="lan", **facts)
    return book


def say(journal: Journal, book: int, number: int, decision: str, reason: str) -> None:
    facts = next(each for each in page_facts(journal, book) if each.page == page(number))
    row = {"version": None, "decision": decision, "reason": reason, "recipe": None, "person": "minh", "ticket": "CV 17"}
    journal.add_fact("verdict", **{**row, "placement": facts.placement})


def change(journal: Journal, book: int, what: str) -> None:
    """Write a fact of each kind."""
    say(journal, book, 1, "reject", what)
    journal.state_terms(book, Book(id=KS, pages=3, cases=len(what)), person="minh", reason=what)
    there = {facts.capture: facts.page for facts in page_facts(journal, book)}
    last = max(there)
    free = [facts.placement for facts in page_facts(journal, book) if facts.capture == last]
    to = Placement(page=page(there[last].number + 1))
    journal.place_captures(book, [(last, to)], release=free, person="minh", reason=what)


def deliver(journal: Journal, book: int, revision: int, read: views.Newest) -> None:
    facts = {"zip_digest": "", "folder": "", "members": "{}", "workbook": "", "person": "hoa"}
    known = {"newest_verdict": read.verdict, "newest_statement": read.statement, "newest_placement": read.placement}
    journal.add_fact("delivery", book=book, revision=revision, **facts, **known)


def told(journal: Journal, book: int) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Return why pages were sent back, why terms changed, and which pages moved, since the last delivery."""
    last = views.deliveries(journal, book)[-1]
    sent = since.rejections(journal, book, since=last)
    moved = since.moved_pages(journal, book, since=last)
    return (
        [each.reason for each in sent.values() if each.reason != "moved"],
        [each.reason for each in since.amendments(journal, book, since=last)],
        [(each.before.label, each.after.label) for each in moved],
    )


def test_what_came_before_a_delivery_is_not_told_and_what_came_after_is(journal: Journal) -> None:
    book = book_of_two(journal)
    change(journal, book, "before")
    deliver(journal, book, 1, views.newest(journal))
    assert told(journal, book) == ([], [], [])
    change(journal, book, "after it")
    assert told(journal, book) == (["after it"], ["after it"], [("3", "4")])
    deliver(journal, book, 2, views.newest(journal))
    assert told(journal, book) == ([], [], [])


def test_what_was_said_while_a_delivery_was_made_is_told_by_the_next(journal: Journal) -> None:
    book = book_of_two(journal)
    read = views.newest(journal)
    change(journal, book, "meanwhile")
    deliver(journal, book, 1, read)
    assert told(journal, book) == (["meanwhile"], ["meanwhile"], [("2", "3")])


def test_a_delivery_tells_who_made_it(journal: Journal) -> None:
    book = book_of_two(journal)
    deliver(journal, book, 1, views.newest(journal))
    assert [row.person for row in views.deliveries(journal, book)] == ["hoa"]
    assert journal.db.execute("SELECT login FROM delivery").fetchone()[0] == "u1"


def fail(journal: Journal, message: str) -> None:
    journal.add_recipe("r", name="r", body="{}")
    journal.add_fact("failure", capture=1, region="", recipe="r", code="x", message=message)


def failures(journal: Journal, book: int) -> list[str]:
    return [message for facts in page_facts(journal, book) for _recipe, message in facts.failures]


def test_failures_before_a_verdict_no_longer_count(journal: Journal) -> None:
    book = book_of_two(journal)
    fail(journal, "first")
    assert failures(journal, book) == ["first"]
    say(journal, book, 1, "redo", "faded")
    assert failures(journal, book) == []
    fail(journal, "second")
    assert failures(journal, book) == ["second"]


def journal_of_before(path: Path, book: int = 1) -> Journal:
    """Make the journal of a station that told the order of facts by the clock, a second between them."""
    db = sqlite3.connect(path)
    db.executescript("CREATE TABLE migration (version INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT;")
    for number, script in enumerate(MIGRATIONS[:BEFORE_THE_ORDER], 1):
        db.executescript(script)
        db.execute("INSERT INTO migration VALUES (?, '')", (number,))
    seconds = (f"2026-03-01T12:00:{second:02}.000+00:00" for second in range(60))

    def add(table: str, **fields: object) -> None:
        fields = {**fields, "at": next(seconds)}
        marks = ", ".join("?" * len(fields))
        db.execute(f"INSERT INTO {table} ({', '.join(fields)}) VALUES ({marks})", tuple(fields.values()))

    def say(decision: str, reason: str) -> None:
        row = {"placement": 1, "decision": decision, "reason": reason, "person": "minh", "ticket": ""}
        add("verdict", **row)

    add("book", id=book, unit_code="14758", unit_list="2010", kind="KS", year=2010, volume=1)
    add("statement", book=book, terms="{}", person="lan", reason="opened")
    add("recipe", id="r", name="r", body="{}")
    for number in (1, 2):
        add("sheet", book=book, page=str(number), source="x", operator="lan")
        size = {"digest": "d", "width": 1, "height": 1, "dpi": 300.0, "flags": "[]", "checks": "{}"}
        add("capture", sheet=number, side="single", device="x", origin="x", **size)
        add("placement", book=book, page=str(number), capture=number, region="", person="lan")
    add("failure", capture=1, region="", recipe="r", code="x", message="before the verdict")
    say("reject", "before")
    add("failure", capture=1, region="", recipe="r", code="x", message="after the verdict")
    add("statement", book=book, terms='{"pages": 2}', person="lan", reason="before")
    add("delivery", book=book, revision=1, zip_digest="", folder="", members="{}")
    say("reject", "after")
    add("statement", book=book, terms='{"pages": 3}', person="lan", reason="after")
    add("placement", book=book, page="3", capture=2, region="", person="lan", reason="after")
    add("failure", capture=1, region="", recipe="r", code="x", message="after the second verdict")
    db.commit()
    db.close()
    return Journal(path, write=True, clock=Clock(timedelta(days=-1)))


def test_facts_of_before_go_by_their_times_and_newer_ones_by_their_order(tmp_path: Path) -> None:
    journal = journal_of_before(tmp_path / "journal.sqlite")
    assert [(row.person, row.read) for row in views.deliveries(journal, 1)] == [("", None)]
    assert failures(journal, 1) == ["after the second verdict"]
    assert told(journal, 1) == (["after"], ["after"], [("2", "3")])
    deliver(journal, 1, 2, views.newest(journal))
    assert told(journal, 1) == ([], [], [])
    change(journal, 1, "later")
    assert failures(journal, 1) == []
    assert told(journal, 1) == (["later"], ["later"], [("3", "4")])
