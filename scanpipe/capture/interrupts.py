"""The operator's Ctrl-C while a page is under way: the first one waits for the page, the second stops at once.

A third one, while the second is being answered, ends the process (`interruption`).
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from scanpipe.errors import Interrupted
from scanpipe.messages import LazyText, lazy
from scanpipe.system.signals import end_at_once


class HeldInterrupts:
    """Whether Ctrl-C was pressed since the block began."""

    def __init__(self, remedy: LazyText | str) -> None:
        self.requested = False
        self._remedy = remedy

    def take(self, _number: int, _frame: FrameType | None) -> None:
        """Note the first Ctrl-C; stop at the second.

        Raises:
            Interrupted: it was pressed before.
        """
        if self.requested:
            signal.signal(signal.SIGINT, end_at_once)
            raise Interrupted(lazy("Stopped during a page."), remedy=self._remedy)
        self.requested = True


@contextmanager
def interrupts_held(*, remedy: LazyText | str = "") -> Iterator[HeldInterrupts]:
    """Hold back Ctrl-C while the block runs; within another such block it is the outer one that counts.

    A page is safe only when it is stored, so a flow wraps "scan and store" in one block and looks at `requested`
    after it. Outside the main thread, and where it is ignored, Ctrl-C never arrives, and nothing is done. `remedy` is
    what to do after the second one, by default with a sheet of paper.
    """
    current = signal.getsignal(signal.SIGINT) or signal.SIG_DFL
    outer = getattr(current, "__self__", None)
    if isinstance(outer, HeldInterrupts):
        yield outer
        return
    held = HeldInterrupts(remedy or lazy("Put that sheet back, then run the same command again."))
    if current is signal.SIG_IGN or threading.current_thread() is not threading.main_thread():
        yield held
        return
    signal.signal(signal.SIGINT, held.take)
    try:
        yield held
    finally:
        signal.signal(signal.SIGINT, current)
