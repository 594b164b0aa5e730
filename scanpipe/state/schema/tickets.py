"""Tickets: letters that ask for the change of a delivered book, and who approved it."""

TICKETS = """
-- A ticket of a book, by the number that its letter has.
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    number TEXT NOT NULL,
    dated TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    note TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    UNIQUE (book, number)
) STRICT;

-- For which ticket something was done; and the newest of what was done that a delivery had read.
ALTER TABLE edit ADD COLUMN ticket TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN newest_edit INTEGER;
ALTER TABLE revision_file ADD COLUMN newest_edit INTEGER;
"""
