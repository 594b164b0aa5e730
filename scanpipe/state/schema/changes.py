"""A mark of each book, another one after each change: what was worked out of its facts is known to hold still."""

_BY_SHEET = "(SELECT book FROM sheet WHERE id = new.sheet)"
_BY_CAPTURE = "(SELECT s.book FROM capture c JOIN sheet s ON s.id = c.sheet WHERE c.id = new.capture)"
_BY_PLACEMENT = "(SELECT book FROM placement WHERE id = new.placement)"
_BOOK_OF_ROW = {
    **dict.fromkeys(("statement", "sheet", "placement", "page_statement", "book_closing", "delivery"), "new.book"),
    **dict.fromkeys(("qa_lot", "book_finish", "ticket", "edit", "typed_cell", "book_move"), "new.book"),
    **dict.fromkeys(("sheet_end", "capture"), _BY_SHEET),
    **dict.fromkeys(("version", "failure", "set_aside"), _BY_CAPTURE),
    "verdict": _BY_PLACEMENT,
    "qa_page": "(SELECT book FROM qa_lot WHERE id = new.lot)",
    "second_opinion": "(SELECT p.book FROM verdict v JOIN placement p ON p.id = v.placement WHERE v.id = new.verdict)",
}


def change_marker(table: str, book: str = "new.book") -> str:
    """Return the trigger that marks the book of each new row of a table; `book` tells which it is."""
    return (
        f"CREATE TRIGGER {table}_marks_book AFTER INSERT ON {table} BEGIN\n"
        f"    INSERT INTO book_mark VALUES ({book}, hex(randomblob(8)))\n"
        "    ON CONFLICT (book) DO UPDATE SET mark = excluded.mark;\n"
        "END;\n"
    )


CHANGES = """
-- A mark drawn by lot at each fact of a book; a count would come again where an older journal is restored. A book
-- without a row has had no fact since marks are kept. It is no fact itself.
CREATE TABLE book_mark (book INTEGER PRIMARY KEY, mark TEXT NOT NULL) STRICT;
""" + "".join(change_marker(table, book) for table, book in _BOOK_OF_ROW.items())
