"""The console in a real terminal: a whole book as an operator scans it, and a window that is closed on the way."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scanpipe.errors import DeliveryRefused, StateError
from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.delivery.deliver import deliver
from scanpipe.flows.practice import make_practice_station
from scanpipe.flows.station import open_station
from tests.conftest import SMALL_DPI

BOOK = "KS.2010.01"
SCANPIPE = str(Path(sys.executable).with_name("scanpipe"))
_LONGEST_S = 90.0


class Terminal:
    """A window of tmux in which a command runs."""

    def __init__(self, socket: str, *command: str) -> None:
        self._tmux = ["tmux", "-u", "-L", socket, "-f", "/dev/null"]
        self._call("new-session", "-d", "-x", "100", "-y", "30", *command)
        self.process = psutil.Process(int(self._call("list-panes", "-F", "#{pane_pid}")))

    def _call(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=False, env=dict(os.environ))
        return done.stdout

    def keys(self, *keys: str) -> None:
        self._call("send-keys", *keys)

    def screen(self) -> str:
        return self._call("capture-pane", "-p")

    def until(self, *texts: str) -> str:
        ends = time.monotonic() + _LONGEST_S
        while not all(text in (shown := self.screen()) for text in texts):
            assert time.monotonic() < ends, f"{texts} not in\n{shown}"
            time.sleep(0.1)
        return shown

    def close(self) -> None:
        self._call("kill-server")


@pytest.fixture
def socket(tmp_path: Path) -> Iterator[str]:
    name = f"scanpipe-{os.getpid()}-{tmp_path.name}"
    yield name
    subprocess.run(["tmux", "-L", name, "kill-server"], capture_output=True, check=False)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("practice") / "station"
    make_practice_station(folder)
    return folder


def test_a_whole_book_with_a_jam_a_double_feed_a_rescan_and_a_forgotten_page(practice: Path, socket: str) -> None:
    """On a practice station, which has these faults."""
    desk = Terminal(socket, SCANPIPE, "console", "--practice", str(practice))
    desk.until("PRACTICE", BOOK, "New")
    desk.keys("Enter")
    desk.until("Next page: F1", "0 of 12 pages", "ready")
    desk.keys("Space")
    desk.until("Next page: 1", "1 of 12", "ready")
    desk.keys("Space")
    desk.until("Next page: 2", "2 of 12", "ready")
    desk.keys("Space")
    desk.until("paper is stuck", "Take the sheet out", "put back its sheet", "ready")
    desk.keys("Space")
    desk.until("Next page: 3", "3 of 12", "ready")
    desk.keys("Space")
    desk.until("Next page: 4", "4 of 12", "ready")
    desk.keys("F12")
    desk.until("The book is not complete")
    desk.keys("Escape", "1", "0", "Enter")  # typed faster than anybody can
    desk.until("Page 10: not scanned")
    desk.keys("2", "Enter")
    desk.until("Page 2: scanned")
    desk.keys("F2")
    desk.until("There is room for page 2")
    desk.keys("Space")
    desk.until("Next page: 5", "5 of 12", "ready")
    desk.keys("Enter")
    desk.until("cover is open", "Next page: 8", "ready")
    desk.keys("Enter")
    desk.until("All pages are scanned.", "12 of 12", "ready")
    for page in ("6", "9"):
        desk.keys(page)
        desk.until("Go to page:")
        desk.keys("Enter")
        desk.until(f"Page {page}:")
        desk.keys("F4")
        desk.until("1 page scanned.", "ready")
    desk.keys("F12")
    desk.until("The book is complete: 12 pages.")
    desk.keys("C-q")
    desk.process.wait(30)
    with open_station(practice) as station:
        facts = book_facts(station, BOOK)
    assert len(facts.captured) == 12
    assert not (facts.unresolved_sheets or facts.awaited or facts.unassigned)
    assert not [flag for state in facts.captured for flag in state.flags if flag in ("black", "blurred")]


def test_books_of_a_practice_station_are_never_delivered(practice: Path) -> None:
    with open_station(practice, purpose="test") as station, pytest.raises(DeliveryRefused) as refused:
        deliver(station, BOOK)
    assert "practice" in str(refused.value)


def test_a_practice_station_is_never_made_of_a_real_one(station: Path) -> None:
    with pytest.raises(StateError):
        make_practice_station(station)


def test_a_practice_station_that_was_left_half_made_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "station"
    folder.mkdir()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("scanpipe.flows.practice.open_sample_book", interrupted)
        make_practice_station(folder)
    make_practice_station(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["station"]
    with open_station(folder) as station:
        assert station.settings.practice and book_facts(station, BOOK).book.pages


def interrupted(*_words: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def feeding(station: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A station with a slow feeder, and a book of more pages than it holds."""
    sane = station / "sane"
    sane.mkdir()
    (sane / "dll.conf").write_text("test\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(sane))
    (station / "scanners" / "slow.toml").write_text(
        f'match = "test:*"\nsource = "Automatic Document Feeder"\nmode = "Color"\ndpi = {SMALL_DPI}\n'
        "page_mm = [80.0, 60.0]\n[options]\nread-delay = true\nread-delay-duration = 100000\n"
    )
    settings = station / "station.toml"
    text = settings.read_text().replace('device = ""', 'device = "test:0"').replace('profile = ""', 'profile = "slow"')
    settings.write_text(text)
    with open_station(station, purpose="test") as opened:
        add_book(opened, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails(pages=90, cases=90))
    return station


def under_way(station: Path, socket: str) -> Terminal:
    """Scan until the second page moves."""
    desk = Terminal(socket, SCANPIPE, "--station", str(station), "console", BOOK)
    desk.until("Next page: 1", "ready")
    desk.keys("Enter")
    desk.until("Next page: 2", "scanning")
    return desk


@pytest.mark.parametrize("ending", ["a closed window", "SIGTERM"])
def test_an_end_from_outside_keeps_the_sheet_under_way(feeding: Path, socket: str, ending: str) -> None:
    desk = under_way(feeding, socket)
    if ending == "SIGTERM":
        desk.process.terminate()
    else:
        desk.close()
    desk.process.wait(60)
    with open_station(feeding) as opened:
        facts = book_facts(opened, BOOK)
    assert facts.captured
    assert not facts.unresolved_sheets
    assert not list((feeding / "spool").iterdir())


def test_after_a_kill_the_next_start_says_which_sheet_is_suspect_and_goes_on(feeding: Path, socket: str) -> None:
    desk = under_way(feeding, socket)
    children = desk.process.children(recursive=True)
    desk.process.kill()
    desk.process.wait(60)
    assert not psutil.wait_procs(children, 60)[1], "the scanner's process ends with the console"
    with open_station(feeding) as opened:
        facts = book_facts(opened, BOOK)
    (suspect,) = facts.unresolved_sheets
    assert str(suspect.page) == str(len(facts.captured) + 1)
    again = Terminal(socket, SCANPIPE, "--station", str(feeding), "console")
    again.until(f"Put back the sheet of page {suspect.page}")
    again.keys("Enter")
    again.until(
        f"Put the sheet of page {suspect.page} back on top", "put back its sheet", f"page {len(facts.captured)}"
    )
    again.keys("Space")
    again.until("Put these sheets on top of the stack")
    again.keys("Space")
    again.until(f"{len(facts.captured) + 1} of 90", "ready")


def test_where_nobody_sits_the_console_is_refused_and_capture_shows_lines(scanning: Path) -> None:
    with open_station(scanning, purpose="test") as opened:
        add_book(opened, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails(pages=4, cases=4))
    refused = without_terminal(scanning, "console")
    assert (refused.returncode, "terminal" in refused.stderr) == (2, True)
    done = without_terminal(scanning, "capture", BOOK, "--plain")
    assert (done.returncode, "page 1" in done.stderr) == (0, True), done.stderr


def without_terminal(station: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [SCANPIPE, "--station", str(station), *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=False)
