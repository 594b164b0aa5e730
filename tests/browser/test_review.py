"""What a reviewer does all day, by keys, in the browser."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scanpipe.flows.process.verdicts import accept
from scanpipe.flows.station import JOURNAL, open_station
from scanpipe.review.site.server import ReviewServer
from scanpipe.review.web.browser import opened_in_browser
from tests.browser.conftest import PATIENCE_MS, heard_by
from tests.followed_books import keep, mark
from tests.judged_books import draw_twice, make_judged, process_drawn, write_delivery
from tests.small_books import BOOK, record_tickets

ENGLISH = re.compile(r"^(?!.*[àáảãạăâđèéẻẽẹêìíỉĩịòóỏõọôơùúủũụưỳýỷỹỵ])[A-Za-z ]{9,}$", re.IGNORECASE)
_SAID = {
    "verdict": "SELECT decision, reason FROM verdict ORDER BY id",
    "ticket": "SELECT decision, ticket FROM verdict ORDER BY id",
    "opinion": "SELECT decision, reason, person FROM second_opinion ORDER BY id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A station, its review site, and the page that a reviewer has open."""

    station: Path
    review: ReviewServer
    page: Page
    complaints: list[str]

    def open(self, label: str = "1") -> Page:
        """Open the book as Lan, at a page."""
        self.page.goto(f"{self.review.url}?book=1")
        expect(self.page.locator("#who")).to_be_visible()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#who")).to_be_hidden()
        self.at("1")
        while self.page.locator("#title").inner_text() != f"Page {label}":
            self.page.keyboard.press("n")
        return self.page

    def at(self, label: str, word: str = "Page") -> None:
        """Expect a page, with its picture."""
        expect(self.page.locator("#title")).to_have_text(f"{word} {label}")

    def said(self, of: str) -> list[tuple[str, ...]]:
        """Return the verdicts or the second opinions, oldest first."""
        with closing(sqlite3.connect(self.station / JOURNAL)) as db:
            return db.execute(_SAID[of]).fetchall()

    def expect_said(self, *said: tuple[str, ...], of: str = "verdict") -> None:
        """Wait until the journal has these and no others."""
        for _ in range(200):
            if self.said(of) == list(said):
                return
            self.page.wait_for_timeout(50)
        assert self.said(of) == list(said)


@contextmanager
def reviewing(chromium: Browser, station: Path) -> Iterator[Reviewed]:
    """A station open in a browser; what that complains of fails the test."""
    review = ReviewServer(station, person="Lan")
    review.start()
    page, complaints = heard_by(chromium)
    try:
        yield Reviewed(station=station, review=review, page=page, complaints=complaints)
        assert complaints == []
    finally:
        page.close()
        review.stop()


@pytest.fixture
def reviewed(chromium: Browser, tmp_path: Path) -> Iterator[Reviewed]:
    """A book that waits for a person."""
    with reviewing(chromium, make_judged(tmp_path, 5, marks=(mark("blurred", 10, 10, 20, 20),))) as reviewed:
        yield reviewed


def test_one_key_says_what_a_page_is_and_the_next_one_is_there(reviewed: Reviewed) -> None:
    page = reviewed.open()
    page.keyboard.press("Space")
    reviewed.at("2")
    page.keyboard.press("1")
    reviewed.at("3")
    page.keyboard.press("5")
    reviewed.at("4")
    page.keyboard.press("7")
    reviewed.at("5")
    page.keyboard.press("Shift+Digit1")
    expect(page.get_by_role("heading", name="blurred: what is to be done?")).to_be_visible()
    page.keyboard.press("2")
    reviewed.at("6")
    reviewed.expect_said(
        ("accept", ""),
        ("rescan", "blurred"),
        ("redo", "faded"),
        ("reject", "torn"),
        ("accept", ""),
        ("reject", "blurred"),
    )
    expect(page.locator("#nothing")).to_have_text("This page is not scanned.")
    page.keyboard.press("z")  # there is nothing to be seen closely
    page.set_viewport_size({"width": 683, "height": 384})  # as at a zoom of 200 %
    assert page.evaluate("document.documentElement.scrollWidth") == 683


