"""Books that leave a machine in a bag, and come to one."""

MOVES = """
-- A book went "out" of this station in a bag, or came "in" with one; the newest row of a book counts. `facts` is the
-- sha256 of the facts in the bag, `host` the machine that the bag was made on.
CREATE TABLE book_move (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
    facts TEXT NOT NULL,
    host TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;
CREATE INDEX book_move_book ON book_move (book);

CREATE VIEW exported_book AS
    SELECT * FROM book_move
    WHERE id IN (SELECT max(id) FROM book_move GROUP BY book) AND direction = 'out';
"""
