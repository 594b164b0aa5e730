"""`scanpipe handover`: one delivery note over several books."""

from pathlib import Path

import click

from scanpipe.cli.options import force_option, output_option
from scanpipe.cli.render import tell
from scanpipe.messages import _


@click.command(
    help=_(
        "Write one Vietnamese delivery note for several books. It gives the figures of the latest revision of each "
        "book and the totals, as a PDF to sign and a workbook for the invoice.\n\n"
        "Example: scanpipe handover KS.2010.01 KS.2010.02 -o notes"
    )
)
@click.argument("names", metavar="BOOK...", nargs=-1, required=True)
@output_option
@force_option
@click.pass_obj
def handover(folder: Path, names: tuple[str, ...], output: Path, *, force: bool) -> int:
    """Write a delivery note."""
    from scanpipe.flows.delivery.handover import write_delivery_note
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        for path in write_delivery_note(station, names, output, force=force):
            tell(str(path))
    return 0
