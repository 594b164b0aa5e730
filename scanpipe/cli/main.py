"""The process `scanpipe`: its standard streams, and Ctrl-C before and after the command itself.

Everything else is imported in `run`, so that there is no time in which Ctrl-C ends in a traceback.
"""

import os
import signal
import sys

from scanpipe.system.signals import EXIT_CODE, end_at_once, stop


def run() -> None:
    """Run the command line; the process ends with the exit code of the error tree."""
    # A script that starts commands in the background has them ignore Ctrl-C.
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:
        signal.signal(signal.SIGINT, end_at_once)
    _open_closed_streams()
    from scanpipe.cli.exit_code import exit_code

    try:
        if heeded:
            signal.signal(signal.SIGINT, stop)
        code = exit_code()
    except KeyboardInterrupt:  # where the command itself was not there yet, or no longer
        code = EXIT_CODE
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done but the interpreter's own end
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
