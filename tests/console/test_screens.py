"""The screens of the console, driven by keys, with libsane's virtual scanners where paper moves."""

import errno
import sqlite3
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Select

from scanpipe.console.home_screen import HomeScreen
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.station import Station, open_station
from scanpipe.messages import use_language
from scanpipe.model import Page
from scanpipe.separator import Separator
from scanpipe.state.books import open_books
from scanpipe.state.finishes import finish
from tests.console.conftest import BOOK, Desk, at_the_desk


def captured(station: Station) -> list[str]:
    return [state.page.label for state in book_facts(station, BOOK).captured]


def test_a_book_is_found_by_a_part_of_its_unit_without_accents_and_opened(opened: Station) -> None:
    add_book(opened, kind="KT", year=1999, volume=2, unit="14755", details=BookDetails())

    async def operator(desk: Desk) -> None:
        assert desk.app.screen.query_one(OptionList).option_count == 2
        await desk.press(*"kt 1999")
        assert desk.app.screen.query_one(OptionList).option_count == 1
        await desk.press("enter")
        await desk.shows("head", "KT.1999.02")
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, HomeScreen))
        assert desk.app.screen.query_one(Input).value == ""

    at_the_desk(opened, operator)


def test_the_code_of_a_cover_sheet_opens_its_book_and_a_strange_one_is_told(opened: Station) -> None:
    name = open_books(opened.journal)[0].book.id.full_name

    async def operator(desk: Desk) -> None:
        box = desk.app.screen.query_one(Input)
        box.value = Separator(book="99999@2025-06-30/KS.2010.01").text
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, HomeScreen))
        await desk.shows("told", "99999@2025-06-30")
        box.value = Separator(book=name).text
        await desk.press("enter")
        await desk.shows("head", BOOK)

    at_the_desk(opened, operator)


def test_a_code_that_is_read_while_a_book_is_open_scans_nothing(opened: Station) -> None:
    name = open_books(opened.journal)[0].book.id.full_name

    async def operator(desk: Desk) -> None:
        for sign in Separator(book=name).text:
            await desk.press({" ": "space"}.get(sign, sign))
        await desk.press("enter")
        await desk.shows("notice", "code of a separator sheet")
        assert desk.app.run_of_scanner is None

    at_the_desk(opened, operator, book=BOOK)
    assert captured(opened) == []


