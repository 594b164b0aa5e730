"""The whole way of a book: scanned by one person, judged by others in the browser, mended, and delivered again."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scanpipe.raster.codecs import encode_png
from scanpipe.review.site.server import ReviewServer
from tests.browser.conftest import heard_by
from tests.conftest import SMALL_DPI, Cli
from tests.forked import Result
from tests.page_drawings import LINES, draw_page
from tests.small_books import BOOK

ADD = ("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758")
TICKET = "CV 17"


class Shell:
    """The command line of one station."""

    def __init__(self, cli: Cli, station: Path) -> None:
        self.cli, self.station = cli, station

    def __call__(self, *words: object, person: str = "Hoa", code: int = 0) -> Result:
        done = self.cli("--person", person, *words, station=self.station)
        assert done.code == code, done.err
        return done


@pytest.fixture
def shell(cli: Cli, station: Path) -> Shell:
    """A station at which whoever scans a page does not accept it."""
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace("two_persons = false", "two_persons = true"))
    return Shell(cli, station)


@pytest.fixture
def review(station: Path) -> Iterator[ReviewServer]:
    """It is open all the time, whatever else is done."""
    review = ReviewServer(station, person="Lan")
    review.start()
    yield review
    review.stop()


def revision(station: Path, number: int) -> Path:
    return station / "out" / "14758@2025-06-30" / BOOK / f"r{number}"


def scanned_anew(folder: Path) -> Path:
    """Write one page, which lies otherwise on the glass than it did."""
    folder.mkdir()
    page = draw_page(LINES[1:], size_mm=(105, 148), dpi=SMALL_DPI, grain=4).image
    (folder / "page2.png").write_bytes(encode_png(page))
    return folder


def sit_down(page: Page, person: str) -> None:
    """Say who reviews."""
    page.get_by_label("Tên của bạn").fill(person)
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_hidden()


def name_ticket(page: Page) -> None:
    """Say what a delivered book is changed for, as its page asks."""
    page.locator("#ticket-number").fill(TICKET)
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-asked")).to_be_hidden()


def say(page: Page, key: str, label: str, then: str) -> None:
    """Judge the page that is open by a key; the next one is there."""
    expect(page.locator("#title")).to_have_text(f"Trang {label}")
    with page.expect_response("**/verdicts") as told:
        page.keyboard.press(key)
    assert told.value.status == 200, told.value.text()
    expect(page.locator("#title")).to_have_text(f"Trang {then}")


def test_a_book_goes_from_the_scan_over_the_desk_to_its_second_revision(
    shell: Shell,
    review: ReviewServer,
    chromium: Browser,
    page_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")
    shell(*ADD, "--pages", 4, "--cases", 2, "--rule", "pages:2")
    shell("capture", BOOK, "--from", page_folder)
    shell("nightly")
    assert revision(shell.station, 1).exists()
    approved = ("--date", "05/03/2026", "--approved-by", "Trần Văn Bình")
    shell("ticket", "add", BOOK, "--number", TICKET, *approved)

    page, complaints = heard_by(chromium)
    page.goto(f"{review.url}?book=1")
    sit_down(page, "Lan")
    name_ticket(page)
    expect(page.locator("#title")).to_have_text("Trang 1")
    page.keyboard.press("n")
    say(page, "1", "2", then="3")
    say(page, "5", "3", then="4")

    shell("capture", BOOK, "--from", scanned_anew(tmp_path / "anew"), person="Lan")
    shell("nightly", code=1)  # what was sent back waits for a person

    page.reload()
    expect(page.locator("#title")).to_have_text("Trang 4")
    page.locator("#walk").select_option("waiting")
    with page.expect_response("**/verdicts") as told:
        page.keyboard.press("Space")
    assert told.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("Lan")
    complaints.clear()
    page.locator(".reviewer").click()
    sit_down(page, "Minh")
    say(page, "Space", "2", then="3")
    say(page, "Space", "3", then="3")
    page.close()

    shell("deliver", BOOK)
    again = revision(shell.station, 2)
    shell("verify", again / f"{BOOK}.zip", "--convention", shell.station / "conventions" / "small.toml")
    changes = json.loads((again / "manifest.json").read_text())["changes"]
    said = [(page["page"], page["decision"], page["reason"]) for file in changes["files"] for page in file["pages"]]
    assert said == [("2", "rescan", "blurred"), ("3", "redo", "faded")]
    assert [ticket["number"] for ticket in changes["tickets"]] == [TICKET]
    assert complaints == []
