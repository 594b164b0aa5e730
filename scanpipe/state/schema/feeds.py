"""Runs of a scanner over a stack of paper, sheet by sheet; and what a scanner's own test found."""

FEEDS = """
-- One run of a scanner; `counted` are the sheets that a person counted before they went in.
CREATE TABLE feed (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    device TEXT NOT NULL,
    source TEXT NOT NULL,
    counted INTEGER,
    operator TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;

-- How it ended: sheets that went in, pictures that came, and sheets that the device says it moved, where it says so.
CREATE TABLE feed_end (
    feed INTEGER PRIMARY KEY REFERENCES feed,
    outcome TEXT NOT NULL CHECK (outcome IN ('ended', 'halted', 'failed')),
    sheets INTEGER NOT NULL,
    images INTEGER NOT NULL,
    moved INTEGER,
    detail TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- The run that a sheet went in with, and the number of the sheet of paper in it, from 1: both its sides have the same.
ALTER TABLE sheet ADD COLUMN feed INTEGER REFERENCES feed;
ALTER TABLE sheet ADD COLUMN number INTEGER;
-- The number that an endorser printed on the sheet.
ALTER TABLE capture ADD COLUMN printed INTEGER;

CREATE TABLE selftest (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    profile TEXT NOT NULL,
    dpi REAL NOT NULL,
    report TEXT NOT NULL,
    digest TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;
CREATE INDEX selftest_device ON selftest (device);
"""
