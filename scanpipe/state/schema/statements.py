"""What came to the first tables: what people state beside verdicts, by which account, and what came first."""

# What people typed into a workbook is taken over into the next revision, from the store where its folder is gone.
WORKBOOKS = "ALTER TABLE delivery ADD COLUMN workbook TEXT NOT NULL DEFAULT '';\n"

# Who, beside the person who says so, wrote a fact: the login of the account. Why and for which ticket terms or places
# changed.
COLUMNS = "".join(
    f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT '';\n"
    for table, column in (
        *((table, "login") for table in ("statement", "sheet", "placement", "verdict")),
        *((table, column) for table in ("statement", "placement") for column in ("reason", "ticket")),
    )
)

# What people state about the paper and its pictures, beside verdicts.
STATED = """
-- A picture that needs no page: dropped by a person as "surplus", or the "other_side" of a sheet that was scanned again
-- for one side. The newest row of a capture counts; "taken_back" makes it a picture like any other.
CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY,
    capture INTEGER NOT NULL REFERENCES capture,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    ticket TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX set_aside_capture ON set_aside (capture);

-- What a person states about a page of the paper book; the newest row of a page counts.
CREATE TABLE page_statement (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    page TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('missing', 'damaged', 'blank', 'withdrawn')),
    note TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    ticket TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX page_statement_page ON page_statement (book, page);

-- A book that was opened by mistake is closed, and may be opened again; the newest row of a book counts.
CREATE TABLE book_closing (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    decision TEXT NOT NULL CHECK (decision IN ('closed', 'reopened')),
    reason TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    ticket TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE VIEW closed_book AS
    SELECT * FROM book_closing
    WHERE id IN (SELECT max(id) FROM book_closing GROUP BY book) AND decision = 'closed';

CREATE VIEW current_page_statement AS
    SELECT * FROM page_statement
    WHERE id IN (SELECT max(id) FROM page_statement GROUP BY book, page) AND state <> 'withdrawn';

CREATE VIEW current_set_aside AS
    SELECT * FROM set_aside
    WHERE id IN (SELECT max(id) FROM set_aside GROUP BY capture) AND reason <> 'taken_back';

DROP VIEW unassigned;
CREATE VIEW unassigned AS
    SELECT s.book, c.* FROM capture c JOIN sheet s ON s.id = c.sheet
    WHERE NOT EXISTS (SELECT 1 FROM placement p WHERE p.capture = c.id)
      AND NOT EXISTS (SELECT 1 FROM current_set_aside a WHERE a.capture = c.id);

-- What a person ever sent back of a capture, on whatever page it stood; and what took the place of such a capture.
CREATE VIEW ever_sent_back AS
    SELECT p.book, p.capture, p.region
    FROM placement p JOIN verdict v ON v.placement = p.id
    WHERE v.decision <> 'accept' AND v.reason <> 'moved'
    UNION
    SELECT q.book, q.capture, q.region
    FROM placement q
    JOIN placement p ON p.id = (SELECT max(b.id) FROM placement b
                                WHERE b.book = q.book AND b.page = q.page AND b.id < q.id)
    JOIN verdict v ON v.placement = p.id
    WHERE v.decision = 'rescan' AND v.reason <> 'moved';
"""

# The clock may stand still or jump back, the order of rows does not. Who delivered, and the newest verdict, statement
# and placement that the delivery had read; the newest failure before a verdict. NULL in rows that are older than this.
ORDER = """
ALTER TABLE delivery ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN login TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN newest_verdict INTEGER;
ALTER TABLE delivery ADD COLUMN newest_statement INTEGER;
ALTER TABLE delivery ADD COLUMN newest_placement INTEGER;
ALTER TABLE verdict ADD COLUMN newest_failure INTEGER;
"""

# Where writing was found on the scan, so that a PDF is compared with that too; versions of old have none.
WRITING = "ALTER TABLE version ADD COLUMN writing TEXT NOT NULL DEFAULT '';\n"
