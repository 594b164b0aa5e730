"""Copies of the station elsewhere, and masters that only they hold."""

BACKUPS = """
-- A folder that holds backups of this station; `id` stands in the folder itself. It is written before the folder is.
CREATE TABLE backup_target (
    id TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;

-- A backup that was read back: where it lay, its snapshot, the newest delivery that it knows, how many blobs it names
-- and their bytes, how many of them were copied, and how many it lacks since the station had lost them.
CREATE TABLE backup (
    id INTEGER PRIMARY KEY,
    target TEXT NOT NULL REFERENCES backup_target,
    folder TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    newest_delivery INTEGER NOT NULL,
    blobs INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    copied INTEGER NOT NULL,
    lacking INTEGER NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;

-- A master that was freed, or is about to be: the two backups that were read just before, and hold it. A master that
-- is in the store all the same was brought back, or captured again.
CREATE TABLE freed_master (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,
    book INTEGER NOT NULL REFERENCES book,
    target TEXT NOT NULL REFERENCES backup_target,
    second_target TEXT NOT NULL REFERENCES backup_target,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
) STRICT;
CREATE INDEX freed_master_digest ON freed_master (digest);
"""
