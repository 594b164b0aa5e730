import signal
import threading

import pytest

from scanpipe.capture.interrupts import HeldInterrupts, interrupts_held
from scanpipe.errors import Interrupted


def test_the_first_is_held_and_the_second_stops():
    with interrupts_held() as held:
        signal.raise_signal(signal.SIGINT)
        assert held.requested
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_ctrl_c_is_as_before():
    with interrupts_held():
        pass
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_within_another_block_the_outer_one_counts():
    with interrupts_held() as outer:
        with interrupts_held() as inner:
            signal.raise_signal(signal.SIGINT)
            assert inner is outer
        assert outer.requested
        assert signal.getsignal(signal.SIGINT) == outer.take


def test_in_another_thread_nothing_is_held():
    found: list[HeldInterrupts] = []

    def work() -> None:
        with interrupts_held() as held:
            found.append(held)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert not found[0].requested
