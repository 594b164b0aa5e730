"""Options that several commands share."""

import os
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar

import click

from scanpipe.messages import _
from scanpipe.package.naming.days import read_day

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help=_("Print JSON for scripts."))
book_argument = click.argument("name", metavar="BOOK")
pages_argument = click.argument("pages", metavar="PAGE...", nargs=-1)
required_pages_argument = click.argument("pages", metavar="PAGE...", nargs=-1, required=True)
reason_option = click.option("--reason", default="", metavar="TEXT", help=_("The reason."))
ticket_option = click.option(
    "--ticket",
    default="",
    metavar="NUMBER",
    envvar="SCANPIPE_TICKET",
    help=_(
        "The ticket that asks for the change (default: SCANPIPE_TICKET). A delivered book needs one: see 'scanpipe "
        "ticket'."
    ),
)


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


class TimeOfDay(click.ParamType[str]):
    """A time of the day, as 06:00; "" for none."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it with two digits each."""
        text = str(value).strip()
        try:
            return f"{time.fromisoformat(text.zfill(5)):%H:%M}" if text else ""
        except ValueError:
            self.fail(
                _("'{value}' is not a valid time of day. Use, for example, 06:00.").format(value=text), param, ctx
            )


FILE = PlainFile()
output_option = click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Folder for the files."),
)
force_option = click.option("--force", is_flag=True, help=_("Overwrite existing files."))
engine_option = click.option(
    "--engine",
    type=click.Choice(["inline", "pool", "dask"]),
    default=None,
    help=_("Use one process (inline), several (pool), or other computers as well (dask)."),
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 256), default=None, metavar="N", help=_("Number of processes.")
)


def person() -> str:
    """Return who works here as --person or SCANPIPE_PERSON says; "" where neither does.

    Raises:
        UsageError: the name cannot be written on paper.
    """
    from scanpipe.flows.station import person_named

    return person_named(str(click.get_current_context().find_root().params.get("person") or ""))


class DateParameter(click.ParamType[date]):
    """A day as 2010-01-31 or 31/01/2010."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        if isinstance(value, date):
            return value
        if day := read_day(value):
            return day
        self.fail(_("{value!r} is not a valid date. Use YYYY-MM-DD or DD/MM/YYYY.").format(value=value), param, ctx)


DAY = DateParameter()


def details_options(command: F) -> F:
    """Add the options by which a person states what a book says of itself."""
    options = [
        click.option("--opened", type=DAY, metavar="D", help=_("Date on which the book was opened.")),
        click.option("--closed", type=DAY, metavar="D", help=_("Date on which the book was closed.")),
        click.option(
            "--pages", type=click.IntRange(1, 99999), metavar="N", help=_("Total of pages in the closing entry.")
        ),
        click.option(
            "--cases", type=click.IntRange(1, 99999), metavar="N", help=_("Total of cases in the closing entry.")
        ),
        click.option("--first-number", type=click.IntRange(1, 99999), metavar="N", help=_("Number of the first case.")),
        click.option(
            "--front", type=click.IntRange(0, 99), metavar="N", help=_("Number of pages before page 1, with the cover.")
        ),
        click.option(
            "--back", type=click.IntRange(0, 99), metavar="N", help=_("Number of pages after the last body page.")
        ),
        click.option(
            "--rule",
            metavar="R",
            help=_(
                "Rule for grouping pages into cases: pages:N (N pages for each case), cases:N (N cases on each "
                "page), index:FILE (a page index)."
            ),
        ),
        click.option("--due", type=DAY, metavar="D", help=_("Day by which the book is to be delivered.")),
        click.option("--convention", metavar="NAME", help=_("Convention of the package.")),
        click.option("--recipe", metavar="NAME", help=_("Recipe for the pages of the book.")),
        click.option(
            "--spreads",
            type=click.Choice(["keep", "split"]),
            help=_("split: each capture shows two pages and is split into two; keep: each capture is one page."),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command
