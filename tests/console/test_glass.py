"""A scanner with nothing but a glass: the console asks for each page, and says why one is to be scanned again."""

from scanpipe.console.book_screen import BookScreen
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.process.verdicts import reject
from scanpipe.flows.station import Station, open_station
from tests.conftest import SMALL_DPI
from tests.console.conftest import BOOK, Desk, at_the_desk


def with_a_glass(opened: Station) -> None:
    """Give the station a scanner with nothing but a glass."""
    (opened.folder / "sane" / "dll.conf").write_text("test\n")
    (opened.folder / "scanners" / "feeder.toml").write_text(
        f'match = "test:*"\nsource = "Flatbed"\nmode = "Color"\ndpi = {SMALL_DPI}\npage_mm = [60.0, 40.0]\n'
    )
    settings = opened.folder / "station.toml"
    settings.write_text(settings.read_text().replace('device = "pnm:0"', 'device = "test:0"'))


def test_the_glass_asks_for_each_page_by_its_number(opened: Station) -> None:
    with_a_glass(opened)

    async def operator(desk: Desk) -> None:
        screen = desk.app.screen
        assert isinstance(screen, BookScreen)
        await desk.until(lambda: screen.state.stack is False)
        await desk.press("space")
        await desk.until(lambda: "Lay page 2" in desk.seen("notice"))
        await desk.press("space")
        await desk.until(lambda: "Lay page 3" in desk.seen("notice"))
        await desk.press("escape")
        await desk.until_idle()

    with open_station(opened.folder, purpose="console") as station:
        at_the_desk(station, operator, book=BOOK)
    assert [state.page.label for state in book_facts(opened, BOOK).captured] == ["1", "2"]


def test_the_console_walks_through_the_pages_that_were_sent_back_and_says_why(opened: Station) -> None:
    list(capture_scanner(opened, BOOK))
    reject(opened, BOOK, ["1"], reason="blurred", rescan=True, note="the name cannot be read")
    reject(opened, BOOK, ["3"], reason="cut-off", rescan=True)
    with_a_glass(opened)

    async def operator(desk: Desk) -> None:
        screen = desk.app.screen
        assert isinstance(screen, BookScreen)
        await desk.shows("status", "sent back: blurred: the name cannot be read")
        await desk.until(lambda: screen.state.stack is False)
        await desk.press("space")
        await desk.shows("notice", "Lay page 3")
        assert "page 3 was sent back: cut off" in desk.seen("notice")
        await desk.press("space")
        await desk.until_idle()
        assert "All pages are scanned." in desk.seen("status")

    with open_station(opened.folder, purpose="console") as station:
        at_the_desk(station, operator, book=BOOK)
    facts = book_facts(opened, BOOK)
    newest = sorted(facts.captured, key=lambda state: state.facts.capture)[-2:]
    assert ([state.page.label for state in newest], facts.awaited) == (["1", "3"], ())
