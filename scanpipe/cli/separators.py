"""`scanpipe separators`: sheets to print, which go between the cases of a book in the feeder."""

from pathlib import Path
from typing import Literal

import click

from scanpipe.cli.options import book_argument, force_option
from scanpipe.cli.render import tell
from scanpipe.messages import _, counted

_NUMBER = click.IntRange(1, 99999)


@click.command(
    help=_(
        "Print separator sheets: a cover sheet for the book and one sheet for each case, as one PDF.\n\n"
        "Put each sheet before the first page of its case. With them a book needs no rule for grouping pages into "
        "cases. By default the cases are those of the stated total.\n\n"
        "Example: scanpipe separators KS.2010.01 -o sheets.pdf"
    )
)
@book_argument
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("PDF file for the sheets."),
)
@click.option("--cases", default="", metavar="LIST", help=_("Case numbers and ranges, for example 1-97 or 12,12a."))
@click.option("--from", "first", type=_NUMBER, default=None, metavar="N", help=_("First case number."))
@click.option("--to", "last", type=_NUMBER, default=None, metavar="N", help=_("Last case number."))
@click.option(
    "--patch",
    "patches",
    type=click.IntRange(0, 500),
    default=0,
    metavar="N",
    help=_("Number of sheets with Patch T bars, which begin the next case of any book."),
)
@click.option("--cover-only", is_flag=True, help=_("Only the cover sheet."))
@click.option("--paper", type=click.Choice(["A4", "A5"]), default="A4", help=_("Paper to print on."))
@force_option
@click.pass_obj
def separators(
    folder: Path,
    name: str,
    output: Path,
    cases: str,
    first: int | None,
    last: int | None,
    patches: int,
    paper: Literal["A4", "A5"],
    *,
    cover_only: bool,
    force: bool,
) -> int:
    """Write the sheets of a book."""
    from scanpipe.flows.capture.separator_sheets import SheetsRequest, write_separator_sheets
    from scanpipe.flows.station import open_station

    request = SheetsRequest(cases=cases, first=first, last=last, patches=patches, cover_only=cover_only, paper=paper)
    with open_station(folder) as station:
        sheets = write_separator_sheets(station, name, output, request, force=force)
    tell(counted("{path}: {n} sheet", "{path}: {n} sheets", sheets, path=output))
    return 0
