"""`scanpipe history`: what happened to a page."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from scanpipe.cli.options import book_argument, json_option
from scanpipe.cli.render import show_json, show_table
from scanpipe.messages import _


@click.command(
    help=_(
        "Show everything that happened to a page, oldest first: captures, versions, verdicts, deliveries, who did it "
        "and when.\n\n"
        "Example: scanpipe history KS.2010.01 12"
    )
)
@book_argument
@click.argument("page")
@json_option
@click.pass_obj
def history(folder: Path, name: str, page: str, *, as_json: bool) -> None:
    """Show the history of a page."""
    from scanpipe.flows.qa.history import page_history
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        events = page_history(station, name, page)
    if as_json:
        told = ({**asdict(each), "text": str(each.text), "details": [*map(str, each.details)]} for each in events)
        show_json({"events": [*told]})
        return
    rows = []
    for each in events:
        undone = (_("undone later"),) if each.undone else ()
        when = datetime.fromisoformat(each.at).astimezone().strftime("%d.%m.%Y %H:%M:%S")
        rows.append((when, str(each.text), each.person or "-", "; ".join(map(str, (*undone, *each.details))) or "-"))
    show_table([_("When"), _("What"), _("Who"), _("Details")], rows)
