"""What is newest of one book is found by the indexes, however many books a station has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.state.journal import Journal

SMALL = ("edit", "chain", "undone_edit", "c", "CONSTANT")
"""What is read of the few edits that were undone."""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.sqlite", write=True, create=True)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM current_placement WHERE book = 1",
        "SELECT * FROM awaited WHERE book = 1",
        "SELECT * FROM ever_sent_back WHERE book = 1",
        "SELECT * FROM unassigned WHERE book = 1",
        "SELECT * FROM suspect WHERE book = 1",
        "SELECT * FROM current_page_statement WHERE book = 1",
        "SELECT * FROM current_statement WHERE book = 1",
        "SELECT * FROM current_verdict WHERE placement = 1",
    ],
)
def test_a_question_about_one_book_reads_no_rows_of_others(journal: Journal, query: str) -> None:
    plan = [row["detail"] for row in journal.db.execute(f"EXPLAIN QUERY PLAN {query}")]
    read = [step.split()[1] for step in plan if step.startswith("SCAN")]
    assert {*read} <= {*SMALL, query.split()[3]}
