"""A station made by the version before: all that stood in texts of its journal is found where it stands now."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from scanpipe.model import Page, Part, Placement
from scanpipe.state import since, stated, views
from scanpipe.state.check import check_journal
from scanpipe.state.journal import Journal
from scanpipe.state.page_facts import page_facts
from scanpipe.state.revision_files import RevisionFile, Role, revision_files
from scanpipe.state.schema import MIGRATIONS
from scanpipe.state.undo import before, restore, undo_stack
from scanpipe.state.views import FilePage, Newest

BEFORE = 5
"""The version whose journals are brought over."""

Add = Callable[..., int]
BOOKS = {1: ("", "KS"), 2: ("2025-07-01", "KS"), 3: ("", "KH")}
ORIGINS = {  # what a capture's file was called, and what it is now
    "scans/1.png sha256:aa": (FilePage("scans/1.png"), "aa"),
    "scans/all.pdf#3 sha256:bb": (FilePage("scans/all.pdf", 3), "bb"),
    "scans/a#07": (FilePage("scans/a#07"), ""),
    "scans/#2 sha256:": (FilePage("scans/", 2), ""),
    "scans/b#1#12.tif#10 sha256:cc": (FilePage("scans/b#1#12.tif", 10), "cc"),
}
READ = Newest(verdict=7, statement=8, placement=9)


def journal_of_before(path: Path) -> Add:
    """Make a journal of the version before; return what adds rows to it."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("CREATE TABLE migration (version INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT;")
    for number, script in enumerate(MIGRATIONS[:BEFORE], 1):
        db.executescript(script)
        db.execute("INSERT INTO migration VALUES (?, '')", (number,))

    def add(table: str, **fields: object) -> int:
        fields = {**fields, "at": "2026-01-01T00:00:00.000+00:00"}
        marks = ", ".join("?" * len(fields))
        names = ", ".join(fields)
        return int(db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(fields.values())).lastrowid or 0)

    for row, (listed, kind) in BOOKS.items():
        add("book", id=row, unit_code="14758", unit_list=listed, kind=kind, year=2010, volume=1)
        add("statement", book=row, terms="{}", person="lan")
    return add


def add_capture(add: Add, page: int, *, source: str, device: str) -> int:
    """Add a page that was captured; return its placement."""
    sheet = add("sheet", book=1, page=str(page), source=source, operator="lan")
    size = {"digest": f"d{page}", "width": 1, "height": 1, "dpi": 300.0, "flags": "[]", "checks": "{}"}
    capture = add("capture", sheet=sheet, side="single", device=device, origin=source, **size)
    add("sheet_end", sheet=sheet, outcome="captured", detail="")
    return add("placement", book=1, page=str(page), capture=capture, region="", person="lan")


def say(add: Add, placement: int, decision: str, reason: str) -> int:
    row = {"placement": placement, "version": None, "recipe": None, "person": "minh", "ticket": "CV 1"}
    return add("verdict", decision=decision, reason=reason, newest_failure=0, **row)


