"""What people state about the paper goes with the book: told on every paper, delivered around."""

import json
from pathlib import Path

import openpyxl

from scanpipe.package.reports.delivery_record import read_delivery_record
from tests.conftest import Cli
from tests.e2e.conftest import BOOK, members, revision


def test_missing_and_damaged_pages_are_listed_and_do_not_stop_the_delivery(cli: Cli, delivered: Path) -> None:
    cli("book", "amend", BOOK, "--pages", 6, "--cases", 3, "--ticket", "CV 17", station=delivered)
    assert cli("deliver", BOOK, station=delivered).code == 42
    stated = cli("page", "mark", BOOK, "missing", "5-6", "--note", "torn out", "--ticket", "BB 5", station=delivered)
    assert stated.code == 0, stated.err
    cli("page", "mark", BOOK, "damaged", 2, "--note", "burnt", station=delivered)
    cli("reject", BOOK, 2, "--reason", "skewed", "--redo", "plain", station=delivered)
    for command in ("process", "accept", "deliver"):
        done = cli(command, BOOK, station=delivered)
        assert done.code == 0, done.err
    folder = revision(delivered, 2)
    assert len([name for name in members(folder) if name.endswith(".pdf")]) == 2
    delivered = read_delivery_record(folder / "delivery-note.json")
    assert [str(page) for page in delivered.absent] == ["5 (torn out)", "6 (torn out)"]
    assert ([str(page) for page in delivered.pages_in("damaged")], delivered.missing, delivered.figures.pages) == (
        ["2"],
        0,
        4,
    )
    report = (folder / "report.html").read_text()
    assert "torn out" in report and "BB 5" in report and "burnt" in report
    assert "case 3/2010 has no remaining page" in report
    assert "pages stated: 4 → 6" in report and "cases stated: 2 → 3" in report and "CV 17" in report
    books = openpyxl.load_workbook(folder / "delivery-note.xlsx").worksheets[0]
    assert "5 (torn out), 6 (torn out)" in [cell.value for cell in books[2]]


def test_a_closed_book_is_in_no_list_and_found_by_no_name(cli: Cli, captured: Path) -> None:
    assert cli("book", "close", BOOK, "--reason", "year mistyped", station=captured).code == 0
    for command in (("book", "list"), ("status",)):
        assert BOOK not in cli(*command, "--json", station=captured).out
    refused = cli("capture", BOOK, "--from", captured, station=captured)
    assert refused.code != 0 and "year mistyped" in refused.err and "book reopen" in refused.err
    listed = json.loads(cli("book", "list", "--closed", "--json", station=captured).out)
    assert [(row["book"], row["reason"]) for row in listed] == [(f"14758/{BOOK}", "year mistyped")]
    assert cli("book", "reopen", BOOK, station=captured).code == 0
    assert BOOK in cli("book", "list", "--json", station=captured).out


def test_a_surplus_picture_is_dropped_by_its_name(cli: Cli, captured: Path) -> None:
    cli("book", "amend", BOOK, "--pages", 3, station=captured)
    shown = json.loads(cli("book", "show", BOOK, "--json", station=captured).out)
    assert any("the book has more pages than stated: 4 found, 3 stated" in line for line in shown["obstacles"])
    assert cli("book", "drop", BOOK, 4, "--note", "captured twice", station=captured).code == 0
    shown = json.loads(cli("book", "show", BOOK, "--json", station=captured).out)
    assert [page["page"] for page in shown["page_list"]] == ["1", "2", "3"]
    assert not any("more pages than" in line for line in shown["obstacles"])


def test_a_book_is_finished_from_the_shell_and_shown_so_until_more_is_captured(cli: Cli, captured: Path) -> None:
    cli("book", "amend", BOOK, "--pages", 5, "--cases", 4, station=captured)
    refused = cli("book", "finish", BOOK, station=captured)
    assert refused.code == 2 and "Not scanned yet: page 5" in refused.err and "--yes" in refused.err
    done = cli("--person", "lan", "book", "finish", BOOK, "--yes", station=captured)
    assert (done.code, "Finished: 4 pages." in done.err) == (0, True), done.err
    assert "by lan on " in cli("book", "show", BOOK, station=captured).out
    shown = json.loads(cli("book", "show", BOOK, "--json", station=captured).out)["finished"]
    assert (shown["person"], "Not scanned yet: page 5" in shown["lacking"]) == ("lan", True)
    assert cli("page", "undo", BOOK, station=captured).err.startswith("Undone: completion of the book")
    assert json.loads(cli("book", "show", BOOK, "--json", station=captured).out)["finished"] is None
