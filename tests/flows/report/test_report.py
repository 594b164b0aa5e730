"""The morning report, of a station after a night, in both languages."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from scanpipe.flows.night.disk import DiskState
from scanpipe.flows.night.run import nightly
from scanpipe.flows.process import run
from scanpipe.flows.process.due import due_book
from scanpipe.flows.report.morning import morning_report
from scanpipe.flows.report.page import report_page
from scanpipe.flows.report.words import report_text, report_words
from scanpipe.flows.station import Station
from scanpipe.messages import language_context
from scanpipe.state.books import open_books
from tests.small_books import BOOK, small_book


def test_a_station_that_has_no_night_and_no_book_has_a_report(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2, due=date(2026, 5, 1)) as station:
        text = report_text(report_words(morning_report(station)))
    assert "No night has run on this station yet." in text
    assert re.search(r"Oldest open book: KS\.2010\.01 .*, opened on ../../...., due on 01/05/2026\n", text)
    assert "What needs a person first" not in text, "to begin a book is the work of each day"


def test_the_report_tells_what_the_night_did(station: Station) -> None:
    list(nightly(station))
    report = morning_report(station)
    words = report_words(report)
    facts = dict(words["facts"])
    assert facts["Books delivered"] == "1 in the last night, 1 in 7 days, 1 of 1 books"
    assert facts["Pages processed"].startswith("1 in the last night, ")
    assert facts["Oldest open book"] == "none: all books are delivered"
    assert facts["Disk"].endswith(" GB free")
    fills = report_words(replace(report, disk=DiskState(free=2 * 10**11, per_day=10**10, days_left=19.9)))
    assert dict(fills["facts"])["Disk"] == "200.0 GB free, 10.00 GB a day, full in 19 days at the present rate"
    assert [plot["title"] for plot in words["plots"]][:2] == ["Pages captured, by day", "Pages processed, by night"]
    page = report_page(words)
    assert page.count("<svg") == len(words["plots"]) and "http" not in page and "<script" not in page
    with language_context("vi"):
        assert "Báo cáo buổi sáng" in report_page(report_words(morning_report(station)))


def test_quarantined_pages_are_told_with_their_reason(station: Station) -> None:
    book = due_book(station, open_books(station.journal)[0])
    made_from = {"capture": book.pages[0].capture, "region": "", "recipe": book.pages[0].recipe}
    run._keep_recipes(station, [book])
    station.journal.add_fact("failure", **made_from, code="WorkerDied", message="it <died>", final=1)
    words = report_words(morning_report(station))
    assert words["quarantined"] == [(1, BOOK, "1", "it <died>")]
    assert dict(words["facts"])["Pages quarantined"] == "1"
    assert f"- {BOOK} page 1: it <died>" in report_text(words)
    assert (
        f"What needs a person first:\n- Reviewer: Find out why processing fails (1 book, 1 page): {BOOK}\n"
        in report_text(words)
    )
    assert "it &lt;died&gt;" in report_page(words)