def test_keys_go_through_pages(reviewed: Reviewed) -> None:
    page = reviewed.open()
    for key, label in (("n", "2"), ("ArrowRight", "3"), ("p", "2"), ("ArrowLeft", "1"), ("f", "2"), ("f", "4")):
        page.keyboard.press(key)
        reviewed.at(label)
    page.keyboard.press("f")
    expect(page.locator("#said")).to_have_text("There is no further page.")
    page.keyboard.press("x")
    expect(page.locator("#said")).to_have_text("There is no further page.")
    reviewed.at("4")


def test_keys_show_the_scan_the_ink_and_the_text(reviewed: Reviewed) -> None:
    page = reviewed.open("2")
    scan, made = page.get_by_role("img", name="Scan of Page 2"), page.get_by_role("img", name="Picture of Page 2")
    expect(made).to_be_visible()
    expect(page.locator(".mark.seal")).to_be_visible()
    page.keyboard.down("b")
    expect(scan).to_be_visible()
    expect(made).to_be_hidden()
    expect(page.locator("#scan .mark")).to_be_visible()
    page.keyboard.up("b")
    expect(scan).to_be_hidden()
    page.keyboard.press("c")
    expect(page.get_by_label("How much of the scan is shown")).to_be_visible()
    page.keyboard.press("c")
    assert (scan.bounding_box() or {})["x"] > (made.bounding_box() or {})["x"]
    page.keyboard.press("c")
    page.keyboard.press("w")
    expect(page.locator("#page .mask img")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator(".word")).to_have_text("trang2")


def test_a_reason_is_explained_with_a_picture_where_it_is_chosen(reviewed: Reviewed) -> None:
    page = reviewed.open()
    explained = page.locator("#explained")
    expect(explained).to_be_hidden()
    page.locator('[data-reason="torn"]').hover()
    expect(explained).to_contain_text("of the paper: it is delivered with a note")
    expect(explained.get_by_role("img", name="Example: torn")).to_be_visible()
    page.locator("#stage").hover()
    expect(explained).to_be_hidden()
    page.locator('[data-reason="blurred"]').focus()
    expect(explained).to_contain_text("Small letters (2 mm)")
    page.locator("#stage").focus()
    page.keyboard.press("Shift+Digit2")
    expect(page.locator("#choice").get_by_role("img", name="Example: cut off")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator('#help [data-explain="smudged"]').focus()
    expect(page.locator("#help").get_by_role("img", name="Example: smudged")).to_be_visible()


def test_a_second_person_judges_by_the_same_keys_and_sees_no_verdict(reviewed: Reviewed, axe: str) -> None:
    draw_twice(reviewed.station)
    with open_station(reviewed.station, purpose="test", person="Minh") as station:
        accept(station, BOOK, ["1-5"])
    page = reviewed.open()
    page.get_by_label("Which pages").select_option("Pages for a second opinion")
    expect(page.locator("#place")).to_have_text("1 of 5")
    expect(page.locator("#verdict")).to_contain_text("What was said is not shown")
    expect(page.get_by_role("img", name="Picture of Page 1")).to_be_visible()
    page.evaluate(axe)
    assert page.evaluate("axe.run()")["violations"] == []
    page.keyboard.press("h")  # what happened to the page would say it
    page.keyboard.press("Space")
    reviewed.at("2")
    page.keyboard.press("7")
    for label in ("3", "4", "5"):
        reviewed.at(label)
        page.keyboard.press("Space")
    expect(page.locator("#said")).to_have_text("That was the last page.")
    reviewed.expect_said(("accept", "", "Lan"), ("reject", "torn", "Lan"), *[("accept", "", "Lan")] * 3, of="opinion")
    reviewed.expect_said(*[("accept", "")] * 5)
    page.reload()
    expect(page.locator("#nothing")).to_have_text("No page waits for a second opinion of yours.")


def test_a_delivered_book_asks_once_for_the_ticket(reviewed: Reviewed) -> None:
    write_delivery(reviewed.station)
    with open_station(reviewed.station, purpose="test") as station:
        record_tickets(station, "CV 16", "CV 17")
    page = reviewed.page
    page.goto(f"{reviewed.review.url}?book=1")
    page.keyboard.press("Enter")  # who reviews
    page.get_by_label("Number of the ticket").fill("CV 71")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-refused")).to_have_text("The ticket CV 71 is not recorded for this book.")
    page.get_by_label("Number of the ticket").fill(" cv  17 ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ticket: CV 17")).to_be_visible()
    reviewed.at("1")
    page.keyboard.press("Space")
    reviewed.at("2")
    reviewed.expect_said(("accept", "CV 17"), of="ticket")
    page.get_by_role("link", name="Contact sheet").click()
    expect(page.locator(".thumb").first).to_be_visible()
    expect(page.locator("#ticket-asked")).to_be_hidden()
    page.locator(".thumb").nth(1).click()
    page.keyboard.press("a")
    reviewed.expect_said(("accept", "CV 17"), ("accept", "CV 17"), of="ticket")
    page.get_by_role("button", name="Ticket: CV 17").click()
    page.get_by_role("button", name="CV 16 of 05.03.2026, approved by Trần Văn Bình").click()
    expect(page.get_by_role("button", name="Ticket: CV 16")).to_be_visible()


