"""`scanpipe live`: the live view of whatever is captured on the station, without the console."""

import signal
from pathlib import Path

import click

from scanpipe.cli.render import say, tell
from scanpipe.messages import _


@click.command(
    help=_(
        "Show each captured page in a browser of this computer as soon as it is stored. The command prints the "
        "address to open, and serves until Ctrl-C. Captures may come from any other command.\n\n"
        "Example: scanpipe live"
    )
)
@click.option("--port", type=click.IntRange(1024, 65535), default=None, metavar="N", help=_("Port of the address."))
@click.pass_obj
def live(folder: Path, port: int | None) -> int:
    """Serve until Ctrl-C."""
    from scanpipe.flows.station import open_station
    from scanpipe.review.live.view import LiveView

    with open_station(folder) as station:
        view = LiveView(station.folder, port=port or 0)
    view.start()
    try:
        tell(view.url)
        say(_("Open this address in a browser of this computer. Press Ctrl-C to end."))
        signal.pause()
    except KeyboardInterrupt:
        return 0
    finally:
        view.stop()
    return 0
