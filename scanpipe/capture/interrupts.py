"""The operator's Ctrl-C while a page is under way: the first one waits for the page, the second stops at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from scanpipe.errors import Interrupted
from scanpipe.messages import _


class HeldInterrupts:
    """Whether Ctrl-C was pressed since the block began."""

    def __init__(self) -> None:
        self.requested = False

    def take(self, _number: int, _frame: FrameType | None) -> None:
        """Note the first Ctrl-C; stop at the second.

        Raises:
            Interrupted: it was pressed before.
        """
        if self.requested:
            raise Interrupted(
                _("Stopped while a page was under way."),
                remedy=_("Put that sheet back, then run the same command again."),
            )
        self.requested = True


@contextmanager
def interrupts_held() -> Iterator[HeldInterrupts]:
    """Hold back Ctrl-C while the block runs; within another such block it is the outer one that counts.

    A page is safe only when it is stored, so a flow wraps "scan and store" in one block and looks at `requested`
    after it. Outside the main thread Ctrl-C never arrives, and nothing is done.
    """
    current = signal.getsignal(signal.SIGINT) or signal.SIG_DFL
    outer = getattr(current, "__self__", None)
    if isinstance(outer, HeldInterrupts):
        yield outer
        return
    held = HeldInterrupts()
    if threading.current_thread() is not threading.main_thread():
        yield held
        return
    signal.signal(signal.SIGINT, held.take)
    try:
        yield held
    finally:
        signal.signal(signal.SIGINT, current)