def test_the_last_verdict_is_undone_and_its_page_is_back(reviewed: Reviewed) -> None:
    page = reviewed.open()
    page.keyboard.press("Space")
    page.keyboard.press("1")
    reviewed.at("3")
    page.keyboard.press("u")
    reviewed.at("2")
    expect(page.locator("#status")).to_have_text("waiting for a verdict")
    page.keyboard.press("u")
    reviewed.at("1")


def test_zoom_shows_pixels_as_they_are(reviewed: Reviewed) -> None:
    page = reviewed.open("2")
    shown = page.locator("#page")
    expect(shown.locator("img").first).to_be_visible()
    page.keyboard.press("z")
    assert (shown.bounding_box() or {})["width"] == 400
    page.keyboard.press("+")
    assert (shown.bounding_box() or {})["width"] == 800
    page.keyboard.press("-")
    page.keyboard.press("0")
    assert (shown.bounding_box() or {})["height"] > 600


def test_scan_again_asks_why(reviewed: Reviewed) -> None:
    page = reviewed.open()
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Scan again: why?")).to_be_visible()
    page.keyboard.press("Escape")
    reviewed.at("1")
    page.keyboard.press("r")
    page.keyboard.press("g")
    reviewed.at("2")
    reviewed.expect_said(("rescan", "dirty-glass"))


def test_a_note_goes_with_the_verdict_and_the_history_is_shown(reviewed: Reviewed) -> None:
    page = reviewed.open()
    page.keyboard.press("m")
    page.get_by_label("It is written with the verdict").fill("góc trái")
    page.keyboard.press("Enter")
    expect(page.locator("#noted")).to_have_text("góc trái")
    page.keyboard.press("4")
    reviewed.at("2")
    expect(page.locator("#noted")).to_be_empty()
    reviewed.expect_said(("reject", "wrong-page"))
    with closing(sqlite3.connect(reviewed.station / JOURNAL)) as db:
        assert db.execute("SELECT note FROM verdict").fetchall() == [("góc trái",)]
    page.keyboard.press("p")
    expect(page.locator("#verdict")).to_have_text("Rejected: another page (Lan)")
    page.keyboard.press("h")
    past = page.get_by_role("dialog", name="History").get_by_role("listitem")
    expect(past.last).to_have_text(re.compile(r"Rejected: another page \(Lan\) · góc trái$"))


@pytest.mark.timeout(300)
def test_another_recipe_is_seen_beside_and_taken(reviewed: Reviewed) -> None:
    page = reviewed.open()
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Process again: which recipe?")).to_be_visible()
    page.get_by_role("button", name="plain").click()
    expect(page.locator("#other img")).to_be_visible(timeout=4 * PATIENCE_MS)
    page.keyboard.press("Escape")
    expect(page.locator("#other")).to_be_hidden()
    page.keyboard.press("e")
    page.get_by_role("button", name="plain").click()
    expect(page.locator("#other img")).to_be_visible()
    page.keyboard.press("Enter")
    reviewed.at("2")
    reviewed.expect_said(("redo", "strokes-lost"))


