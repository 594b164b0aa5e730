"""What a person did to a book in one go, so that it can be undone by another such thing."""

_TABLES = ("statement", "capture", "placement", "verdict", "page_statement", "set_aside")

EDITS = (
    """
-- One thing that a person did to a book: a capture, a move, a statement. The rows that it wrote name it. One that
-- `undoes` another made everything as it was before that one; it can be undone in its turn.
CREATE TABLE edit (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    action TEXT NOT NULL,
    undoes INTEGER REFERENCES edit,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;
CREATE INDEX edit_book ON edit (book);
"""
    + "".join(f"ALTER TABLE {table} ADD COLUMN edit INTEGER REFERENCES edit;\n" for table in _TABLES)
    + """
-- A picture that had no place before a place was undone has none again: it is "unplaced", and needs one.
DROP VIEW unassigned;
DROP VIEW current_set_aside;
CREATE VIEW current_set_aside AS
    SELECT * FROM set_aside
    WHERE id IN (SELECT max(id) FROM set_aside GROUP BY capture) AND reason NOT IN ('taken_back', 'unplaced');
CREATE VIEW unassigned AS
    SELECT s.book, c.* FROM capture c JOIN sheet s ON s.id = c.sheet
    WHERE NOT EXISTS (SELECT 1 FROM current_set_aside a WHERE a.capture = c.id)
      AND (NOT EXISTS (SELECT 1 FROM placement p WHERE p.capture = c.id)
           OR (SELECT reason FROM set_aside a WHERE a.capture = c.id ORDER BY a.id DESC LIMIT 1) = 'unplaced');
"""
)
