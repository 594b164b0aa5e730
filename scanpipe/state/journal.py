"""The journal: append-only facts in SQLite, on a local disk; several processes may write, in short transactions.

Only commands open it, never their workers.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from scanpipe.errors import BookExists, StateError
from scanpipe.messages import lazy
from scanpipe.model import Book, BookId, Page, Placement
from scanpipe.state.connection import connect, scratch_database, sqlite_errors_named
from scanpipe.state.migration import is_journal, migrate, migrated
from scanpipe.state.schema import MIGRATIONS
from scanpipe.system.fsio import readable_name

Clock = Callable[[], datetime]
Value = str | int | float | None


def json_text(value: Any) -> str:
    """Return the value as canonical JSON: sorted keys, dates as ISO text."""
    return msgspec.json.encode(value, order="sorted").decode()


def _now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """One open connection; `write=False` opens a view that cannot change anything.

    Every fact of a table that asks for it carries `login`, the account that wrote it, whoever the person is; and
    `edit`, what a person did that it is a part of.
    Only `create` makes a journal: where there should be one, an empty file is a lost journal, not a new one.
    """

    def __init__(self, path: Path, *, write: bool, create: bool = False, clock: Clock = _now, login: str = "") -> None:
        mode = "rwc" if create else "rw" if write else "ro"
        self._clock, self._login = clock, login
        self._signed: frozenset[str] = frozenset()
        self._edited: frozenset[str] = frozenset()
        self._edit: int | None = None
        self.path = path
        self.db: sqlite3.Connection = connect(path, mode)
        with sqlite_errors_named(path):
            if not create:
                self._refuse_lost()
            if write:
                self.db.execute("PRAGMA journal_mode = WAL")
                self.db.execute("PRAGMA synchronous = FULL")
                self._migrate()
                self._signed, self._edited = map(self._tables_with, ("login", "edit"))
            elif migrated(self.db) < len(MIGRATIONS):
                self._migrate_a_copy()
            self.db.execute("PRAGMA foreign_keys = ON")
            self.db.row_factory = sqlite3.Row

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the facts written in the block appear together or not at all; nobody else writes meanwhile.

        A transaction within another is a part of it.

        Raises:
            DiskFull: no room; nothing was written.
            StationLocked: another process wrote for too long.
        """
        if self.db.in_transaction:
            yield
            return
        with sqlite_errors_named(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Make all that is read in the block be of one moment, whoever writes meanwhile."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            self.db.execute("ROLLBACK")

    @contextmanager
    def edit(
        self, book: int, action: str, *, person: str, ticket: str = "", undoes: int | None = None
    ) -> Iterator[None]:
        """Make the block one transaction and one thing that a person did, for a ticket; it is undone as a whole.

        One within another is a part of it.
        """
        with self.transaction():
            if self._edit is not None:
                yield
                return
            self._edit = self.append("edit", book=book, action=action, undoes=undoes, person=person, ticket=ticket)
            try:
                yield
            finally:
                self._edit = None

    def append(self, table: str, **fields: Value) -> int:
        """Write one fact with the time it became known; return its row number."""
        return self._insert("INSERT", table, fields)

    def append_once(self, table: str, **fields: Value) -> int:
        """Write one fact unless it stands there already."""
        return self._insert("INSERT OR IGNORE", table, fields)

    def _insert(self, verb: str, table: str, fields: dict[str, Value]) -> int:
        fields = {**fields, "at": self._clock().isoformat(timespec="milliseconds")}
        if table in self._signed:
            fields["login"] = self._login
        if table in self._edited:
            fields["edit"] = self._edit
        if table == "verdict":
            fields.setdefault("newest_failure", self.newest("failure"))  # those before it no longer count
        names = ", ".join(fields)
        marks = ", ".join("?" * len(fields))
        # Table and column names are literals of this package, never input.
        values = [readable_name(value) if isinstance(value, str) else value for value in fields.values()]
        cursor = self.db.execute(f"{verb} INTO {table} ({names}) VALUES ({marks})", values)
        return int(cursor.lastrowid or 0)

    def add_book(self, book: Book, *, person: str) -> int:
        """Open a book on this station.

        Raises:
            BookExists: it is there already, or was closed.
        """
        with self.transaction():
            if known := self.db.execute(_FIND_BOOK, _book_fields(book.id)).fetchone():
                raise self._book_exists(known["id"], book.id)
            row = self.append("book", **_book_fields(book.id))
            self.append("statement", book=row, terms=_terms(book), person=person)
        return row

    def _book_exists(self, row: int, book: BookId) -> BookExists:
        if self.db.execute("SELECT 1 FROM exported_book WHERE book = ?", (row,)).fetchone():
            return BookExists(
                lazy("The book {book} was exported from this machine.", book=book),
                remedy=lazy("To go on with it here, import its newest bag: scanpipe book import BAG"),
            )
        closed = self.db.execute("SELECT reason FROM closed_book WHERE book = ?", (row,)).fetchone()
        if closed:
            return BookExists(
                lazy("The book {book} was closed: {reason}", book=book, reason=closed["reason"]),
                remedy=lazy("Run 'scanpipe book reopen {book}' to open it again.", book=book),
            )
        return BookExists(
            lazy("The book {book} is already on this station.", book=book),
            remedy=lazy(
                "Run 'scanpipe book show {book}' to see it. To open another volume, use another --volume.", book=book
            ),
        )

    def state_terms(self, row: int, book: Book, *, person: str, reason: str = "", ticket: str = "") -> None:
        """Write what the book states about itself from now on, why, and for which ticket."""
        with self.edit(row, "amend", person=person, ticket=ticket):
            self.append("statement", book=row, terms=_terms(book), person=person, reason=reason, ticket=ticket)

    def close_book(self, row: int, *, reason: str, person: str, ticket: str = "") -> None:
        """Write that the book was opened by mistake: no list names it any more, and all that it has is kept."""
        self.add_fact("book_closing", book=row, decision="closed", reason=reason, person=person, ticket=ticket)

    def reopen_book(self, row: int, *, reason: str, person: str, ticket: str = "") -> None:
        """Write that a closed book is one like any other again."""
        self.add_fact("book_closing", book=row, decision="reopened", reason=reason, person=person, ticket=ticket)

    def state_pages(
        self, book: int, pages: Sequence[Page], state: str, *, note: str, person: str, ticket: str = ""
    ) -> None:
        """Write what is stated about pages of the paper book; the state "withdrawn" takes it back."""
        with self.edit(book, "mark", person=person, ticket=ticket):
            for page in pages:
                said = {"state": state, "note": note, "person": person, "ticket": ticket}
                self.append("page_statement", book=book, page=page.label, **said)

    def open_feed(self, book: int, *, device: str, source: str, counted: int | None, operator: str) -> int:
        """Write that a scanner begins to take sheets for a book."""
        return self.add_fact("feed", book=book, device=device, source=source, counted=counted, operator=operator)

    def end_feed(
        self, feed: int, outcome: str, *, sheets: int, images: int, moved: int | None, detail: str = ""
    ) -> None:
        """Write how the run ended, and its counts."""
        counts = {"sheets": sheets, "images": images, "moved": moved}
        self.add_fact("feed_end", feed=feed, outcome=outcome, detail=detail, **counts)

    def open_sheet(
        self,
        book: int,
        page: Page | None,
        *,
        source: str,
        operator: str,
        feed: int | None = None,
        number: int | None = None,
    ) -> int:
        """Write the intent to move a sheet of paper; it is suspect until its end or its capture is written."""
        fields = {"page": page.label if page else None, "source": source, "feed": feed, "number": number}
        return self.add_fact("sheet", book=book, operator=operator, **fields)

    def end_sheet(self, sheet: int, outcome: str, detail: str = "") -> None:
        """Write how the sheet's way ended."""
        with self.transaction():
            self.append("sheet_end", sheet=sheet, outcome=outcome, detail=detail)

    def add_capture(
        self,
        book: int,
        placements: Sequence[Placement],
        *,
        sheet: int | None,
        operator: str,
        set_aside: str = "",
        file: tuple[str, int | None] = ("", None),
        reason: str = "",
        ticket: str = "",
        **fields: Value,
    ) -> int:
        """Write, in one step, the capture, the end of its sheet, its placements, and that older suspects are replaced.

        No placements: the book has no room for it, or it needs none for the reason `set_aside` (a code, "other_side").
        `sheet` None means that no paper moved: a sheet for the page of the imported `file`, which is its name and the
        number of the page where it has several, is written with the capture. `reason`, `ticket`: why it replaces one.
        """
        label = placements[0].page.label if placements else None
        with self.transaction() if set_aside else self.edit(book, "capture", person=operator, ticket=ticket):
            if sheet is None:
                sheet = self._append_file_sheet(book, label, file, operator)
            capture = self.append("capture", sheet=sheet, **fields)
            self.append("sheet_end", sheet=sheet, outcome="captured", detail="")
            for placement in placements:
                self._place(book, capture, placement, operator, reason=reason, ticket=ticket)
            if set_aside:
                self.set_aside(capture, reason=set_aside, person=operator)
            # A later sheet for the page is under way: its fate is not known yet.
            for row in self.db.execute(_OLDER_SUSPECTS, (book, label, sheet)).fetchall():
                self.append("sheet_end", sheet=row["id"], outcome="replaced", detail="")
        return capture

    def _append_file_sheet(self, book: int, label: str | None, file: tuple[str, int | None], operator: str) -> int:
        name, number = file
        fields = {"source": "folder", "file": name, "file_page": number, "operator": operator}
        return self.append("sheet", book=book, page=label, **fields)

    def set_aside(self, capture: int, *, reason: str, person: str, note: str = "", ticket: str = "") -> None:
        """Write, within a transaction, that a capture needs no page; with "taken_back" or "unplaced", that it does."""
        self.append("set_aside", capture=capture, reason=reason, note=note, person=person, ticket=ticket)

    def place_captures(
        self,
        book: int,
        rows: Sequence[tuple[int, Placement]],
        *,
        release: Sequence[int],
        person: str,
        reason: str = "",
        ticket: str = "",
    ) -> None:
        """Write, in one step, which captures stand on which pages from now on, and which placements no longer count."""
        with self.edit(book, "place", person=person, ticket=ticket):
            for placement in release:
                self._release(placement, person, ticket=ticket)
            for capture, place in rows:
                self._place(book, capture, place, person, reason=reason, ticket=ticket)

    def _release(self, placement: int, person: str, *, ticket: str = "") -> None:
        facts = {"version": None, "decision": "released", "reason": "", "recipe": None, "ticket": ticket}
        self.append("verdict", placement=placement, person=person, **facts)

    def _place(self, book: int, capture: int, placement: Placement, person: str, **why: str) -> None:
        page, region = placement.page.label, placement.region
        if self.db.execute(_IS_UNPLACED, (capture,)).fetchone():
            self.set_aside(capture, reason="taken_back", person=person)
        self.append("placement", book=book, page=page, capture=capture, region=region, person=person, **why)

    def refuse_file(
        self, book: int, page: Page | None, *, file: tuple[str, int | None], reason: str, operator: str
    ) -> None:
        """Write that a file for `page` was refused, in one step."""
        with self.transaction():
            sheet = self._append_file_sheet(book, page.label if page else None, file, operator)
            self.append("sheet_end", sheet=sheet, outcome="refused", detail=reason)

    def add_recipe(self, recipe: str, *, name: str, body: str) -> None:
        """Write a recipe once."""
        with self.transaction():
            self.append_once("recipe", id=recipe, name=name, body=body)

    def add_version(self, **fields: Value) -> None:
        """Write what was made of a capture; made again with the same result, it stands there already."""
        with self.transaction():
            self.append_once("version", **fields)

    def add_fact(self, table: str, **fields: Value) -> int:
        """Write one fact in a transaction of its own."""
        with self.transaction():
            return self.append(table, **fields)

    def add_facts(self, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Write several facts of one kind, all or none."""
        with self.transaction():
            for row in rows:
                self.append(table, **row)

    def newest(self, table: str) -> int:
        """Return the newest row of a table, 0 where it has none: rows tell what came first, the clock does not."""
        return int(self.db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])

    def newest_time(self) -> datetime | None:
        """Return when the newest fact about paper or pages was written."""
        query = "SELECT max(at) FROM (SELECT max(at) AS at FROM sheet UNION SELECT max(at) FROM version)"
        newest = self.db.execute(query).fetchone()[0]
        return datetime.fromisoformat(newest) if newest else None

    def _tables_with(self, column: str) -> frozenset[str]:
        return frozenset(row[0] for row in self.db.execute(_TABLES_WITH, (column,)))

    def _refuse_lost(self) -> None:
        if not is_journal(self.db):
            raise StateError(
                lazy("The journal {path} is empty.", path=self.path),
                remedy=lazy("Keep the file and the store. Then replace the journal with its newest backup."),
            )

    def _migrate_a_copy(self) -> None:
        """Read an older scanpipe's journal, which only a writer may change, as its migration will leave it."""
        copy = scratch_database()
        self.db.backup(copy)
        self.db.close()
        self.db = copy
        self._migrate()
        self.db.execute("PRAGMA query_only = ON")

    def _migrate(self) -> None:
        if migrated(self.db) != len(MIGRATIONS):
            with self.transaction():
                migrate(self.db, self.path, record=lambda version: self.append("migration", version=version))


_TABLES_WITH = (
    "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = ?"
)
_FIND_BOOK = """
SELECT id FROM book
WHERE unit_code = :unit_code AND unit_list = :unit_list AND kind = :kind AND year = :year AND volume = :volume
"""


_IS_UNPLACED = """
SELECT 1 FROM set_aside WHERE id = (SELECT max(id) FROM set_aside WHERE capture = ?) AND reason = 'unplaced'
"""
_OLDER_SUSPECTS = "SELECT id FROM suspect WHERE book = ? AND page = ? AND id < ?"


def _book_fields(book: BookId) -> dict[str, Value]:
    return {
        "unit_code": book.unit_code,
        "unit_list": book.unit_list,
        "kind": book.kind,
        "year": book.year,
        "volume": book.volume,
    }


def _terms(book: Book) -> str:
    fields = msgspec.to_builtins(book)
    del fields["id"]
    return json_text(fields)