@pytest.fixture(params=[True, False], ids=["writing", "looking"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Journal]:
    return lambda: Journal(tmp_path / "journal.sqlite", write=request.param)


@pytest.fixture
def add(tmp_path: Path) -> Add:
    return journal_of_before(tmp_path / "journal.sqlite")


def body(number: int) -> Page:
    return Page(part=Part.BODY, number=number)


def test_the_file_of_each_capture_stands_apart_from_its_digest(add: Add, opened: Callable[[], Journal]) -> None:
    for number, origin in enumerate(ORIGINS, 1):
        add_capture(add, number, source=origin, device="folder")
    add_capture(add, 9, source="test:0", device="test:0")
    journal = opened()
    pages = {facts.page.number: facts.file for facts in page_facts(journal, 1)}
    assert pages == {**dict(enumerate((page for page, _digest in ORIGINS.values()), 1)), 9: None}
    assert views.imported_files(journal, 1) == set(ORIGINS.values())
    assert check_journal(journal) == ()


def test_refused_files_and_sheets_sent_back_are_awaited_by_their_files(add: Add, opened: Callable[[], Journal]) -> None:
    refused = add("sheet", book=1, page="1", source="scans/torn.pdf#2", operator="lan")
    add("sheet_end", sheet=refused, outcome="refused", detail="torn")
    say(add, add_capture(add, 2, source="scans/2.png sha256:aa", device="folder"), "rescan", "blurred")
    jammed = add("sheet", book=1, page="3", source="test:0", operator="lan")
    add("sheet_end", sheet=jammed, outcome="failed", detail="paper jam")
    found = {(gone.page.number, gone.outcome, gone.file) for gone in views.awaited_pages(opened(), 1)}
    assert found == {
        (1, "refused", FilePage("scans/torn.pdf", 2)),
        (2, "rescan", FilePage("scans/2.png")),
        (3, "failed", None),
    }


def test_a_page_that_moved_was_released_and_not_sent_back(add: Add, opened: Callable[[], Journal]) -> None:
    moved = add_capture(add, 1, source="scans/1.png sha256:aa", device="folder")
    capture = 1
    add("delivery", book=1, revision=1, zip_digest="", folder="out", members="{}", workbook="", newest_verdict=0)
    say(add, moved, "rescan", "moved")
    add("placement", book=1, page="2", capture=capture, region="", person="lan")
    journal = opened()
    assert [(facts.page.number, facts.ever_sent_back) for facts in page_facts(journal, 1)] == [(2, False)]
    assert views.awaited_pages(journal, 1) == ()
    assert since.rejections(journal, 1, since=views.deliveries(journal, 1)[0]) == {}


def test_a_picture_that_stands_nowhere_is_called_by_its_file(add: Add, opened: Callable[[], Journal]) -> None:
    sheet = add("sheet", book=1, page=None, source="scans/extra.png sha256:aa", operator="lan")
    size = {"digest": "d", "width": 1, "height": 1, "dpi": 300.0, "flags": "[]", "checks": "{}"}
    add("capture", sheet=sheet, side="single", device="folder", origin="scans/extra.png sha256:aa", **size)
    assert [picture.name for picture in stated.unassigned(opened(), 1)] == ["scans/extra.png"]


def files(journal: Journal, book: int, revision: int) -> dict[Role, tuple[RevisionFile, ...]]:
    roles: tuple[Role, ...] = ("accompanying", "rows", "workbook", "imported", "confirmed")
    kept = {role: revision_files(journal, book, revision, role) for role in roles}
    return {role: found for role, found in kept.items() if found}


def test_what_belongs_to_a_revision_is_found_by_it(add: Add, opened: Callable[[], Journal]) -> None:
    rows, workbook, stray = "a" * 64, "b" * 64, "c" * 64
    first, second = "14758/KS.2010.01", "14758@2025-07-01/KS.2010.01"
    members = json.dumps({"x.pdf": "p", "x.xlsx": rows})
    add("delivery", book=1, revision=3, zip_digest="", folder="out", members=members, workbook=workbook)
    read = json.dumps({"placement": 9, "statement": 8, "verdict": 7})
    keyed = [
        ("e" * 64, "a PDF", '{"size": 1}'),
        (f"workbook {rows}", rows, "{}"),
        (f"workbook {workbook}", workbook, "{}"),
        (f"workbook {stray}", stray, "{}"),
        (f"workbook {first} r3 confirmed", "c1", "{}"),
        (f"workbook {first} r3 sổ taken by r2.xlsx taken by r12", "i1", "{}"),
        (f"workbook {first} r3 confirmed taken by r4", "i2", "{}"),
        (f"workbook {second} r3 confirmed", "c2", "{}"),
        (f"paper {first} r3 delivery note.pdf", "n1", "{}"),
        (f"paper {first} r3 manifest.json", "m1", read),
        (f"paper {first} r31 manifest.json", "m2", "{}"),
    ]
    for key, digest, facts in keyed:
        add("document", key=key, digest=digest, facts=facts)
    journal = opened()
    assert files(journal, 1, 3) == {
        "accompanying": (
            RevisionFile(name="delivery note.pdf", digest="n1"),
            RevisionFile(name="manifest.json", digest="m1", read=READ),
        ),
        "rows": (RevisionFile(name="", digest=rows),),
        "workbook": (RevisionFile(name="", digest=workbook),),
        "imported": (
            RevisionFile(name="sổ taken by r2.xlsx", digest="i1", imported_by=12),
            RevisionFile(name="confirmed", digest="i2", imported_by=4),
        ),
        "confirmed": (RevisionFile(name="", digest="c1"),),
    }
    assert files(journal, 2, 3) == {"confirmed": (RevisionFile(name="", digest="c2"),)}
    assert files(journal, 1, 31) == {"accompanying": (RevisionFile(name="manifest.json", digest="m2"),)}
    kept = journal.db.execute("SELECT digest FROM revision_file WHERE book IS NULL").fetchall()
    assert [row["digest"] for row in kept] == [stray]
    assert [tuple(row) for row in journal.db.execute("SELECT key, digest FROM document")] == [("e" * 64, "a PDF")]


@pytest.mark.parametrize("table", ["sheet", "capture", "verdict", "document", "revision_file"])
def test_what_was_brought_over_can_still_not_be_changed(add: Add, tmp_path: Path, table: str) -> None:
    add_capture(add, 1, source="scans/1.png sha256:aa", device="folder")
    say(add, 1, "accept", "person")
    add("document", key="workbook x", digest="d", facts="{}")
    add("document", key="k", digest="d", facts="{}")
    journal = Journal(tmp_path / "journal.sqlite", write=True)
    for change in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            journal.db.execute(change)


def test_what_an_older_scanpipe_wrote_stays_as_it_is_and_cannot_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    add = journal_of_before(path)
    add_capture(add, 1, source="scans/1.png sha256:aa", device="folder")
    journal = Journal(path, write=True)
    assert undo_stack(journal, 1).done == ()
    [first] = page_facts(journal, 1)
    journal.place_captures(
        1, [(first.capture, Placement(page=Page(part=Part.BODY, number=2)))], release=(), person="lan"
    )
    [edit] = undo_stack(journal, 1).done
    restore(journal, 1, edit, before(journal, 1, edit.row), person="lan", reason="", ticket="")
    assert [str(facts.page) for facts in page_facts(journal, 1)] == ["1"]
