"""Commands on a station of a million pages: `python -m bench.scale STATION FOLDER [BOOKS] [PAGES]`.

STATION is one that holds a delivered book, such as that of `make demo`. Its facts are copied BOOKS times with PAGES
pages each, by default 5,000 and 200, into a journal in FOLDER that is kept for the next run. One book in a hundred is
under way: processed and not judged, and every tenth of them has pages that are due.
"""

import os
import shutil
import sqlite3
import statistics
import sys
import time
from contextlib import closing
from pathlib import Path

from bench.light_commands import cpu_seconds
from scanpipe.flows.process.run import process
from scanpipe.flows.station import JOURNAL, STORE, create_station, open_station

REPEATS = 5
UNDER_WAY, DUE = 100, 1000
COMMANDS = (["status"], ["book", "list"])

_NUMBERS = """
WITH RECURSIVE books(b) AS (SELECT 1 UNION ALL SELECT b + 1 FROM books WHERE b < :books),
    pages(p) AS (SELECT 1 UNION ALL SELECT p + 1 FROM pages WHERE p < :pages)
"""
_ROW = "(b - 1) * :pages + p"
# What each table's rows are called in the copy; the other columns are those of the row that is copied.
_OF_PAGES = {
    "sheet": {"id": _ROW, "book": "b", "page": "p", "feed": "NULL", "number": "NULL"},
    "sheet_end": {"sheet": _ROW},
    "capture": {"id": _ROW, "sheet": _ROW, "edit": "NULL"},
    "placement": {"id": _ROW, "book": "b", "page": "p", "capture": _ROW, "edit": "NULL"},
    "version": {"id": _ROW, "capture": _ROW},
    "verdict": {"id": _ROW, "placement": _ROW, "version": _ROW, "edit": "NULL"},
}
_OF_BOOKS = {
    "book": {"id": "b", "volume": "b"},
    "statement": {
        **{"id": "b", "book": "b", "edit": "NULL"},
        "terms": "json_set(s.terms, '$.pages', :pages, '$.front', 0, '$.back', 0)",
    },
    "delivery": {
        **{"id": "b", "book": "b", "newest_edit": "0"},
        **{f"newest_{table}": ":books * :pages" for table in ("verdict", "statement", "placement")},
    },
}
_WITHOUT = {"version": f"b % {DUE} <> 0", "verdict": f"b % {UNDER_WAY} <> 0", "delivery": f"b % {UNDER_WAY} <> 0"}


def make_journal(source: Path, folder: Path, books: int, pages: int) -> None:
    """Make a station with copies of the pages of another one's first book."""
    create_station(folder)
    shutil.copytree(source / STORE, folder / STORE, dirs_exist_ok=True)
    with closing(sqlite3.connect(folder / JOURNAL)) as db:
        db.execute("ATTACH ? AS source", (str(source / JOURNAL),))
        db.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -1000000;")
        db.execute("INSERT INTO recipe SELECT * FROM source.recipe")
        for table, own in _OF_BOOKS.items():
            _copy(db, table, own, "books", {"books": books, "pages": pages, "copied": 1})
        copied = db.execute("SELECT count(*) FROM source.version").fetchone()[0]
        for table, own in _OF_PAGES.items():
            _copy(db, table, own, "books, pages", {"books": books, "pages": pages, "copied": copied})
        db.commit()


def _copy(db: sqlite3.Connection, table: str, own: dict[str, str], of: str, values: dict[str, int]) -> None:
    columns = [row[1] for row in db.execute(f"PRAGMA source.table_info({table})")]
    shown = ", ".join(own.get(column, f"s.{column}") for column in columns)
    place = "p" if of == "books, pages" else "b"
    db.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) {_NUMBERS} SELECT {shown} FROM {of}"
        f" JOIN source.{table} s ON s.rowid = ({place} - 1) % :copied + 1 WHERE {_WITHOUT.get(table, 'true')}",
        values,
    )


def plan_seconds(folder: Path) -> float:
    """Return the CPU seconds until it is known which pages are to be processed."""
    with open_station(folder, purpose="bench") as station:
        began = time.process_time()
        events = process(station)
        next(events)
        taken = time.process_time() - began
        events.close()
    return taken


def main() -> None:
    """Print a row for each command."""
    source, folder = map(Path, sys.argv[1:3])
    books, pages = map(int, (*sys.argv[3:5], "5000", "200")[:2])
    if not folder.exists():
        began = time.monotonic()
        make_journal(source, folder, books, pages)
        print(f"{books * pages:,} pages in {books:,} books, made in {time.monotonic() - began:.0f} s")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for words in COMMANDS:
        command = ["--station", str(folder), *words]
        first = cpu_seconds(command)
        taken = statistics.median(cpu_seconds(command) for _ in range(REPEATS))
        print(f"| `{' '.join(words)}` | {first:.2f} | {taken:.3f} |", flush=True)
    planned = [plan_seconds(folder) for _ in range(REPEATS)]
    print(f"| plan of `process` | {planned[0]:.2f} | {statistics.median(planned):.3f} |")


if __name__ == "__main__":
    main()
