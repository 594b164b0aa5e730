"""Pages and cases are mended from the command line, and only what depends on the change is made again."""

import json
import sqlite3
from pathlib import Path

from tests.conftest import Cli
from tests.e2e.conftest import BOOK, members, revision


def versions(station: Path) -> int:
    with sqlite3.connect(station / "journal.sqlite") as db:
        return int(db.execute("SELECT count(*) FROM version").fetchone()[0])


def pictures(cli: Cli, station: Path) -> list[str]:
    """Return where each page stands."""
    shown = json.loads(cli("book", "show", BOOK, "--json", station=station).out)
    return [f"{page['page']} {page['status']}" for page in shown["page_list"]]


def test_a_case_that_is_split_changes_its_own_pdf_and_no_other_and_no_page_is_processed_again(
    cli: Cli, delivered: Path
) -> None:
    made = versions(delivered)
    split = cli("case", "split", BOOK, 4, "2a", "--reason", "two cases", "--ticket", "CV 9", station=delivered)
    assert (split.code, "case 2a/2010: pages 4" in split.err) == (0, True), split.err
    listed = json.loads(cli("case", "list", BOOK, "--json", station=delivered).out)
    assert listed == [
        {"case": "1/2010", "pages": ["1", "2"]},
        {"case": "2/2010", "pages": ["3"]},
        {"case": "2a/2010", "pages": ["4"]},
    ]
    assert cli("process", BOOK, station=delivered).code == 0
    done = cli("deliver", BOOK, station=delivered)
    assert done.code == 0, done.err
    before, after = members(revision(delivered, 1)), members(revision(delivered, 2))
    assert sorted(after) == ["KS.2010.01.001.pdf", "KS.2010.01.002.pdf", "KS.2010.01.002a.pdf"]
    assert after["KS.2010.01.001.pdf"] == before["KS.2010.01.001.pdf"]
    assert after["KS.2010.01.002.pdf"] != before["KS.2010.01.002.pdf"]
    report = (revision(delivered, 2) / "report.html").read_text()
    assert "two cases" in report and "CV 9" in report
    assert cli("case", "merge", BOOK, 2, "2a", station=delivered).code == 0
    assert cli("deliver", BOOK, station=delivered).code == 0
    assert members(revision(delivered, 3)) == before
    assert versions(delivered) == made


def test_a_page_is_replaced_from_a_file_and_comes_back_with_its_verdict(
    cli: Cli, delivered: Path, page_folder: Path
) -> None:
    replaced = cli("page", "replace", BOOK, 2, "--from", page_folder / "page3.png", station=delivered)
    assert (replaced.code, "page 2" in replaced.err) == (0, True), replaced.err
    assert pictures(cli, delivered)[1] == "2 unprocessed"
    undone = cli("page", "undo", BOOK, station=delivered)
    assert "Undone: capture (page 2)" in undone.err
    assert pictures(cli, delivered)[1] == "2 accepted"
    assert cli("page", "undo", BOOK, "--redo", station=delivered).code == 0
    assert pictures(cli, delivered)[1] == "2 unprocessed"
    (delivered / "torn.png").write_bytes(b"no picture")
    refused = cli("page", "replace", BOOK, 2, "--from", delivered / "torn.png", station=delivered)
    assert refused.code == 2 and "torn.png" in refused.err
    assert cli("page", "replace", BOOK, 9, "--from", page_folder / "page3.png", station=delivered).code == 36


def test_pages_are_inserted_and_moved_and_what_was_done_is_undone_step_by_step(cli: Cli, processed: Path) -> None:
    cli("accept", BOOK, station=processed)
    assert "3 pages moved" in cli("page", "insert", BOOK, 2, station=processed).err
    assert pictures(cli, processed)[1] == "2 missing"
    moved = cli("page", "move", BOOK, 5, 2, station=processed)
    assert moved.code == 0 and "must be judged again: 2" not in moved.err
    assert cli("page", "mark", BOOK, "blank", 3, "--note", "no writing", station=processed).code == 0
    for told in ("statement about pages (page 3)", "move of a page (page 2, 5)", "insertion of pages (page 2-5)"):
        assert f"Undone: {told}" in cli("page", "undo", BOOK, station=processed).err
    assert pictures(cli, processed) == ["1 accepted", "2 accepted", "3 accepted", "4 accepted"]


def test_what_is_stated_about_pages_has_one_command(cli: Cli, captured: Path) -> None:
    refused = cli("book", "missing", BOOK, 3, station=captured)
    assert refused.code == 2 and "scanpipe page mark BOOK missing PAGE..." in refused.err
