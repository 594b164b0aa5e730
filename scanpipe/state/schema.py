"""The journal's tables: append-only facts, and views of what is current.

Nothing is updated, nothing deleted; triggers see to it. Each migration runs in one transaction with its own record.
"""

_FACTS = """
CREATE TABLE book (
    id INTEGER PRIMARY KEY,
    unit_code TEXT NOT NULL,
    unit_list TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    volume INTEGER NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (unit_code, unit_list, kind, year, volume)
) STRICT;

-- What a book states about itself (JSON of model.Book without its id); the newest counts.
CREATE TABLE statement (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    terms TEXT NOT NULL,
    person TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- The intent to move paper, written before the scanner starts. A page of NULL: more paper than the book has room for.
CREATE TABLE sheet (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    page TEXT,
    source TEXT NOT NULL,
    operator TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE sheet_end (
    sheet INTEGER PRIMARY KEY REFERENCES sheet,
    outcome TEXT NOT NULL CHECK (outcome IN ('captured', 'empty', 'failed', 'refused', 'replaced')),
    detail TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE capture (
    id INTEGER PRIMARY KEY,
    sheet INTEGER NOT NULL UNIQUE REFERENCES sheet,
    side TEXT NOT NULL,
    digest TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    dpi REAL NOT NULL,
    device TEXT NOT NULL,
    origin TEXT NOT NULL,
    flags TEXT NOT NULL,
    checks TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE placement (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    page TEXT NOT NULL,
    capture INTEGER NOT NULL REFERENCES capture,
    region TEXT NOT NULL,
    person TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX placement_page ON placement (book, page);

CREATE TABLE recipe (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE version (
    id INTEGER PRIMARY KEY,
    capture INTEGER NOT NULL REFERENCES capture,
    region TEXT NOT NULL,
    recipe TEXT NOT NULL REFERENCES recipe,
    image TEXT NOT NULL,
    mask TEXT NOT NULL,
    words TEXT NOT NULL,
    text_layer TEXT NOT NULL,
    dpi REAL NOT NULL,
    confidence REAL,
    flags TEXT NOT NULL,
    report TEXT NOT NULL,
    tools TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (capture, region, recipe, image, mask, words, text_layer)
) STRICT;

CREATE TABLE failure (
    id INTEGER PRIMARY KEY,
    capture INTEGER NOT NULL REFERENCES capture,
    region TEXT NOT NULL,
    recipe TEXT NOT NULL REFERENCES recipe,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX failure_capture ON failure (capture, region, recipe);

CREATE TABLE verdict (
    id INTEGER PRIMARY KEY,
    placement INTEGER NOT NULL REFERENCES placement,
    version INTEGER REFERENCES version,
    decision TEXT NOT NULL CHECK (decision IN ('accept', 'reject', 'redo', 'rescan')),
    reason TEXT NOT NULL,
    recipe TEXT REFERENCES recipe,
    person TEXT NOT NULL,
    ticket TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX verdict_placement ON verdict (placement);

-- A file made from exactly the inputs that its key digests, so that an unchanged page set keeps its bytes for ever.
CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    facts TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX document_key ON document (key);

CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    revision INTEGER NOT NULL,
    zip_digest TEXT NOT NULL,
    folder TEXT NOT NULL,
    members TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (book, revision)
) STRICT;
"""

_VIEWS = """
CREATE VIEW current_statement AS
    SELECT * FROM statement WHERE id IN (SELECT max(id) FROM statement GROUP BY book);

CREATE VIEW current_verdict AS
    SELECT * FROM verdict WHERE id IN (SELECT max(id) FROM verdict GROUP BY placement);

-- The newest placement of every page; one that was sent back to the scanner no longer counts.
CREATE VIEW current_placement AS
    SELECT p.* FROM placement p LEFT JOIN current_verdict v ON v.placement = p.id
    WHERE p.id IN (SELECT max(id) FROM placement GROUP BY book, page)
      AND coalesce(v.decision, '') <> 'rescan';

-- Paper that was moved and whose fate is unknown: a crash in mid-page.
CREATE VIEW suspect AS
    SELECT s.* FROM sheet s WHERE NOT EXISTS (SELECT 1 FROM sheet_end e WHERE e.sheet = s.id);

-- Pages that a person sent back to the scanner, and pages whose sheet or file came to grief, until they are there.
CREATE VIEW awaited AS
    SELECT p.book, p.page, p.capture, 'rescan' AS outcome, c.origin AS source, v.reason AS detail
    FROM placement p JOIN current_verdict v ON v.placement = p.id JOIN capture c ON c.id = p.capture
    WHERE p.id IN (SELECT max(id) FROM placement GROUP BY book, page)
      AND v.decision = 'rescan' AND v.reason <> 'moved'
    UNION ALL
    SELECT s.book, s.page, NULL, e.outcome, s.source, e.detail
    FROM sheet s JOIN sheet_end e ON e.sheet = s.id
    WHERE s.id IN (SELECT max(n.id) FROM sheet n JOIN sheet_end m ON m.sheet = n.id
                   WHERE n.page IS NOT NULL AND m.outcome <> 'empty' GROUP BY n.book, n.page)
      AND e.outcome IN ('refused', 'failed')
      AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.book = s.book AND p.page = s.page);

CREATE VIEW unassigned AS
    SELECT s.book, c.* FROM capture c JOIN sheet s ON s.id = c.sheet
    WHERE NOT EXISTS (SELECT 1 FROM placement p WHERE p.capture = c.id);
"""


def _guards(*tables: str) -> str:
    """Return the triggers that keep tables append-only."""
    return "".join(
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;\n"
        for table in tables
        for verb in ("update", "delete")
    )


_GUARDS = _guards(
    *("book", "statement", "sheet", "sheet_end", "capture", "placement"),
    *("recipe", "version", "failure", "verdict", "document", "delivery"),
)

# What people typed into a workbook is taken over into the next revision, from the store where its folder is gone.
_WORKBOOKS = "ALTER TABLE delivery ADD COLUMN workbook TEXT NOT NULL DEFAULT '';\n"

# Who, beside the person who says so, wrote a fact: the login of the account. Why and for which ticket terms or places
# changed.
_COLUMNS = "".join(
    f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT '';\n"
    for table, column in (
        *((table, "login") for table in ("statement", "sheet", "placement", "verdict")),
        *((table, column) for table in ("statement", "placement") for column in ("reason", "ticket")),
    )
)

# What people state about the paper and its pictures, beside verdicts.
_STATED = """
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
_ORDER = """
ALTER TABLE delivery ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN login TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN newest_verdict INTEGER;
ALTER TABLE delivery ADD COLUMN newest_statement INTEGER;
ALTER TABLE delivery ADD COLUMN newest_placement INTEGER;
ALTER TABLE verdict ADD COLUMN newest_failure INTEGER;
"""

# Where writing was found on the scan, so that a PDF is compared with that too; versions of old have none.
_WRITING = "ALTER TABLE version ADD COLUMN writing TEXT NOT NULL DEFAULT '';\n"

MIGRATIONS: tuple[str, ...] = (
    _FACTS + _VIEWS + _GUARDS,
    _WORKBOOKS,
    _COLUMNS + _STATED + _guards("set_aside", "page_statement", "book_closing"),
    _ORDER,
    _WRITING,
)
