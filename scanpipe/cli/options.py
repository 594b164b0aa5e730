"""Options that several commands share."""

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from scanpipe.errors import UsageError
from scanpipe.messages import _, lazy
from scanpipe.system.fsio import nfc

_LONGEST_NAME = 80
F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help=_("Print JSON for scripts."))
book_argument = click.argument("name", metavar="BOOK")
pages_argument = click.argument("pages", metavar="PAGE...", nargs=-1)
required_pages_argument = click.argument("pages", metavar="PAGE...", nargs=-1, required=True)
reason_option = click.option("--reason", default="", metavar="TEXT", help=_("Why."))
ticket_option = click.option("--ticket", default="", metavar="TEXT", help=_("The ticket or letter that asks for it."))


class PlainFile(click.Path):
    """A file that is there, and is no folder, pipe or device: what has no end is not read."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, exists=True, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Look at what it is."""
        path = super().convert(value, param, ctx)
        if not Path(os.fsdecode(path)).is_file():
            self.fail(_("{path} is a pipe or a device, not a file.").format(path=path), param, ctx)
        return path


FILE = PlainFile()
output_option = click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Folder for the files."),
)
force_option = click.option("--force", is_flag=True, help=_("Overwrite files that are there already."))
engine_option = click.option(
    "--engine", type=click.Choice(["inline", "pool"]), default=None, help=_("One process or several.")
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 256), default=None, metavar="N", help=_("How many processes.")
)


def person() -> str:
    """Return who works here as --person or SCANPIPE_PERSON says; "" where neither does.

    Raises:
        UsageError: the name cannot be written on paper.
    """
    said = nfc(str(click.get_current_context().find_root().params.get("person") or "")).strip()
    if not said.isprintable() or len(said) > _LONGEST_NAME:
        raise UsageError(lazy("{name!r} is no name of a person.", name=said), remedy=lazy("Write it with --person."))
    return said


class DateParameter(click.ParamType[date]):
    """A day as 2010-01-31 or 31/01/2010."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        if isinstance(value, date):
            return value
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
            try:
                return datetime.strptime(value, form).date()
            except ValueError:
                continue
        self.fail(_("{value!r} is no day; write 2010-01-31 or 31/01/2010.").format(value=value), param, ctx)


DAY = DateParameter()


def details_options(command: F) -> F:
    """Add the options by which a person states what a book says of itself."""
    options = [
        click.option("--opened", type=DAY, metavar="D", help=_("Day the book was opened.")),
        click.option("--closed", type=DAY, metavar="D", help=_("Day the book was closed.")),
        click.option("--pages", type=click.IntRange(1, 99999), metavar="N", help=_("Pages the closed book states.")),
        click.option("--cases", type=click.IntRange(1, 99999), metavar="N", help=_("Cases the closed book states.")),
        click.option("--first-number", type=click.IntRange(1, 99999), metavar="N", help=_("Number of its first case.")),
        click.option(
            "--front", type=click.IntRange(0, 99), metavar="N", help=_("Cover and other pages before page 1.")
        ),
        click.option(
            "--back", type=click.IntRange(0, 99), metavar="N", help=_("Notes and other pages after the last.")
        ),
        click.option(
            "--rule",
            metavar="R",
            help=_("How pages make cases: pages:N (a case is N pages), cases:N (N cases a page), index:FILE."),
        ),
        click.option("--convention", metavar="NAME", help=_("Convention that the package follows.")),
        click.option("--recipe", metavar="NAME", help=_("Recipe that its pages are enhanced with.")),
        click.option(
            "--spreads",
            type=click.Choice(["keep", "split"]),
            help=_("split: each capture shows two pages side by side, and becomes two; keep: it is one page."),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command
