"""Books move from one machine to another with all their facts, and no fault on the way goes unnoticed."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scanpipe.flows.station import open_station
from scanpipe.state.book_rows import BLOBS, OF_BOOK, book_rows, row_lines
from scanpipe.state.connection import scratch_database
from scanpipe.state.imports import read_rows, standing_of
from scanpipe.state.schema import MIGRATIONS
from tests.conftest import Cli, make_small_station
from tests.e2e.conftest import ADD, BOOK, revision

NAME = f"14758@2025-06-30_{BOOK}"


@pytest.fixture(scope="session")
def worked_once(cli: Cli, delivered_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivered book with lots, opinions, a page that was sent back and done again, edits, and what was undone."""
    station = shutil.copytree(delivered_once, tmp_path_factory.mktemp("worked") / "station")
    settings = station / "station.toml"
    text = settings.read_text().replace('method = "off"', 'method = "share"').replace("share = 0.3 ", "share = 1.0 ")
    settings.write_text(text.replace("twice = 0.0", "twice = 1.0"))
    for words in (
        ("qa", "plan", BOOK, "--seed", "x"),
        ("reject", BOOK, 2, "--reason", "faded", "--redo", "plain", "--ticket", "CV 1"),
        ("page", "mark", BOOK, "damaged", 3, "--note", "cháy", "--ticket", "CV 1"),
        ("page", "undo", BOOK, "--ticket", "CV 1"),
        ("--person", "Lan", "qa", "second", BOOK, 1, "--accept"),
        ("book", "finish", BOOK),
        ("process", BOOK),
        ("accept", BOOK, 2, "--ticket", "CV 1"),
    ):
        done = cli(*words, station=station)
        assert done.code in (0, 1), (words, done.err)
    return station


