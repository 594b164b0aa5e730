"""What is newest, asked row by row: a question about one book goes by the indexes and reads no rows of the others."""

NEWEST = """
CREATE INDEX statement_book ON statement (book);
CREATE INDEX sheet_page ON sheet (book, page);

DROP VIEW current_statement;
CREATE VIEW current_statement AS
    SELECT * FROM statement s WHERE NOT EXISTS (SELECT 1 FROM statement t WHERE t.book = s.book AND t.id > s.id);

DROP VIEW current_page_statement;
CREATE VIEW current_page_statement AS
    SELECT * FROM page_statement s
    WHERE s.state <> 'withdrawn'
      AND NOT EXISTS (SELECT 1 FROM page_statement t WHERE t.book = s.book AND t.page = s.page AND t.id > s.id);

DROP VIEW current_set_aside;
CREATE VIEW current_set_aside AS
    SELECT * FROM set_aside s
    WHERE s.reason NOT IN ('taken_back', 'unplaced')
      AND NOT EXISTS (SELECT 1 FROM set_aside t WHERE t.capture = s.capture AND t.id > s.id);

DROP VIEW current_verdict;
CREATE VIEW current_verdict AS
    SELECT * FROM verdict v
    WHERE NOT EXISTS (SELECT 1 FROM verdict w WHERE w.placement = v.placement AND w.id > v.id);

-- The newest placement of every page, whatever was said of it since.
CREATE VIEW newest_placement AS
    SELECT * FROM placement p
    WHERE NOT EXISTS (SELECT 1 FROM placement q WHERE q.book = p.book AND q.page = p.page AND q.id > p.id);

-- The newest placement of every page; one that was sent back to the scanner, or released, no longer counts.
DROP VIEW current_placement;
CREATE VIEW current_placement AS
    SELECT p.* FROM newest_placement p
    WHERE coalesce((SELECT v.decision FROM verdict v WHERE v.placement = p.id ORDER BY v.id DESC LIMIT 1), '')
        NOT IN ('rescan', 'released');

-- Pages that a person sent back to the scanner, and pages whose sheet or file failed, until they are there.
DROP VIEW awaited;
CREATE VIEW awaited AS
    SELECT p.book, p.page, p.capture, 'rescan' AS outcome, s.source, s.file, s.file_page, v.reason AS detail
    FROM newest_placement p JOIN current_verdict v ON v.placement = p.id
    JOIN capture c ON c.id = p.capture JOIN sheet s ON s.id = c.sheet
    WHERE v.decision = 'rescan'
    UNION ALL
    SELECT s.book, s.page, NULL, e.outcome, s.source, s.file, s.file_page, e.detail
    FROM sheet s JOIN sheet_end e ON e.sheet = s.id
    WHERE s.page IS NOT NULL AND e.outcome IN ('refused', 'failed')
      AND NOT EXISTS (SELECT 1 FROM sheet n JOIN sheet_end m ON m.sheet = n.id
                      WHERE n.book = s.book AND n.page = s.page AND n.id > s.id AND m.outcome <> 'empty')
      AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.book = s.book AND p.page = s.page);

-- What a person ever sent back of a capture, on whatever page it stood; and what took the place of such a capture.
DROP VIEW ever_sent_back;
CREATE VIEW ever_sent_back AS
    SELECT p.book, p.capture, p.region
    FROM placement p JOIN said_verdict v ON v.placement = p.id
    WHERE v.decision IN ('reject', 'redo', 'rescan')
    UNION ALL
    SELECT q.book, q.capture, q.region
    FROM placement q
    JOIN placement p ON p.id = (SELECT max(b.id) FROM placement b
                                WHERE b.book = q.book AND b.page = q.page AND b.id < q.id)
    JOIN verdict v ON v.placement = p.id
    WHERE v.decision = 'rescan' AND (q.capture, q.region) <> (p.capture, p.region);
"""
