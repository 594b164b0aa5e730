"""What an operator sees in the browser beside the scan."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from scanpipe.flows.station import STORE, open_station
from scanpipe.review.live.view import LiveEvent
from scanpipe.state.store import Store
from tests.browser.conftest import Followed
from tests.followed_books import HEIGHT, WIDTH, keep, mark
from tests.small_books import BOOK, capture_pages

LOWEST_PRIORITY_MS = 240_000  # other tests go before what gives way to all
ENGLISH = re.compile(r"^(?!.*[àáảãạăâđèéẻẽẹêìíỉĩịòóỏõọôơùúủũụưỳýỷỹỵ])[A-Za-z ]{12,}$", re.IGNORECASE)


def box(found: Locator) -> tuple[float, float, float, float]:
    """Return where something stands on the screen: left, top, width, height."""
    bounds = found.bounding_box()
    assert bounds
    return bounds["x"], bounds["y"], bounds["width"], bounds["height"]


def files_of(station: Path) -> set[Path]:
    """Return the files of a station but those that SQLite keeps beside its journal."""
    return {path for path in station.rglob("*") if not path.name.startswith("journal.sqlite-")}


def test_before_the_first_page_it_says_that_there_is_none(followed: Followed) -> None:
    page = followed.open()
    expect(page.get_by_text("Nothing was captured yet.")).to_be_visible()
    expect(page.locator("figure:visible")).to_have_count(0)


def test_the_last_page_fills_the_width_and_the_next_one_comes_by_itself(followed: Followed, tmp_path: Path) -> None:
    keep(followed.station, "1")
    page = followed.open()
    picture = page.get_by_role("img", name="Picture of Page 1")
    expect(picture).to_be_visible()
    assert box(picture)[2] > 0.97 * 1366
    assert page.evaluate("document.documentElement.scrollWidth") == 1366
    keep(followed.station, "2", "3", regions=("left", "right"))
    expect(page.get_by_role("img", name="Picture of Page 2-3")).to_be_visible()
    with open_station(followed.station, purpose="test") as station:
        capture_pages(station, tmp_path / "scans", 1, first=4)  # as another command would
    expect(page.get_by_role("heading", name="Page 4")).to_be_visible()
    expect(page.get_by_role("img", name="Picture of Page 4")).to_be_visible()


def test_warnings_are_listed_and_drawn_where_they_are(followed: Followed) -> None:
    page = followed.open()
    places = (mark("cut_off", 50.8, 57.15, 25.4, 19.05), mark("blurred", 0, 0, 50.8, 19.05))
    keep(followed.station, "1", flags=("blurred", "cut_off"), marks=places)
    listed = page.get_by_label("Warnings").get_by_role("listitem")
    expect(listed).to_have_count(2)
    expect(listed.nth(0)).to_contain_text("blurred")
    left, top, width, height = box(page.locator("#newest .paper"))
    cut_off, blurred = (box(page.locator(".mark").nth(place)) for place in range(2))
    assert cut_off == pytest.approx((left + width / 2, top + 0.75 * height, width / 4, height / 4), abs=1)
    assert blurred == pytest.approx((left, top, width / 2, height / 4), abs=1)
    assert page.locator(".mark").all_inner_texts() == ["2", "1"]
    page.keyboard.press("m")
    expect(page.locator(".mark").first).to_be_hidden()
    keep(followed.station, "2")
    expect(page.get_by_label("Warnings")).to_be_hidden()


def test_keys_zoom_compare_and_move(followed: Followed) -> None:
    for label in ("1", "2"):
        keep(followed.station, label)
    page = followed.open()
    shown, before = page.locator("#newest img"), page.locator("#before img")
    expect(shown).to_have_attribute("alt", "Picture of Page 2")
    page.keyboard.press("w")
    expect(page.get_by_role("button", name="Whole page")).to_have_attribute("aria-pressed", "true")
    stage = box(page.locator("#stage"))
    assert box(shown)[1] + box(shown)[3] <= stage[1] + stage[3]
    page.keyboard.press("z")
    expect(shown).to_have_attribute("src", re.compile("/full.jpg$"))
    assert box(shown)[2:] == (WIDTH, HEIGHT)
    page.keyboard.press("z")
    page.keyboard.press("b")
    expect(before).to_have_attribute("alt", "Picture of Page 1")
    assert box(before)[0] + box(before)[2] <= box(shown)[0]
    page.keyboard.press("b")
    expect(before).to_be_hidden()
    page.keyboard.press("w")
    page.keyboard.press("ArrowDown")
    assert page.locator("#stage").evaluate("stage => stage.scrollTop") == 120
    page.mouse.move(600, 400)
    page.mouse.down()
    page.mouse.move(600, 430)
    page.mouse.up()
    assert page.locator("#stage").evaluate("stage => stage.scrollTop") == 90
    page.mouse.move(600, 500)  # no longer held
    assert page.locator("#stage").evaluate("stage => stage.scrollTop") == 90
    page.locator("#stage").dblclick(position={"x": 600, "y": 300})
    assert box(shown)[2] == WIDTH


def test_it_shows_what_enhancement_will_make_of_the_page(followed: Followed) -> None:
    keep(followed.station, "1", flags=("blurred",), marks=(mark("blurred", 10, 10, 20, 20),))
    page = followed.open()
    expect(page.locator(".mark")).to_be_visible()
    kept = files_of(followed.station)
    page.keyboard.press("e")
    expect(page.locator("#newest .enhanced")).to_be_visible(timeout=LOWEST_PRIORITY_MS)
    expect(page.locator("#newest img")).to_have_attribute("src", re.compile(r"/enhanced-[0-9a-f]{16}-\.jpg$"))
    expect(page.locator(".mark")).to_be_hidden()  # another geometry
    page.keyboard.press("e")
    expect(page.locator(".mark")).to_be_visible()
    assert files_of(followed.station) == kept  # nothing of it is kept


def test_a_stop_is_shown_large_until_the_scan_goes_on(followed: Followed) -> None:
    keep(followed.station, "1")
    page = followed.open()
    followed.view.publish(LiveEvent(book=BOOK, state="stopped", words="Paper jam. Put sheet 2 back."))
    alert = page.get_by_role("alert").filter(has_text="Paper jam. Put sheet 2 back.")
    expect(alert).to_be_visible()
    assert page.get_by_role("heading", name="The scan stopped.").evaluate("h => getComputedStyle(h).fontSize") > "30px"
    followed.view.publish(LiveEvent(book=BOOK, state="scanning"))
    expect(alert).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="The scanner is scanning.")).to_be_visible()


def test_an_open_page_finds_its_way_back_and_catches_up(followed: Followed) -> None:
    keep(followed.station, "1")
    page = followed.open()
    expect(page.get_by_role("heading", name="Page 1")).to_be_visible()
    followed.view.stop()
    expect(page.get_by_text("The connection to scanpipe is lost.")).to_be_visible()
    keep(followed.station, "2")
    followed.view.start()
    expect(page.get_by_role("heading", name="Page 2")).to_be_visible()
    expect(page.get_by_text("The connection to scanpipe is lost.")).to_be_hidden()
    followed.complaints.clear()  # that the server was away


def test_a_picture_that_cannot_be_read_is_told_and_the_next_one_is_shown(followed: Followed) -> None:
    keep(followed.station, "1")
    store = Store(followed.station / STORE)
    (spoiled,) = store.digests()
    store.path(spoiled).unlink()
    page = followed.open()
    expect(page.get_by_text("The stored picture cannot be read.").locator("visible=true")).to_be_visible()
    expect(page.get_by_role("heading", name="Page 1")).to_be_visible()
    keep(followed.station, "2")
    expect(page.get_by_role("img", name="Picture of Page 2")).to_be_visible()
    followed.complaints.clear()  # of the answer 410


def test_an_incomplete_address_says_what_to_do(followed: Followed) -> None:
    answer = followed.page.goto(followed.view.url[:-20])
    assert answer and answer.status == 403
    expect(followed.page.get_by_text("Open the page from the console")).to_be_visible()
    followed.complaints.clear()  # of the answer 403


def test_every_word_is_vietnamese(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")
    keep(followed.station, "1", flags=("blurred",))
    page = followed.open()
    expect(page.get_by_role("heading", name="Trang 1")).to_be_visible()
    followed.view.publish(LiveEvent(book=BOOK, state="stopped"))
    expect(page.get_by_role("heading", name="Lượt quét đã dừng.")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "vi"
    texts = page.locator("body").inner_text().splitlines()
    names = page.locator("[aria-label]").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert not [text for text in (*texts, *names) if ENGLISH.match(text)]


def test_all_that_can_be_reached_has_a_name(followed: Followed) -> None:
    keep(followed.station, "1", flags=("blurred",))
    page = followed.open()
    expect(page.get_by_role("img", name="Picture of Page 1")).to_be_visible()
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText"))
    assert [name.partition(" ")[2].strip() for name in reached[:5]] == [
        "Zoom 1:1",
        "Whole page",
        "The page before",
        "Enhanced",
        "Marks",
    ]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("aria-pressed", "false")


def test_axe_finds_nothing_that_keeps_people_from_using_it(followed: Followed, axe: str) -> None:
    page = followed.open()
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    for label in ("1", "2"):
        keep(followed.station, label, flags=("blurred", "clipped"), marks=(mark("blurred", 10, 10, 20, 20),))
    expect(page.get_by_role("img", name="Picture of Page 2")).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_role("img", name="Picture of Page 1")).to_be_visible()
    followed.view.publish(LiveEvent(book=BOOK, state="stopped", words="Paper jam."))
    expect(page.get_by_text("Paper jam.")).to_be_visible()
    found += page.evaluate("axe.run()")["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
