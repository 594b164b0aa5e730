"""Files of captures and of revisions as columns; placements that are released rather than sent back."""

# Where a file came from and what belongs to a revision had stood in texts, which were taken apart again.
FILES = """
DROP VIEW ever_sent_back;
DROP VIEW awaited;
DROP VIEW current_placement;
DROP VIEW current_verdict;
DROP TRIGGER sheet_no_update;
DROP TRIGGER sheet_no_delete;
DROP TRIGGER capture_no_update;
DROP TRIGGER capture_no_delete;

-- A sheet may be a page of a file: its folder and name, and its number in it where the file has several.
ALTER TABLE sheet ADD COLUMN file TEXT NOT NULL DEFAULT '';
ALTER TABLE sheet ADD COLUMN file_page INTEGER;
ALTER TABLE capture ADD COLUMN file_digest TEXT NOT NULL DEFAULT '';
CREATE TABLE file_sheet (sheet INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL) STRICT;
INSERT INTO file_sheet
    SELECT s.id,
           CASE instr(s.source, ' sha256:') WHEN 0 THEN s.source
                ELSE substr(s.source, 1, instr(s.source, ' sha256:') - 1) END,
           CASE instr(s.source, ' sha256:') WHEN 0 THEN ''
                ELSE substr(s.source, instr(s.source, ' sha256:') + length(' sha256:')) END
    FROM sheet s LEFT JOIN capture c ON c.sheet = s.id LEFT JOIN sheet_end e ON e.sheet = s.id
    WHERE c.device = 'folder' OR e.outcome = 'refused';
UPDATE capture SET file_digest = (SELECT f.digest FROM file_sheet f WHERE f.sheet = capture.sheet)
    WHERE sheet IN (SELECT sheet FROM file_sheet);
UPDATE sheet SET source = 'folder', file = f.name FROM file_sheet f WHERE f.sheet = sheet.id;
UPDATE sheet SET file_page = CAST(substr(file, length(rtrim(file, '0123456789')) + 1) AS INTEGER),
                 file = substr(file, 1, length(rtrim(file, '0123456789')) - 1)
    WHERE rtrim(file, '0123456789') LIKE '%#'
      AND substr(file, length(rtrim(file, '0123456789')) + 1, 1) BETWEEN '1' AND '9';
DROP TABLE file_sheet;
ALTER TABLE capture DROP COLUMN origin;

-- A placement that no longer counts, since its capture moved or nothing is to come there, was never sent back.
CREATE TABLE new_verdict (
    id INTEGER PRIMARY KEY,
    placement INTEGER NOT NULL REFERENCES placement,
    version INTEGER REFERENCES version,
    decision TEXT NOT NULL CHECK (decision IN ('accept', 'reject', 'redo', 'rescan', 'released')),
    reason TEXT NOT NULL,
    recipe TEXT REFERENCES recipe,
    person TEXT NOT NULL,
    ticket TEXT NOT NULL,
    at TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    newest_failure INTEGER
) STRICT;
INSERT INTO new_verdict
    SELECT id, placement, version, CASE reason WHEN 'moved' THEN 'released' ELSE decision END,
           CASE reason WHEN 'moved' THEN '' ELSE reason END, recipe, person, ticket, at, login, newest_failure
    FROM verdict;
DROP TABLE verdict;
ALTER TABLE new_verdict RENAME TO verdict;
CREATE INDEX verdict_placement ON verdict (placement);

-- What belongs to a revision beside its PDFs. "accompanying" lies beside its ZIPs; "rows" is what scanpipe writes into
-- its "workbook"; "imported" is a workbook of its folder as the revision `imported_by` took it over; "confirmed" are
-- the cells that people typed and scanpipe knew as well. With its manifest stand the newest rows that it had read.
-- The newest row of a file counts. NULL: a workbook whose revision scanpipe did not keep.
CREATE TABLE revision_file (
    id INTEGER PRIMARY KEY,
    book INTEGER REFERENCES book,
    revision INTEGER,
    role TEXT NOT NULL CHECK (role IN ('accompanying', 'rows', 'workbook', 'imported', 'confirmed')),
    name TEXT NOT NULL,
    imported_by INTEGER,
    digest TEXT NOT NULL,
    newest_verdict INTEGER,
    newest_statement INTEGER,
    newest_placement INTEGER,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX revision_file_revision ON revision_file (book, revision);
CREATE TABLE keyed_file (id INTEGER PRIMARY KEY, book INTEGER, kind TEXT NOT NULL, rest TEXT NOT NULL) STRICT;
INSERT INTO keyed_file
    SELECT d.id, b.id, substr(d.key, 1, instr(d.key, ' ') - 1),
           substr(d.key, instr(d.key, ' ') + length(b.name) + 1)
    FROM document d
    JOIN (SELECT id, unit_code || iif(unit_list = '', '', '@' || unit_list) || '/' || kind || '.'
                 || printf('%04d.%02d', year, volume) || ' r' AS name FROM book) b
      ON substr(d.key, instr(d.key, ' ') + 1, length(b.name)) = b.name
    WHERE substr(d.key, 1, instr(d.key, ' ')) IN ('paper ', 'workbook ');
INSERT INTO keyed_file
    SELECT id, NULL, 'file', '' FROM document
    WHERE key LIKE 'workbook %' AND id NOT IN (SELECT id FROM keyed_file);
INSERT INTO revision_file
    SELECT d.id, k.book, CAST(k.rest AS INTEGER), 'accompanying', substr(k.rest, instr(k.rest, ' ') + 1), NULL,
           d.digest, json_extract(d.facts, '$.verdict'), json_extract(d.facts, '$.statement'),
           json_extract(d.facts, '$.placement'), d.at
    FROM keyed_file k JOIN document d ON d.id = k.id WHERE k.kind = 'paper'
    UNION ALL
    SELECT d.id, k.book, CAST(k.rest AS INTEGER), 'confirmed', '', NULL, d.digest, NULL, NULL, NULL, d.at
    FROM keyed_file k JOIN document d ON d.id = k.id
    WHERE k.kind = 'workbook' AND k.rest = CAST(k.rest AS INTEGER) || ' confirmed'
    UNION ALL
    SELECT d.id, k.book, CAST(k.rest AS INTEGER), 'imported',
           substr(k.rest, instr(k.rest, ' ') + 1,
                  length(rtrim(k.rest, '0123456789')) - length(' taken by r') - instr(k.rest, ' ')),
           CAST(substr(k.rest, length(rtrim(k.rest, '0123456789')) + 1) AS INTEGER), d.digest, NULL, NULL, NULL, d.at
    FROM keyed_file k JOIN document d ON d.id = k.id
    WHERE k.kind = 'workbook' AND rtrim(k.rest, '0123456789') LIKE '% taken by r'
    UNION ALL
    SELECT d.id, l.book, l.revision, iif(l.workbook = d.digest OR l.workbook IS NULL, 'workbook', 'rows'), '', NULL,
           d.digest, NULL, NULL, NULL, d.at
    FROM keyed_file k JOIN document d ON d.id = k.id
    LEFT JOIN delivery l ON l.id = (
        SELECT min(m.id) FROM delivery m
        WHERE m.workbook = d.digest OR EXISTS (SELECT 1 FROM json_each(m.members) j WHERE j.value = d.digest))
    WHERE k.kind = 'file'
    ORDER BY 1;
CREATE TABLE new_document (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    facts TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
INSERT INTO new_document SELECT id, key, digest, facts, at FROM document WHERE id NOT IN (SELECT id FROM keyed_file);
DROP TABLE document;
DROP TABLE keyed_file;
ALTER TABLE new_document RENAME TO document;
CREATE INDEX document_key ON document (key);

-- Without these, each question about one book reads the rows of all.
CREATE INDEX sheet_book ON sheet (book);
CREATE INDEX placement_capture ON placement (capture);

CREATE VIEW current_verdict AS
    SELECT * FROM verdict WHERE id IN (SELECT max(id) FROM verdict GROUP BY placement);

-- The newest placement of every page; one that was sent back to the scanner, or released, no longer counts.
CREATE VIEW current_placement AS
    SELECT p.* FROM placement p LEFT JOIN current_verdict v ON v.placement = p.id
    WHERE p.id IN (SELECT max(id) FROM placement GROUP BY book, page)
      AND coalesce(v.decision, '') NOT IN ('rescan', 'released');

-- Pages that a person sent back to the scanner, and pages whose sheet or file failed, until they are there.
CREATE VIEW awaited AS
    SELECT p.book, p.page, p.capture, 'rescan' AS outcome, s.source, s.file, s.file_page, v.reason AS detail
    FROM placement p JOIN current_verdict v ON v.placement = p.id
    JOIN capture c ON c.id = p.capture JOIN sheet s ON s.id = c.sheet
    WHERE p.id IN (SELECT max(id) FROM placement GROUP BY book, page) AND v.decision = 'rescan'
    UNION ALL
    SELECT s.book, s.page, NULL, e.outcome, s.source, s.file, s.file_page, e.detail
    FROM sheet s JOIN sheet_end e ON e.sheet = s.id
    WHERE s.id IN (SELECT max(n.id) FROM sheet n JOIN sheet_end m ON m.sheet = n.id
                   WHERE n.page IS NOT NULL AND m.outcome <> 'empty' GROUP BY n.book, n.page)
      AND e.outcome IN ('refused', 'failed')
      AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.book = s.book AND p.page = s.page);

-- What a person ever sent back of a capture, on whatever page it stood; and what took the place of such a capture.
CREATE VIEW ever_sent_back AS
    SELECT p.book, p.capture, p.region
    FROM placement p JOIN verdict v ON v.placement = p.id
    WHERE v.decision IN ('reject', 'redo', 'rescan')
    UNION
    SELECT q.book, q.capture, q.region
    FROM placement q
    JOIN placement p ON p.id = (SELECT max(b.id) FROM placement b
                                WHERE b.book = q.book AND b.page = q.page AND b.id < q.id)
    JOIN verdict v ON v.placement = p.id
    WHERE v.decision = 'rescan';
"""
