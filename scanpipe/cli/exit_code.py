"""The language that the command line speaks, and the one place where errors become exit codes."""

import logging
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

import click

from scanpipe.cli import render
from scanpipe.errors import EngineError, Interrupted, ScanpipeError, StateError, UsageError
from scanpipe.flows.station import use_language_of
from scanpipe.messages import _, lazy
from scanpipe.system.isolation import isolate_children
from scanpipe.system.os_errors import describe, remedy_for
from scanpipe.system.printable import printable

ATTENTION = 1
"""The command did its work, and something of it needs a person."""


def exit_code() -> int:
    """Run the command line and return the exit code of the error tree."""
    isolate_children()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer letters than Vietnamese has
    use_language_of(station_folder(sys.argv[1:]))
    return _exit_code()


def station_folder(words: Sequence[str]) -> Path:
    """Return the station that a command line is about; help and usage errors speak its language, too."""
    left = iter(words)
    for word in left:
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            break
        if name in ("--station", "--person"):
            value = value if equals else next(left, "")
        if name == "--station":
            return Path(value)
    return Path(os.environ.get("SCANPIPE_STATION") or ".")


def _exit_code() -> int:
    # Texts of help are looked up as the commands are defined, so the language must be known by then.
    from scanpipe.cli.commands import cli

    try:
        return int(cli.main(standalone_mode=False) or 0)
    except ScanpipeError as error:
        render.show_error(error)
        return error.exit_code
    except click.ClickException as error:
        render.show_usage(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        render.say(_("Stopped. Finished work is kept. Run the same command again to continue."))
        return Interrupted.exit_code
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        message = _("{path}: {reason}.").format(path=error.filename or _("a file"), reason=describe(error))
        render.show_error(StateError(message, remedy=remedy_for(error)))
        logging.getLogger(__name__).debug("", exc_info=True)
        return StateError.exit_code
    except UnicodeEncodeError as error:
        message = _("{text} is not valid UTF-8.").format(text=printable(str(error.object)))
        render.show_error(UsageError(message, remedy=lazy("Type the argument again, or rename the file.")))
        logging.getLogger(__name__).debug("", exc_info=True)
        return UsageError.exit_code
    except Exception:
        logging.getLogger(__name__).exception("this error has no name yet: please report it with what stands here")
        return EngineError.exit_code
