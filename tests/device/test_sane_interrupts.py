"""Ctrl-C, Ctrl-Z and kill -9, sent to a real process that scans."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

# Says "scanning <child>", scans slow pages until stopped, and tells in the end how it went.
PROGRAM = """
import json, sys
from pathlib import Path
from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import ScanSettings
from scanpipe.errors import ScanpipeError

slow = {"test-picture": "Color pattern", "read-delay": True, "read-delay-duration": int(sys.argv[2])}
settings = ScanSettings(device="test:0", source="Automatic Document Feeder", mode="Gray", dpi=75, page_mm=(80, 50),
                        options=slow, stall_s=1.5)
pages, error = [], ""
try:
    with SaneScanner(spool=Path(sys.argv[1])).open(settings) as session:
        print("scanning", session.process_id, flush=True)
        while not session.interrupted:
            pages.append(session.scan(len(pages) + 1).raster.pixels.shape)
except ScanpipeError as problem:
    error = type(problem).__name__
print(json.dumps({"pages": pages, "error": error, "interrupted": session.interrupted}), flush=True)
"""

Start = Callable[[int], tuple["subprocess.Popen[str]", int]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the program in a group of its own, as a terminal does; return it and the scanner process's id."""
    started: list[subprocess.Popen[str]] = []

    def run(delay_us: int) -> tuple["subprocess.Popen[str]", int]:
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "spool"), str(delay_us)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(program)
        assert program.stdout is not None
        return program, int(program.stdout.readline().split()[1])

    yield run
    for program in started:
        if program.poll() is None:
            program.kill()
        program.communicate()


def gone(pid: int, within_s: float) -> bool:
    until = time.monotonic() + within_s
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def outcome(program: "subprocess.Popen[str]") -> dict[str, object]:
    text, _ = program.communicate(timeout=30)
    result: dict[str, object] = json.loads(text)
    return result


def test_ctrl_c_lets_the_page_under_way_come_whole(start: Start):
    program, child = start(100_000)
    time.sleep(0.4)
    os.killpg(program.pid, signal.SIGINT)
    assert outcome(program) == {"pages": [[147, 236]], "error": "", "interrupted": True}
    assert gone(child, 5)


def test_a_second_ctrl_c_stops_at_once(start: Start, tmp_path: Path):
    program, child = start(200_000)
    time.sleep(0.4)
    os.killpg(program.pid, signal.SIGINT)
    time.sleep(0.2)
    os.killpg(program.pid, signal.SIGINT)
    assert outcome(program) == {"pages": [], "error": "Interrupted", "interrupted": True}
    assert gone(child, 5)
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.parametrize("child_too", [False, True])
def test_a_scan_that_was_stopped_and_goes_on_comes_whole(start: Start, child_too: bool):
    program, child = start(200_000)
    stopped = [program.pid, *([child] if child_too else [])]
    time.sleep(0.4)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    time.sleep(2.5)
    for process in stopped:
        os.kill(process, signal.SIGCONT)
    os.kill(program.pid, signal.SIGINT)
    told = outcome(program)
    assert (told["error"], told["interrupted"]) == ("", True)
    assert told["pages"] == [[147, 236]]


@pytest.mark.parametrize("delay_us", [1_000, 200_000])
def test_a_killed_parent_leaves_no_process_and_no_file_behind(start: Start, tmp_path: Path, delay_us: int):
    program, child = start(delay_us)
    time.sleep(0.3)
    os.kill(program.pid, signal.SIGKILL)
    assert gone(child, 15)
    assert list((tmp_path / "spool").iterdir()) == []
