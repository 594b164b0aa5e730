"""The first tables of the journal: facts of books, paper, captures and pages; and views of what is current."""

FACTS = """
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

VIEWS = """
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
