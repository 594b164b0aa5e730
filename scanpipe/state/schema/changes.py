"""How often the facts of each book changed: a count, so that what was worked out of them is known to hold still."""

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


def change_counter(table: str, book: str = "new.book") -> str:
    """Return the trigger that counts the rows of a table; `book` tells the book of a new one."""
    return (
        f"CREATE TRIGGER {table}_changes_book AFTER INSERT ON {table} BEGIN\n"
        f"    INSERT INTO book_changes VALUES ({book}, 1) ON CONFLICT (book) DO UPDATE SET number = number + 1;\n"
        "END;\n"
    )


CHANGES = """
-- How many facts of a book were written since this table is kept; a book without a row has none. It is no fact itself.
CREATE TABLE book_changes (book INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
""" + "".join(change_counter(table, book) for table, book in _BOOK_OF_ROW.items())
