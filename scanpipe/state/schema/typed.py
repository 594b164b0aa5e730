"""What people type for the workbook of a book while they look at its pages."""

TYPED = """
-- A cell of the workbook that a person typed. `rows` is the digest of what scanpipe would have written into the
-- workbook at that moment, which tells the case by its scans; `shown` is what stood in the cell. One whose edit was
-- undone does not count; of the others the newest of a cell does.
CREATE TABLE typed_cell (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    rows TEXT NOT NULL,
    year INTEGER NOT NULL,
    number TEXT NOT NULL,
    header TEXT NOT NULL,
    value TEXT NOT NULL,
    shown TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    edit INTEGER NOT NULL REFERENCES edit,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX typed_cell_book ON typed_cell (book);

-- The workbook of a revision holds what was typed up to an edit. The newest row of a revision counts.
CREATE TABLE typed_merged (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    revision INTEGER NOT NULL,
    newest_edit INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
"""
