"""Books that a person holds to be scanned completely."""

FINISHES = """
-- A person states that a book is scanned completely; `lacking` says what it lacks all the same. The newest row counts.
CREATE TABLE book_finish (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book,
    decision TEXT NOT NULL CHECK (decision IN ('finished', 'unfinished')),
    lacking TEXT NOT NULL,
    person TEXT NOT NULL,
    login TEXT NOT NULL DEFAULT '',
    edit INTEGER NOT NULL REFERENCES edit,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX book_finish_book ON book_finish (book);

CREATE VIEW finished_book AS
    SELECT * FROM book_finish
    WHERE id IN (SELECT max(id) FROM book_finish GROUP BY book) AND decision = 'finished';

-- A capture, room for a page and a dropped picture make a book unfinished, as a part of what was done.
CREATE TRIGGER edit_unfinishes AFTER INSERT ON edit
    WHEN NEW.undoes IS NULL AND NEW.action IN ('capture', 'insert', 'drop') BEGIN
        INSERT INTO book_finish (book, decision, lacking, person, login, edit, at)
            SELECT NEW.book, 'unfinished', '', NEW.person, NEW.login, NEW.id, NEW.at
            FROM finished_book WHERE book = NEW.book;
    END;
"""