@pytest.fixture
def here(worked_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(worked_once, tmp_path / "here")


@pytest.fixture(scope="session")
def busy_once(cli: Cli, page_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another station, with a book of its own."""
    station = make_small_station(tmp_path_factory.mktemp("busy") / "station")
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace('method = "off"', 'method = "share"'))
    words = [2011 if word == 2010 else word for word in ADD]
    assert cli(*words, "--pages", 4, "--cases", 2, "--rule", "pages:2", station=station).code == 0
    assert cli("capture", "KS.2011.01", "--from", page_folder, station=station).code == 0
    assert cli("reject", "KS.2011.01", 1, "--reason", "faded", "--rescan", station=station).code == 0
    return station


@pytest.fixture
def there(busy_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(busy_once, tmp_path / "there")


@pytest.fixture
def bag(cli: Cli, here: Path, tmp_path: Path) -> Path:
    done = cli("book", "export", BOOK, tmp_path / "disk", station=here)
    assert done.code == 0, done.err
    return Path(done.out.strip())


def told(cli: Cli, station: Path) -> list[object]:
    """Return what a person is told of the book."""
    shown = [cli("history", BOOK, page, station=station).out for page in range(1, 5)]
    for words in (("book", "show", BOOK), ("ticket", "list", BOOK), ("qa", "show", BOOK), ("case", "list", BOOK)):
        shown.append(cli(*words, "--json", station=station).out)
    status = json.loads(cli("status", "--json", station=station).out)
    return [*shown, next(row for row in status if row["book"] == f"14758/{BOOK}")]


def facts(station: Path, year: int = 2010) -> list[str]:
    with closing(sqlite3.connect(station / "journal.sqlite")) as db:
        db.row_factory = sqlite3.Row
        row = db.execute("SELECT id FROM book WHERE year = ?", (year,)).fetchone()
        return list(row_lines(book_rows(db, row["id"])))


def test_all_that_was_known_of_a_book_is_known_where_it_comes(
    cli: Cli, worked_once: Path, bag: Path, there: Path
) -> None:
    imported = cli("book", "import", bag, station=there)
    assert imported.code == 0, imported.err
    assert told(cli, there) == told(cli, worked_once)
    assert facts(there) == facts(worked_once)
    assert cli("check", station=there).code == cli("check", station=worked_once).code
    before, after = revision(worked_once, 1), revision(there, 1)
    assert {p.name: p.read_bytes() for p in before.iterdir()} == {p.name: p.read_bytes() for p in after.iterdir()}


def test_the_next_revision_has_the_same_bytes_on_both_machines(
    cli: Cli, worked_once: Path, bag: Path, there: Path, tmp_path: Path
) -> None:
    assert cli("book", "import", bag, station=there).code == 0
    stayed = shutil.copytree(worked_once, tmp_path / "stayed")
    for station in (stayed, there):
        done = cli("deliver", BOOK, station=station)
        assert done.code == 0, done.err
    archive = f"{BOOK}.zip"
    assert (revision(there, 2) / archive).read_bytes() == (revision(stayed, 2) / archive).read_bytes()


def test_what_people_typed_into_a_published_workbook_comes_along(
    cli: Cli, here: Path, there: Path, tmp_path: Path
) -> None:
    workbook = next(path for path in revision(here, 1).glob("*.xlsx") if BOOK in path.name)
    workbook.write_bytes(b"typed")
    assert cli("book", "export", BOOK, tmp_path / "disk", station=here).code == 0
    assert cli("book", "import", tmp_path / "disk" / NAME, station=there).code == 0
    assert (revision(there, 1) / workbook.name).read_bytes() == b"typed"


def test_an_import_that_was_killed_before_its_folders_were_made_goes_on(
    cli: Cli, here: Path, there: Path, tmp_path: Path
) -> None:
    workbook = next(path for path in revision(here, 1).glob("*.xlsx") if BOOK in path.name)
    published = workbook.read_bytes()
    workbook.write_bytes(b"typed there")
    assert cli("book", "export", BOOK, tmp_path / "disk", station=here).code == 0
    bag, laid = tmp_path / "disk" / NAME, revision(there, 1) / workbook.name
    assert cli("book", "import", bag, station=there).code == 0
    for left, then in ((None, b"typed there"), (published, b"typed there"), (b"typed here", b"typed here")):
        shutil.rmtree(laid.parent) if left is None else laid.write_bytes(left)
        assert cli("book", "import", bag, station=there).code == 0
        assert laid.read_bytes() == then
    assert len([path for path in laid.parent.glob("*.xlsx") if BOOK in path.name]) == 1


def test_the_station_that_a_book_left_names_it_no_more(cli: Cli, here: Path, bag: Path) -> None:
    assert BOOK not in cli("book", "list", station=here).out
    for words in (("capture", BOOK, "--from", "."), ("accept", BOOK), ("deliver", BOOK), ("book", "export", BOOK, ".")):
        refused = cli(*words, station=here)
        assert refused.code == 34
        assert "exported" in refused.err and "scanpipe book import" in refused.err
    assert cli(*ADD, station=here).code == 35
    assert BOOK in cli("book", "list", "--exported", station=here).out


def test_importing_twice_changes_nothing(cli: Cli, bag: Path, there: Path) -> None:
    assert cli("book", "import", bag, station=there).code == 0
    before = (there / "journal.sqlite").read_bytes(), facts(there)
    again = cli("book", "import", bag, station=there)
    assert (again.code, "is here already" in again.err) == (0, True)
    assert ((there / "journal.sqlite").read_bytes(), facts(there)) == before


def test_a_book_comes_back_with_what_was_done_to_it(
    cli: Cli, here: Path, bag: Path, there: Path, tmp_path: Path
) -> None:
    assert cli("book", "import", bag, station=there).code == 0
    assert cli("reject", BOOK, 3, "--reason", "smudged", "--rescan", "--ticket", "CV 9", station=there).code == 0
    assert cli("book", "export", BOOK, tmp_path / "back", station=there).code == 0
    assert cli("book", "import", tmp_path / "back" / NAME, station=here).code == 0
    assert facts(here) == facts(there)
    assert "smudged" in cli("history", BOOK, 3, station=here).out
    assert "later facts" in cli("book", "import", bag, station=here).err
    assert "later facts" in cli("book", "import", bag, station=there).err
    assert BOOK not in cli("book", "list", station=there).out


def test_a_book_whose_masters_only_backups_hold_stays(cli: Cli, here: Path, tmp_path: Path) -> None:
    with open_station(here, purpose="test") as station:
        (digest,) = station.journal.db.execute("SELECT digest FROM capture LIMIT 1").fetchone()
        for target in ("a", "b"):
            station.journal.add_fact("backup_target", id=target, folder=target, person="p")
        freed = {"target": "a", "second_target": "b", "person": "p"}
        station.journal.add_fact("freed_master", digest=digest, book=1, **freed)
        station.store.path(digest).unlink()
    refused = cli("book", "export", BOOK, tmp_path / "disk", station=here)
    assert (refused.code, "scanpipe restore" in refused.err) == (30, True)
    assert BOOK in cli("book", "list", station=here).out


def test_a_bag_that_was_lost_is_written_again_and_taken_back(cli: Cli, here: Path, bag: Path) -> None:
    assert cli("book", "import", bag, station=here).code == 0
    assert BOOK in cli("book", "list", station=here).out


def cut(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def renamed(path: Path) -> None:
    path.rename(path.with_name("other"))


def linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("kind", "harm"),
    [
        *(("store", harm) for harm in (cut, Path.unlink, renamed, linked, piped)),
        ("facts", cut),
        ("manifest", cut),
        ("manifest", Path.unlink),
    ],
)
def test_a_damaged_bag_is_refused_before_anything_is_written(
    cli: Cli, bag: Path, there: Path, harm: Callable[[Path], None], kind: str
) -> None:
    kinds = {
        "store": min((bag / "data" / "store").glob("*/*")),
        "facts": bag / "data" / "facts.jsonl",
        "manifest": bag / "manifest-sha256.txt",
    }
    path = kinds[kind]
    harm(path)
    before = sorted(there.rglob("*")), (there / "journal.sqlite").read_bytes()
    refused = cli("book", "import", bag, station=there)
    assert refused.code == 46, refused.err
    assert path.name in refused.err
    assert (sorted(there.rglob("*")), (there / "journal.sqlite").read_bytes()) == before


def resealed(bag: Path, change: Callable[[list[dict[str, object]]], None]) -> None:
    """Change the facts of a bag, as its checksums know it."""
    import bagit

    path = bag / "data" / "facts.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    bagit.Bag(str(bag)).save(manifests=True)


def test_the_folder_that_holds_a_bag_is_told_from_it(cli: Cli, bag: Path, there: Path) -> None:
    done = cli("book", "import", bag.parent, station=there)
    assert done.code
    assert f"{bag.parent} is no bag, but holds bags: {bag}." in done.err


def test_a_bag_with_a_strange_file_is_damaged_whatever_its_name(cli: Cli, bag: Path, there: Path) -> None:
    (bag / "data" / "bagit.txt").write_text("stray")
    done = cli("book", "import", bag, station=there)
    assert done.code
    assert f"The bag {bag} cannot be used. data/bagit.txt:" in done.err


def test_a_bag_of_a_newer_scanpipe_is_refused(cli: Cli, bag: Path, there: Path) -> None:
    resealed(bag, lambda lines: lines[0].update(journal=len(MIGRATIONS) + 1))
    refused = cli("book", "import", bag, station=there)
    assert (refused.code, "newer scanpipe" in refused.err) == (30, True)


def test_a_book_with_other_facts_is_refused_with_the_way_out(cli: Cli, bag: Path, there: Path) -> None:
    assert cli(*ADD, station=there).code == 0
    refused = cli("book", "import", bag, station=there)
    assert (refused.code, "scanpipe init" in refused.err) == (35, True)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("delivery", "folder", "../../elsewhere"),
        ("capture", "digest", "../../elsewhere"),
        ("revision_file", "name", "../note.pdf"),
        ("book", "unit_code", ".."),
        ("capture", "sheet", 99),
        ("verdict", "decision", "perhaps"),
        ("verdict", "elsewhere", "x"),
    ],
)
def test_facts_that_no_journal_holds_are_refused(
    cli: Cli, bag: Path, there: Path, table: str, column: str, value: object
) -> None:
    def change(lines: list[dict[str, object]]) -> None:
        row = next(line["row"] for line in lines[1:] if line["table"] == table)
        row[column] = value  # type: ignore[index]

    resealed(bag, change)
    refused = cli("book", "import", bag, station=there)
    assert refused.code == 46, refused.err
    assert "facts.jsonl" in refused.err
    assert BOOK not in cli("book", "list", station=there).out


def test_every_table_that_belongs_to_a_book_moves_with_it() -> None:
    with closing(scratch_database()) as db:
        for script in MIGRATIONS:
            db.executescript(script)
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        named = {table: {row[2] for row in db.execute(f"PRAGMA foreign_key_list({table})")} for table in tables}
    assert {table for table in tables if named[table] & OF_BOOK.keys()} - OF_BOOK.keys() == {
        "book_move",
        "freed_master",
    }
    assert BLOBS.keys() <= OF_BOOK.keys()


def test_facts_of_an_older_scanpipe_take_the_form_of_today(worked_once: Path) -> None:
    lines = [line for line in facts(worked_once) if '"table":"' in line]
    rows = read_rows(lines, journal=len(MIGRATIONS))
    assert standing_of(rows, rows) == "same"
    older = [
        '{"row":{"id":1,"unit_code":"1","unit_list":"","kind":"KS","year":2010,"volume":1,"at":""},"table":"book"}'
    ]
    assert read_rows(older, journal=1)["book"][0]["unit_code"] == "1"