def test_a_page_that_changed_meanwhile_is_shown_again_with_the_reason(reviewed: Reviewed) -> None:
    page = reviewed.open()
    page.wait_for_load_state("networkidle")  # it looks by itself, too
    keep(reviewed.station, "1")
    with open_station(reviewed.station, purpose="test") as station:
        process_drawn(station)
    page.keyboard.press("Space")
    expect(page.get_by_role("alert")).to_contain_text("Page 1")
    reviewed.at("1")
    reviewed.expect_said()
    reviewed.complaints.clear()  # of the answer 409


def test_a_second_reviewer_sees_who_has_the_page(reviewed: Reviewed, chromium: Browser) -> None:
    reviewed.open()
    page, complaints = heard_by(chromium)
    page.goto(f"{reviewed.review.url}?book=1")
    page.get_by_label("Your name").fill("Minh")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Lan has this page open.")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("#title")).to_have_text("Page 1")
    reviewed.expect_said()
    page.close()
    assert complaints == []


def test_every_word_is_vietnamese(reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")
    page = reviewed.page
    page.goto(reviewed.review.url)
    page.keyboard.press("Enter")
    listed = page.locator("body").inner_text().splitlines()
    page.get_by_role("link", name="KS.2010.01", exact=True).click()
    reviewed.at("1", "Trang")
    page.keyboard.press("Shift+Digit1")
    asked = page.locator("#choice").inner_text().splitlines()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    texts = [*listed, *asked, *page.locator("body").inner_text().splitlines()]
    names = page.locator("[aria-label], [title]").evaluate_all("all => all.map((one) => one.ariaLabel ?? one.title)")
    assert page.locator("html").get_attribute("lang") == "vi"
    assert not [text for text in (*texts, *names) if ENGLISH.match(text)]


def test_axe_finds_nothing_that_keeps_people_from_using_it(reviewed: Reviewed, axe: str) -> None:
    page = reviewed.page
    page.goto(reviewed.review.url)
    found = []

    def look() -> None:
        page.evaluate(axe)
        found.extend(page.evaluate("axe.run()")["violations"])

    look()
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_hidden()
    look()
    page.get_by_role("link", name="KS.2010.01", exact=True).click()
    expect(page.locator(".mark.seal")).to_be_visible()
    page.keyboard.press("c")
    look()
    page.keyboard.press("?")
    look()
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []


def test_a_browser_is_led_to_the_book_by_a_file_and_no_program_is_started_with_the_secret(
    reviewed: Reviewed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener, heard, way = tmp_path / "bin" / "xdg-open", tmp_path / "heard", tmp_path / "review.html"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$@" > {heard}.new; mv {heard}.new {heard}\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{opener.parent}:{os.environ['PATH']}")
    with opened_in_browser(f"{reviewed.review.url}?book=1", way):
        assert way.stat().st_mode & 0o777 == 0o600
        reviewed.page.goto(way.as_uri())
        expect(reviewed.page.locator("#who")).to_be_visible()
        while not heard.exists():
            reviewed.page.wait_for_timeout(50)
    assert heard.read_text() == f"{way.as_uri()}\n"
    assert not way.exists()


def test_the_scan_lies_over_the_page_as_the_page_was_turned_and_cut(reviewed: Reviewed) -> None:
    page = reviewed.open()
    told = {"seals": [], "words": [], "way": [0, 1, -1, 0, 350, -50]}  # turned to the right, and cut
    page.route("**/details.json", lambda route: route.fulfill(json=told))
    page.reload()
    expect(page.get_by_role("img", name="Picture of Page 1")).to_be_visible()
    page.wait_for_load_state("networkidle")  # what comes later takes room from the page
    before = page.locator("#page").bounding_box()
    page.keyboard.down("b")
    plane = page.locator("#scan .plane")
    expect(plane.locator("img").first).to_be_visible()
    assert page.locator("#scan").bounding_box() == before
    box, scale = plane.bounding_box() or {}, (before or {})["width"] / 400
    measured = [round(box[side] / scale) for side in ("width", "height")]
    shifted = [round((box[axis] - (before or {})[axis]) / scale) for axis in ("x", "y")]
    assert (measured, shifted) == ([300, 400], [50, -50])
    page.keyboard.up("b")
