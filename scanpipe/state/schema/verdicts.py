"""Verdicts that count as said: those that were undone, and the copies that undoing made of others, do not."""

SAID = """
-- A verdict that undoing brought back is a copy, and names the one that it repeats.
ALTER TABLE verdict ADD COLUMN repeats INTEGER REFERENCES verdict;

-- An edit is undone while the last of those that undo it, undo that again, and so on, stands for its undoing.
CREATE INDEX edit_undoes ON edit (undoes) WHERE undoes IS NOT NULL;
CREATE VIEW undone_edit AS
    WITH RECURSIVE chain (edit, last, links) AS (
        SELECT undoes, id, 1 FROM edit WHERE undoes IS NOT NULL
        UNION ALL
        SELECT c.edit, e.id, c.links + 1 FROM chain c JOIN edit e ON e.undoes = c.last
    )
    SELECT edit FROM chain GROUP BY edit HAVING max(links) % 2 = 1;

CREATE VIEW said_verdict AS
    SELECT v.* FROM verdict v LEFT JOIN edit e ON e.id = v.edit
    WHERE e.undoes IS NULL AND (v.edit IS NULL OR v.edit NOT IN (SELECT edit FROM undone_edit));

-- What a person ever sent back of a capture, on whatever page it stood; and what took the place of such a capture.
DROP VIEW ever_sent_back;
CREATE VIEW ever_sent_back AS
    SELECT p.book, p.capture, p.region
    FROM placement p JOIN said_verdict v ON v.placement = p.id
    WHERE v.decision IN ('reject', 'redo', 'rescan')
    UNION
    SELECT q.book, q.capture, q.region
    FROM placement q
    JOIN placement p ON p.id = (SELECT max(b.id) FROM placement b
                                WHERE b.book = q.book AND b.page = q.page AND b.id < q.id)
    JOIN verdict v ON v.placement = p.id
    WHERE v.decision = 'rescan' AND (q.capture, q.region) <> (p.capture, p.region);
"""
