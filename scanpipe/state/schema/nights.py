"""Unattended nights, what they did, and which parts of the store they read."""

NIGHTS = """
-- A page that, alone, killed the process that worked on it, or went beyond its bounds, is not tried again by itself.
ALTER TABLE failure ADD COLUMN final INTEGER NOT NULL DEFAULT 0 CHECK (final IN (0, 1));

-- A night that began; one without an end was killed, or goes on.
CREATE TABLE night (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;

-- How it ended, and its summary: codes and values as JSON, no words.
CREATE TABLE night_end (
    night INTEGER PRIMARY KEY REFERENCES night,
    outcome TEXT NOT NULL,
    summary TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- A folder of the store, named by the first two digits of its files, of which every file was read; `damaged` names
-- those that are damaged or gone.
CREATE TABLE store_reading (
    id INTEGER PRIMARY KEY,
    folder TEXT NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    damaged TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX store_reading_folder ON store_reading (folder);
"""
