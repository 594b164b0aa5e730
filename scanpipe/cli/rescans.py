"""`scanpipe rescan-list`: the pages that people sent back to the scanner."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanpipe.cli.options import book_argument, force_option, json_option
from scanpipe.cli.render import say, show_json, show_table, tell
from scanpipe.messages import _, counted

if TYPE_CHECKING:
    from scanpipe.flows.qa.rescans import Rescan, RescanList


@click.command(
    "rescan-list",
    help=_(
        "List the pages of a book that are to be scanned again, and why. With -o, write them as a PDF to print, with "
        "the old pictures. 'scanpipe capture' and the console ask for exactly these pages, in this order.\n\n"
        "Example: scanpipe rescan-list KS.2010.01 -o rescan.pdf"
    ),
)
@book_argument
@click.option(
    "-o",
    "--output",
    default=None,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("PDF file for the list."),
)
@force_option
@json_option
@click.pass_obj
def rescan_list(folder: Path, name: str, output: Path | None, *, force: bool, as_json: bool) -> None:
    """List what is to be scanned again."""
    from scanpipe.flows.qa import rescans
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        wanted = rescans.rescan_list(station, name)
        if output:
            rescans.print_rescan_list(station, wanted, output, force=force)
    if as_json:
        show_json([_json(each) for each in wanted.pages])
    elif output:
        tell(counted("{path}: {n} page", "{path}: {n} pages", len(wanted.pages), path=output))
    else:
        _show(wanted)


def _json(found: "Rescan") -> dict[str, Any]:
    plain = {key: getattr(found.said, key) for key in ("reason", "note", "person", "ticket", "at")}
    return {"page": found.page.label, "cases": found.cases, **plain}


def _show(wanted: "RescanList") -> None:
    from scanpipe.vocabularies.reasons import reason_text

    if not wanted.pages:
        say(_("{book}: no page is to be scanned again.").format(book=wanted.book))
        return
    rows = [
        (
            each.page.label,
            ", ".join(each.cases) or "-",
            reason_text(each.said.reason),
            each.said.person,
            each.said.at[:10],
            each.said.note or "-",
        )
        for each in wanted.pages
    ]
    show_table([_("Page"), _("Case"), _("Reason"), _("Sent back by"), _("When"), _("Comment")], rows)
