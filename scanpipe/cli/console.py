"""`scanpipe console`: the operator's screen for a whole day of scanning."""

import sys
from pathlib import Path

import click

from scanpipe.cli.options import person, ticket_option
from scanpipe.errors import UsageError
from scanpipe.messages import _, lazy

_PRACTICE = "scanpipe-practice"


@click.command(
    help=_(
        "Show the operator's console: the work of the day, and each book while it is scanned. All keys are shown on "
        "the screen. With --practice it works on a station to learn on, with sample pages, a virtual scanner, and "
        "faults on purpose (default folder: scanpipe-practice).\n\n"
        "Example: scanpipe console"
    )
)
@click.argument("name", metavar="[BOOK]", default="")
@click.option(
    "--practice",
    metavar="[DIR]",
    is_flag=False,
    flag_value=_PRACTICE,
    default=None,
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Practise on a station of its own, whose books cannot be delivered."),
)
@ticket_option
@click.pass_obj
def console(folder: Path, name: str, practice: Path | None, ticket: str) -> None:
    """Show the console."""
    from scanpipe.flows.practice import make_practice_station, practice_devices

    if practice is None:
        open_console(folder, name, ticket=ticket)
        return
    make_practice_station(practice)
    with practice_devices(practice):
        open_console(practice, name)


def open_console(folder: Path, name: str, *, ticket: str = "") -> None:
    """Show the console on a station, with a book open where one is named, and for a ticket where one is.

    Raises:
        UsageError: this is no terminal.
    """
    from scanpipe.console.app import run_console
    from scanpipe.flows.station import open_station

    if not at_a_terminal():
        raise UsageError(
            lazy("The console needs a terminal."), remedy=lazy("Use 'scanpipe capture BOOK --plain' in scripts.")
        )
    with open_station(folder, purpose="console", person=person(), ticket=ticket) as station:
        run_console(station, book=name)


def at_a_terminal() -> bool:
    """Return whether a person sits at a terminal that can show the console."""
    return sys.stdin.isatty() and sys.stdout.isatty()
