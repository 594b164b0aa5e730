"""Which pages a person looks at, and what a second person thinks of some of them."""

QA = """
-- A lot: the pages of a book that one operator captured with one scanner, and the plan by which a person looks at some
-- of them. `terms` (JSON) says where its numbers come from.
CREATE TABLE qa_lot (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    operator TEXT NOT NULL,
    device TEXT NOT NULL,
    seed TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('iso2859', 'share')),
    terms TEXT NOT NULL,
    accept INTEGER NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX qa_lot_book ON qa_lot (book);

-- A page of a lot. One that was drawn is a part of the random sample; the worst by their score are looked at as well.
CREATE TABLE qa_page (
    id INTEGER PRIMARY KEY,
    lot INTEGER NOT NULL REFERENCES qa_lot,
    page TEXT NOT NULL,
    capture INTEGER NOT NULL REFERENCES capture,
    region TEXT NOT NULL,
    chosen TEXT NOT NULL CHECK (chosen IN ('', 'random', 'worst')),
    twice INTEGER NOT NULL CHECK (twice IN (0, 1)),
    at TEXT NOT NULL,
    UNIQUE (lot, capture, region)
) STRICT;

-- What another person thinks of a page that was judged; it changes nothing of that page.
CREATE TABLE second_opinion (
    id INTEGER PRIMARY KEY,
    verdict INTEGER NOT NULL REFERENCES verdict,
    decision TEXT NOT NULL CHECK (decision IN ('accept', 'reject')),
    reason TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
"""

NOTES = """
-- What a person adds to a verdict, in words.
ALTER TABLE verdict ADD COLUMN note TEXT NOT NULL DEFAULT '';
"""
