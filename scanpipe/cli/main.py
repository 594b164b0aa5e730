"""The process `scanpipe`: its standard streams, and Ctrl-C before and after the command itself.

Everything else is imported in `run`, so that there is no time in which Ctrl-C ends in a traceback.
"""

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130  # that of `errors.Interrupted`, which is not loaded yet


def run() -> None:
    """Run the command line; the process ends with the exit code of the error tree."""
    waiting = signal.getsignal(signal.SIGINT)  # ignored, if a script started this in the background
    if waiting is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end_at_once)
    _open_closed_streams()
    from scanpipe.cli.exit_code import exit_code

    try:
        signal.signal(signal.SIGINT, waiting)
        code = exit_code()
    except KeyboardInterrupt:  # once more, while the first was being answered
        code = INTERRUPTED
    if waiting is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end_at_once)
    sys.exit(code)


def _open_closed_streams() -> None:
    """Give a standard stream that the caller closed the null device.

    The next file that is opened would get its number, and what libraries print would go into that file.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - takes no keyword
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def _end_at_once(_number: int, _frame: FrameType | None) -> None:
    """Answer Ctrl-C while nothing is under way: the command is being loaded, or all that it did is written."""
    os._exit(INTERRUPTED)
