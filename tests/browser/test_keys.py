"""Each key of the page view does what its help says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.station import open_station
from scanpipe.vocabularies.reasons import REASONS
from tests.browser.test_review import Reviewed, reviewing
from tests.judged_books import make_judged
from tests.small_books import BOOK, drawing_samples


@pytest.fixture
def pressed(chromium: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Reviewed]:
    """A book of a few pages that wait."""
    with reviewing(chromium, make_judged(tmp_path, getattr(request, "param", 4))) as pressed:
        yield pressed


@pytest.mark.parametrize("pressed", [len(REASONS) + 1], indirect=True, ids=["a page for each"])
def test_each_reason_has_its_key_which_says_what_is_usually_done_then(pressed: Reviewed) -> None:
    page, said = pressed.open(), []
    for place, reason in enumerate(REASONS.values(), 1):
        pressed.at(str(place))
        page.keyboard.press(reason.key)
        said += [("reject", reason.code)] if reason.remedy in ("accept", "renumber") else [(reason.remedy, reason.code)]
        said += [("accept", "")] if reason.remedy == "accept" else []
    pressed.at(str(len(REASONS) + 1))
    pressed.expect_said(*said)


def test_what_was_said_last_is_undone_and_said_otherwise(pressed: Reviewed) -> None:
    page = pressed.open()
    page.keyboard.press("Enter")
    pressed.at("2")
    page.keyboard.press("u")
    pressed.at("1")
    expect(page.locator("#status")).to_have_text("waiting for a verdict")
    page.keyboard.press("1")
    pressed.at("2")
    pressed.expect_said(("accept", ""), ("rescan", "blurred"))
    page.keyboard.press("p")
    expect(page.locator("#status")).to_have_text("missing")


def test_keys_that_are_held_or_go_with_others_say_nothing(pressed: Reviewed) -> None:
    page = pressed.open()
    for key in ("Control+a", "Alt+1", "Control+u", "q", "y"):
        page.keyboard.press(key)
    page.keyboard.down("Space")
    pressed.at("2")
    page.keyboard.down("Space")  # it repeats
    page.keyboard.up("Space")
    pressed.expect_said(("accept", ""))
    pressed.at("2")


@pytest.mark.parametrize(("view", "drawn"), [("", "#title:not(:empty)"), ("/sheet", ".thumb")], ids=["page", "sheet"])
def test_a_key_is_the_pages_own_as_soon_as_a_question_was_answered(pressed: Reviewed, view: str, drawn: str) -> None:
    page = pressed.open()
    page.goto(f"{pressed.review.url.rsplit('/', 2)[0]}/books/1{view}")
    expect(page.locator(drawn).first).to_be_visible()
    left = """() => {
        const [who, name] = ["who", "who-name"].map((id) => document.getElementById(id));
        document.activeElement.blur();
        who.showModal();
        name.focus();
        who.close();
        const focused = document.activeElement;
        const key = new KeyboardEvent("keydown", { key: "?", bubbles: true });
        focused.dispatchEvent(key);
        return focused === name && document.getElementById("help").open;
    }"""
    assert page.evaluate(left)


def test_the_sample_is_gone_through_until_all_of_it_was_seen(pressed: Reviewed) -> None:
    with open_station(pressed.station, purpose="test") as station:
        (lot,) = plan_lots(drawing_samples(station, share=0.1, worst=2), BOOK, seed="a")
    sample = sorted((each.page.label for each in lot.waiting), key=int)
    page = pressed.page
    page.goto(f"{pressed.review.url}?book=1")
    page.keyboard.press("Enter")
    pressed.at(sample[0])
    page.keyboard.press("x")
    pressed.at(sample[1])
    page.keyboard.press("p")
    for label in sample:
        pressed.at(label)
        page.keyboard.press("Space")
    expect(page.locator("#said")).to_have_text("That was the last page.")
    pressed.expect_said(*[("accept", "")] * len(sample))


def test_the_picture_is_moved_and_help_is_shown(pressed: Reviewed) -> None:
    page = pressed.open()
    page.set_viewport_size({"width": 1366, "height": 400})  # the picture is small
    stage = page.locator("#stage")
    expect(page.locator("#page img").first).to_be_visible()
    for key in ("z", "="):
        page.keyboard.press(key)
    before = stage.evaluate("stage => stage.scrollTop")
    page.keyboard.press("ArrowUp")
    above = stage.evaluate("stage => stage.scrollTop")
    assert above < before
    page.keyboard.press("ArrowDown")
    assert stage.evaluate("stage => stage.scrollTop") == above + 120
    page.keyboard.press("0")
    assert stage.evaluate("stage => stage.scrollTop") == 0
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("1")  # says nothing while help is read
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys")).to_be_hidden()
    pressed.at("1")
    pressed.expect_said()
