"""An operator at a terminal, and scripts that have none: what is asked, which keys count, and how it ends."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from scanpipe.flows.book.books import BookDetails, add_book, book_facts
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.process.verdicts import reject
from scanpipe.flows.station import create_station, open_station

BOOK = "KS.2010.01"
SCANPIPE = str(Path(sys.executable).with_name("scanpipe"))
PROFILE = 'match = "test:*"\nsource = "Flatbed"\nmode = "Color"\ndpi = 200\npage_mm = [20, 20]\n'


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A station with a scanner that has glass and a feeder, and a book."""
    (tmp_path / "dll.conf").write_text("test\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    folder = tmp_path / "station"
    settings = create_station(folder)
    named = settings.read_text().replace('device = ""', 'device = "test:0"').replace('profile = ""', 'profile = "own"')
    settings.write_text(named)
    (folder / "scanners" / "own.toml").write_text(PROFILE)
    with open_station(folder, purpose="test") as opened:
        add_book(opened, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails())
    return folder


class Desk:
    """A command at a terminal: `keys` types, `read_to` returns what was shown up to a text."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int) -> None:
        self.process, self._terminal, self._shown = process, terminal, ""

    def keys(self, typed: bytes) -> None:
        os.write(self._terminal, typed)

    def read_to(self, text: str) -> str:
        assert self.process.stderr
        until = time.monotonic() + 60
        while text not in self._shown:
            assert select.select([self.process.stderr], [], [], until - time.monotonic())[0], self._shown
            data = os.read(self.process.stderr.fileno(), 4096)
            assert data, self._shown
            self._shown += data.decode()
        shown, text, self._shown = self._shown.partition(text)
        return shown + text


@contextmanager
def at_a_terminal(station: Path, *words: str, typed_ahead: bytes = b"") -> Iterator[Desk]:
    ours, theirs = os.openpty()
    os.write(ours, typed_ahead)
    command = [SCANPIPE, "--station", str(station), *words]
    with subprocess.Popen(command, stdin=theirs, stderr=subprocess.PIPE, start_new_session=True) as process:
        yield Desk(process, ours)
        process.wait(60)
    os.close(ours)
    os.close(theirs)


def pages(station: Path) -> list[str]:
    with open_station(station) as opened:
        return [state.page.label for state in book_facts(opened, BOOK).captured]


def without_terminal(station: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [SCANPIPE, "--station", str(station), *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)


def test_only_keys_that_were_typed_after_the_question_and_are_named_in_it_count(station: Path) -> None:
    with at_a_terminal(station, "capture", BOOK, typed_ahead=b"\n\n\n") as desk:
        assert "test:0" not in desk.read_to("Place page 1 on the glass")
        desk.keys(b"x\n")
        assert "test:0" not in desk.read_to("Press Enter or q.")
        desk.read_to("Place page 1 on the glass")
        desk.keys(b"\n\n\n")
        assert "page 1" in desk.read_to("Place page 2 on the glass")
        desk.process.send_signal(signal.SIGSTOP)
        desk.process.send_signal(signal.SIGCONT)
        desk.keys(b"q\n")
    assert (desk.process.returncode, pages(station)) == (0, ["1"])


def test_sheets_are_asked_for_at_a_terminal_and_promised_in_scripts(station: Path) -> None:
    feeder = ("--source", "Automatic Document Feeder", "--pages", "1")
    with open_station(station, purpose="test") as opened:
        list(capture_scanner(opened, BOOK, ScanRequest(source=feeder[1], pages=3)))
        reject(opened, BOOK, ["2"], reason="blurred", rescan=True)
    with at_a_terminal(station, "capture", BOOK, *feeder) as desk:
        assert "1. the sheet of page 2" in desk.read_to("Press Enter when the sheets are on top (q to stop)")
        desk.keys(b"q\n")
    assert (desk.process.returncode, pages(station)) == (0, ["1", "3"])
    refused = without_terminal(station, "capture", BOOK, *feeder)
    assert (refused.returncode, "the sheet of page 2" in refused.stderr) == (2, True), refused.stderr
    assert without_terminal(station, "capture", BOOK, *feeder, "--yes").returncode == 0
    assert pages(station) == ["1", "2", "3"]


def test_standard_streams_that_are_closed_end_nothing(station: Path) -> None:
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&-', "sh", SCANPIPE, "--station", str(station), "capture", BOOK],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    assert (closed.returncode, pages(station)) == (0, ["1"]), closed.stderr


def test_ctrl_c_stops_the_feeder_after_the_sheet_under_way(station: Path) -> None:
    slow = "\n[options]\nread-delay = true\nread-delay-duration = 20_000\n"
    profile = PROFILE.replace("Flatbed", "Automatic Document Feeder").replace("dpi = 200", "dpi = 300") + slow
    (station / "scanners" / "own.toml").write_text(profile)
    command = [SCANPIPE, "--station", str(station), "capture", BOOK]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        while not process.stderr.readline().startswith("page 1 "):
            pass
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130, told
    assert pages(station) in (["1", "2"], ["1", "2", "3"], ["1", "2", "3", "4"]), told


def test_quick_ctrl_c_end_with_its_exit_code_and_without_a_traceback(station: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(40):
        Image.new("RGB", (60, 80), (200, 200, number)).save(folder / f"{number}.png", dpi=(300, 300))
    command = [SCANPIPE, "--station", str(station), "capture", BOOK, "--from", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        process.stderr.readline()
        for _time in range(4):
            process.send_signal(signal.SIGINT)
            time.sleep(0.01)
        told = process.stderr.read()
    assert (process.returncode, "Traceback" in told) == (130, False), told
    assert pages(station)