def test_a_stack_is_scanned_and_every_page_stands_on_the_map(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.scan("space")
        await desk.shows("status", "1 of 4")
        await desk.scan("enter")
        await desk.shows("status", "All pages are scanned.")
        await desk.shows("strip", "page 4")
        await desk.press("f12")
        await desk.shows("notice", "It is finished.")

    at_the_desk(opened, operator, book=BOOK)
    assert captured(opened) == ["1", "2", "3", "4"]
    assert finish(opened.journal, 1)


def test_a_book_that_lacks_pages_is_finished_by_a_second_press_and_told_so_among_the_work(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.press("enter")
        await desk.scan("space")
        await desk.press("f12")
        await desk.shows("notice", "Not scanned yet: page 2-4")
        await desk.press("escape", "f12")
        assert finish(opened.journal, 1) is None
        await desk.press("f12")
        await desk.shows("notice", "finished as it is")
        await desk.press("escape", "escape")
        assert f"Finished by {opened.person}" in str(desk.app.screen.query_one(OptionList).options[0].prompt)

    at_the_desk(opened, operator)


def test_the_last_page_and_any_page_are_scanned_again_and_old_pictures_stay(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.scan("space")
        await desk.scan("f5")
        await desk.scan("space")
        await desk.scan("1", "enter", "f4")

    at_the_desk(opened, operator, book=BOOK)
    assert captured(opened) == ["1", "2"]
    assert opened.journal.newest("capture") == 4


def test_a_book_that_is_opened_again_shows_its_last_pages(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.scan("space")
        await desk.scan("space")
        shown = desk.seen("strip")
        assert "page 2" in shown
        await desk.press("escape", "escape")
        await desk.until(lambda: isinstance(desk.app.screen, HomeScreen))
        await desk.press("enter")
        await desk.shows("status", "2 of 4")
        assert desk.seen("strip") == shown

    at_the_desk(opened, operator, book=BOOK)


def test_a_page_left_out_is_inserted_where_it_belongs(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        for _page in range(2):
            await desk.scan("space")
        await desk.press("2", "enter", "f2")
        await desk.shows("status", "Next page: 2")
        await desk.scan("space")

    at_the_desk(opened, operator, book=BOOK)
    shown = {state.page.label: state.facts.capture for state in book_facts(opened, BOOK).captured}
    assert shown == {"1": 1, "2": 3, "3": 2}


def test_where_an_earlier_page_is_free_room_is_not_said_to_be_filled_next(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.scan("enter")
        await desk.press("home", "f2", "right", "right", "f2")
        await desk.shows("notice", "room for page 3. Page 1 is scanned before it")
        await desk.shows("chosen", "Page 3")

    at_the_desk(opened, operator, book=BOOK)


def test_a_page_is_moved_by_keys_and_the_move_is_undone_and_done_again(opened: Station) -> None:
    def shown() -> dict[str, int]:
        return {state.page.label: state.facts.capture for state in book_facts(opened, BOOK).captured}

    async def operator(desk: Desk) -> None:
        await desk.scan("enter")
        await desk.press("home", "f6", "right", "right")
        await desk.shows("notice", "new place")
        await desk.press("f6")
        assert shown() == {"1": 2, "2": 3, "3": 1, "4": 4}
        await desk.press("ctrl+z")
        assert shown() == {"1": 1, "2": 2, "3": 3, "4": 4}
        await desk.press("ctrl+y")
        assert shown() == {"1": 2, "2": 3, "3": 1, "4": 4}

    at_the_desk(opened, operator, book=BOOK)


def test_the_last_capture_is_undone_and_its_page_is_free(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.scan("space")
        await desk.press("ctrl+z")
        await desk.shows("status", "Next page: 1")

    at_the_desk(opened, operator, book=BOOK)
    assert captured(opened) == []


def test_a_page_is_found_by_a_number_of_several_digits(opened: Station) -> None:
    add_book(opened, kind="KS", year=2011, volume=1, unit="14758", details=BookDetails(pages=40))

    async def operator(desk: Desk) -> None:
        await desk.press("3")
        await desk.until(lambda: desk.app.screen.query_one(Input).has_focus)
        await desk.press("7")
        await desk.press("enter")
        await desk.shows("chosen", "Page 37")

    at_the_desk(opened, operator, book="KS.2011.01")


def test_keys_and_pages_may_be_clicked(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.pilot.click("#map", offset=(8, 0))
        await desk.shows("chosen", "Page 3")
        at = desk.seen("keys").splitlines()[0].index("F5")
        await desk.pilot.click("#keys", offset=(at + 5, 0))
        await desk.shows("notice", "No page was scanned yet.")

    at_the_desk(opened, operator, book=BOOK)


def test_a_missing_page_is_stated_with_a_remark_and_taken_back(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.press("f9")
        await desk.until(lambda: desk.app.screen.query_one(Input).display)
        await desk.press(*"torn", "enter")
        await desk.shows("status", "Next page: 2")
        (said,) = [state.stated for state in book_facts(opened, BOOK).pages if state.stated]
        assert (said.state, said.note) == ("missing", "torn")
        await desk.press("home", "f9")
        await desk.shows("status", "Next page: 1")

    at_the_desk(opened, operator, book=BOOK)


def test_a_lost_sheet_of_a_crash_is_first_on_the_list_and_in_the_book(opened: Station) -> None:
    opened.journal.open_sheet(1, Page.parse("3"), source="pnm:0", operator="a")

    async def operator(desk: Desk) -> None:
        listed = desk.app.screen.query_one(OptionList)
        assert "Put back the sheet of page 3" in str(listed.get_option_at_index(0).prompt)
        await desk.press("enter")
        await desk.shows("notice", "Put the sheet of page 3 back")
        await desk.shows("status", "Next page: 3")
        await desk.scan("space")
        await desk.shows("status", "Next page: 1")

    at_the_desk(opened, operator)
    assert captured(opened) == ["3"]


def test_an_error_of_the_scanner_is_shown_and_the_console_goes_on(opened: Station) -> None:
    profile = opened.folder / "scanners" / "feeder.toml"
    good = profile.read_text()
    profile.write_text(f"{good}[options]\nstatus-jammed = true\n")

    async def operator(desk: Desk) -> None:
        await desk.scan("enter")
        await desk.shows("notice", "stuck")
        profile.write_text(good)
        await desk.scan("enter")
        await desk.shows("status", "All pages are scanned.")

    at_the_desk(opened, operator, book=BOOK)


def test_a_new_book_is_opened_by_a_form_that_shows_what_its_files_are_called(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.press("f2", *"2011", "tab", *"dong tho thanh hoa", "enter")
        await desk.press("tab", "tab", *"20", "tab", *"18")
        await desk.shows("names", "KS.2011.01.018.pdf")
        await desk.press("f12")
        await desk.shows("head", "KS.2011.01")

    at_the_desk(opened, operator, size=(80, 24))
    book = open_books(opened.journal)[-1].book
    assert (book.id.label, book.pages, book.cases, book.unit_name) == ("KS.2011.01", 20, 18, "Phường Đông Thọ")


def test_the_form_takes_any_rule_also_a_page_index_and_the_dates_of_the_book(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.press("f2", *"2011", "tab", *"dong tho thanh hoa", "enter")
        form = desk.app.screen
        form.query_one("#grouping", Select).value = "index"
        form.query_one("#group", Input).value = str(opened.folder / "none.xlsx")
        form.query_one("#opened", Input).value = "31/13/2010"
        await desk.shows("names", "Date opened")
        form.query_one("#opened", Input).value = "31/12/2010"
        await desk.shows("names", "KS.2011.01.001.pdf")
        await desk.press("f12")
        await desk.shows("told", "none.xlsx")
        form.query_one("#grouping", Select).value = "cases"
        form.query_one("#group", Input).value = "0"
        await desk.shows("names", "Number or file")
        form.query_one("#group", Input).value = "7"
        await desk.pilot.pause()
        await desk.press("f12")
        await desk.shows("head", "KS.2011.01")

    at_the_desk(opened, operator, size=(80, 24))
    book = open_books(opened.journal)[-1].book
    assert (book.rule.kind, book.rule.count, str(book.opened), book.closed) == ("cases", 7, "2010-12-31", None)


def test_a_form_that_is_wrong_says_which_field(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.press("f2", "f12")
        await desk.shows("told", "Year")
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, HomeScreen))

    at_the_desk(opened, operator)


def test_keys_of_station_toml_are_those_that_count_and_are_shown(opened: Station) -> None:
    settings = opened.folder / "station.toml"
    settings.write_text(settings.read_text().replace('scan = "space"', 'scan = "p"'))

    async def operator(desk: Desk) -> None:
        await desk.shows("keys", " P  Scan")
        await desk.press("space")
        assert desk.app.run_of_scanner is None
        await desk.scan("p")

    with open_station(opened.folder, purpose="console") as station:
        at_the_desk(station, operator, book=BOOK)
    assert captured(opened) == ["1"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_every_line_fits_the_terminal_in_vietnamese(
    opened: Station, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")
    use_language("vi")

    async def operator(desk: Desk) -> None:
        for key in ("f1", "f1", "space"):
            await (desk.scan(key) if key == "space" else desk.press(key))
            for name in ("head", "keys", "status"):
                part = desk.app.screen.query_one(f"#{name}")
                if part.display:
                    assert part.region.bottom <= size[1], name
                    assert part.region.height == desk.seen(name).count("\n") + 1, name
        await desk.shows("status", "Trang tiếp: 2")
        assert desk.app.screen.query_one("#middle").size.height >= 6

    at_the_desk(opened, operator, book=BOOK, size=size)


def test_nothing_of_a_book_that_is_unknown_is_opened(tmp_path: Path, opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.until(lambda: isinstance(desk.app.screen, HomeScreen))
        await desk.shows("told", "KS.1900.01")

    at_the_desk(opened, operator, book="KS.1900.01")


def test_a_disk_that_fails_is_told_and_the_console_goes_on(opened: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_words: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "journal")

    def locked(*_words: object, **_more: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    async def operator(desk: Desk) -> None:
        await desk.press("f7")
        await desk.press("enter")
        await desk.shows("notice", "full")
        await desk.press("escape", "escape")
        await desk.shows("told", "disk I/O error")

    monkeypatch.setattr("scanpipe.console.edits.state_pages", failing)
    monkeypatch.setattr("scanpipe.console.home_screen.production_today", locked)
    at_the_desk(opened, operator, book=BOOK)
