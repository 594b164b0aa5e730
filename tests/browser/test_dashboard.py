"""The dashboard in the browser: whoever cannot see the plots reads them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.station import open_station
from scanpipe.review.site.server import ReviewServer
from tests.browser.conftest import heard_by
from tests.judged_books import make_judged
from tests.small_books import BOOK


@pytest.fixture
def board(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """The dashboard of a station whose sample was judged in part; what the browser complains of fails the test."""
    station = make_judged(tmp_path)
    with open_station(station, purpose="test", person="Lan") as opened:
        (lot,) = plan_lots(opened, BOOK, seed="a")
        first, second = (page.page.label for page in lot.random)
        accept(opened, BOOK, [first])
        reject(opened, BOOK, [second], reason="blurred")
    review = ReviewServer(station, person="Lan")
    review.start()
    page, complaints = heard_by(chromium)
    try:
        page.goto(review.url)
        page.keyboard.press("Enter")
        expect(page.locator("#who")).to_be_hidden()
        page.get_by_role("link", name="Dashboard").click()
        yield page
        assert complaints == []
    finally:
        page.close()
        review.stop()


def test_plots_are_tables_too_and_axe_finds_nothing(board: Page, axe: str) -> None:
    expect(board.get_by_role("img", name="Pages captured each day")).to_be_visible()
    defects = board.get_by_role("region", name="Defective pages")
    expect(defects.get_by_role("row", name="blurred 1 50.0 %")).to_be_visible()
    for table in board.get_by_text("Each day as a table").all():
        table.click()
    expect(board.get_by_role("table").filter(has_text="Day")).to_have_count(2)
    for width in (683, 1366):  # a zoom of 200 %, and none
        board.set_viewport_size({"width": width, "height": 768})
        assert board.evaluate("document.documentElement.scrollWidth") == width
    board.evaluate(axe)
    found = board.evaluate("axe.run()")["violations"]
    board.get_by_role("link", name="Scan in progress").click()
    expect(board.get_by_role("heading", name="Page 6")).to_be_visible()
    board.evaluate(axe)
    found += board.evaluate("axe.run()")["violations"]
    board.get_by_role("link", name="Morning report").click()
    expect(board.get_by_text("No night has run on this station yet.")).to_be_visible()
    assert board.evaluate("document.documentElement.scrollWidth") == 1366
    board.evaluate(axe)
    found += board.evaluate("axe.run()")["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
    board.get_by_role("link", name="Books").click()
    expect(board.get_by_role("link", name=BOOK, exact=True)).to_be_visible()


def test_it_keeps_itself_up_to_date_and_whoever_reads_it_notices_nothing(board: Page, tmp_path: Path) -> None:
    board.clock.install()
    board.reload()
    board.get_by_text("Each day as a table").first.click()
    board.get_by_role("link", name="90 days").focus()
    with open_station(tmp_path / "station", purpose="test", person="Lan") as opened:
        accept(opened, BOOK, ["6"])
    board.clock.run_for(61_000)
    expect(board.get_by_role("row", name=f"{BOOK} ").get_by_role("cell").nth(4)).to_have_text("2")
    expect(board.get_by_role("table").filter(has_text="Day")).to_have_count(1)
    expect(board.get_by_role("link", name="90 days")).to_be_focused()
