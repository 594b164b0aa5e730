"""Waiting that does not count the time in which this process was stopped."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from scanpipe.system.timeouts import TimeLimit, wait_for

STOPPED = """
import selectors, sys
from scanpipe.system.timeouts import TimeLimit, wait_for

with selectors.DefaultSelector() as selector:
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("waiting", flush=True)
    print(wait_for(selector, TimeLimit(2.0)) is None)
"""


@pytest.fixture
def pipe() -> Iterator[tuple[selectors.BaseSelector, int]]:
    ours, theirs = os.pipe()
    with selectors.DefaultSelector() as selector:
        selector.register(ours, selectors.EVENT_READ)
        yield selector, theirs
    os.close(ours)
    os.close(theirs)


def test_the_bound_that_is_over_first_is_told(pipe: tuple[selectors.BaseSelector, int]) -> None:
    short, long = TimeLimit(0.05), TimeLimit(9)
    assert wait_for(pipe[0], long, short) is short
    assert 8 < long.left < 9


def test_what_can_be_read_is_found_also_when_nothing_is_left(pipe: tuple[selectors.BaseSelector, int]) -> None:
    os.write(pipe[1], b"x")
    assert wait_for(pipe[0], TimeLimit(0)) is None


def test_time_in_which_the_process_was_stopped_does_not_count() -> None:
    with subprocess.Popen([sys.executable, "-c", STOPPED], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.3)
        process.stdin.write(b"x")
        process.stdin.flush()
        assert process.stdout.readline() == b"True\n"
