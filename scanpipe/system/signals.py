"""Ctrl-C: the first one stops the command in order, a further one ends the process at once.

That is safe at any moment: whatever was told as done is written, and processes that were started end by themselves.
"""

import os
import signal
from types import FrameType
from typing import NoReturn

EXIT_CODE = 130  # that of `errors.Interrupted`


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Stop the command; while it is being stopped, a further Ctrl-C ends the process.

    Raises:
        KeyboardInterrupt: always.
    """
    signal.signal(signal.SIGINT, end_at_once)
    raise KeyboardInterrupt


def end_at_once(_number: int, _frame: FrameType | None) -> NoReturn:
    """End the process as it stands."""
    os._exit(EXIT_CODE)
