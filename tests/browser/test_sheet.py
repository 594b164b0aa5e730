"""The contact sheet of a book in the browser, by keys and by mouse."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scanpipe.review.site.server import ReviewServer
from tests.browser.conftest import heard_by
from tests.followed_books import keep
from tests.judged_books import make_judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A station, and the page that its contact sheet is open in."""

    station: Path
    review: ReviewServer
    page: Page

    def open(self) -> Page:
        """Open the contact sheet as Lan."""
        self.page.goto(self.review.url)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#who")).to_be_hidden()
        self.page.goto(f"{self.review.url.rsplit('/', 2)[0]}/books/1/sheet")
        expect(self.thumb("1")).to_be_visible()
        return self.page

    def thumb(self, label: str) -> Locator:
        return self.page.locator(f'.thumb[data-name="{label}"]')

    def chosen(self) -> list[str]:
        return [str(each.get_attribute("data-name")) for each in self.page.locator('[aria-selected="true"]').all()]


@pytest.fixture
def laid(chromium: Browser, tmp_path: Path) -> Iterator[Laid]:
    """The contact sheet of a book of which six pages wait; what the browser complains of fails the test."""
    station = make_judged(tmp_path)
    review = ReviewServer(station, person="Lan")
    review.start()
    page, complaints = heard_by(chromium)
    try:
        yield Laid(station=station, review=review, page=page)
        assert complaints == []
    finally:
        page.close()
        review.stop()


def test_keys_select_pages_and_judge_them(laid: Laid) -> None:
    page = laid.open()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert laid.chosen() == ["2", "3", "4"]
    page.keyboard.press("a")
    for label in "234":
        expect(laid.thumb(label)).to_contain_text("accepted")
    page.keyboard.press("u")
    for label in "234":
        expect(laid.thumb(label)).to_contain_text("waiting for a verdict")
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.keyboard.press("1")
    expect(laid.thumb("1")).to_contain_text("to be scanned again")


def test_the_mouse_selects_as_in_a_file_manager_and_opens_a_page(laid: Laid) -> None:
    page = laid.open()
    laid.thumb("2").click()
    laid.thumb("5").click(modifiers=["Shift"])
    laid.thumb("3").click(modifiers=["Control"])
    assert laid.chosen() == ["2", "4", "5"]
    laid.thumb("4").dblclick()
    expect(page.locator("#title")).to_have_text("Page 4")


def test_filters_show_what_they_say(laid: Laid) -> None:
    keep(laid.station)
    page = laid.open()
    for name, labels in {"flagged": ["2", "4"], "worst": list("654321"), "waiting": list("123456"), "loose": 1}.items():
        page.locator("#filter").select_option(name)
        shown = page.locator(".thumb")
        expect(shown).to_have_count(labels if isinstance(labels, int) else len(labels))
        if isinstance(labels, list):
            assert [each.get_attribute("data-name") for each in shown.all()] == labels


def test_axe_finds_nothing_on_the_sheet(laid: Laid, axe: str) -> None:
    page = laid.open()
    page.keyboard.press("Space")
    page.evaluate(axe)  # a script element would be against the content policy
    found = page.evaluate("axe.run().then((found) => found.violations)")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    page.keyboard.press("?")
    found = page.evaluate("axe.run().then((found) => found.violations)")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_only_pictures_that_are_seen_are_fetched(laid: Laid) -> None:
    page = laid.open()
    expect(laid.thumb("1").locator("img")).to_have_js_property("complete", value=True)
    fetched = page.locator(".thumb img[src]")
    expect(fetched).to_have_count(6)
    page.locator("#filter").select_option("flagged")
    expect(laid.thumb("2").locator("img")).to_have_js_property("naturalWidth", 240)


def groups(page: Page) -> list[str]:
    """Return the pages of the first cases as they are shown."""
    shown = page.locator(".case").all()[:4]
    return [" ".join(name.inner_text() for name in each.locator(".thumb .head strong").all()) for each in shown]


def test_keys_say_which_pages_make_which_case(laid: Laid) -> None:
    page = laid.open()
    page.keyboard.press("k")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    expect(page.locator("#said")).to_have_text("Done.")
    assert groups(page) == ["1 2", "3", "4", "5"]
    page.keyboard.press("g")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.locator('[data-cases="5/2010"] .thumb')).to_have_count(2)
    assert groups(page) == ["1", "2", "3", "4 5"]
    page.keyboard.press("u")
    expect(page.locator('[data-cases="1/2010"] .thumb')).to_have_count(2)
    page.keyboard.press("c")
    page.keyboard.type("1a")
    page.keyboard.press("Enter")
    expect(page.locator('[data-cases="1a/2010"]')).to_be_visible()
    assert groups(page) == ["1", "2", "3", "4"]
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("Undone")
    page.keyboard.press("t")
    page.keyboard.type("27.10.2010")
    page.keyboard.press("Enter")
    expect(page.locator('[data-cases="1/2010"] .case-head')).to_contain_text("27.10.2010")


def test_a_page_is_dragged_to_another_case_and_to_another_place(laid: Laid) -> None:
    page = laid.open()
    page.keyboard.press("k")
    laid.thumb("2").drag_to(laid.thumb("4"))
    expect(page.locator("#said")).to_have_text("Done.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    expect(page.locator('[data-cases="1/2010"] .thumb')).to_have_count(2)
    laid.thumb("2").drag_to(page.locator('[data-cases="3/2010"] .case-head'))
    expect(page.locator('[data-cases="1/2010"] .thumb')).to_have_count(1)
    assert groups(page)[:2] == ["1", "2 3"]


def test_axe_finds_nothing_on_the_cases(laid: Laid, axe: str) -> None:
    keep(laid.station)
    page = laid.open()
    page.keyboard.press("k")
    page.evaluate(axe)
    found = page.evaluate("axe.run().then((found) => found.violations)")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_the_row_of_a_case_is_typed_while_looking_at_its_page(laid: Laid, axe: str) -> None:
    page = laid.open()
    page.keyboard.press("k")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    expect(page.locator("#title")).to_have_text("Case 2/2010")
    expect(page.get_by_role("img", name="Picture of Page 2")).to_be_visible()
    page.locator('input[name="ngayDangKy"]').fill("27.10.2010")
    page.keyboard.press("Enter")
    expect(page.locator('input[name="ngayDangKy"]')).to_have_class("typed")
    page.keyboard.press("PageDown")
    expect(page.locator("#title")).to_have_text("Case 3/2010")
    page.locator('input[name="so"]').fill("33")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("Case 33/2010")
    page.evaluate(axe)
    found = page.evaluate("axe.run().then((found) => found.violations)")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
