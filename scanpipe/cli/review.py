"""`scanpipe review`: the local web page on which a person judges pages."""

import signal
from contextlib import nullcontext
from pathlib import Path

import click

from scanpipe.cli.options import FILE, person
from scanpipe.cli.render import say, tell
from scanpipe.messages import _


@click.command(
    help=_(
        "Judge pages in a browser of this computer, by single keys. The command prints the address to open, and "
        "serves until Ctrl-C. Scanning and processing go on meanwhile.\n\n"
        "Example: scanpipe review\n\n"
        "Example: scanpipe review KS.2010.01 --open"
    )
)
@click.argument("name", metavar="[BOOK]", default="")
@click.option("--port", type=click.IntRange(1024, 65535), default=None, metavar="N", help=_("Port of the address."))
@click.option("--open", "opened", is_flag=True, help=_("Open the address in the browser."))
@click.option(
    "--listen",
    default="127.0.0.1",
    metavar="ADDRESS",
    help=_("Address or name of this computer that other computers reach; needs --certificate and --key."),
)
@click.option("--certificate", type=FILE, default=None, metavar="FILE", help=_("Certificate for --listen (PEM)."))
@click.option("--key", type=FILE, default=None, metavar="FILE", help=_("Key of the certificate (PEM)."))
@click.pass_obj
def review(
    folder: Path,
    name: str,
    port: int | None,
    listen: str,
    certificate: Path | None,
    key: Path | None,
    *,
    opened: bool,
) -> int:
    """Serve until Ctrl-C."""
    from scanpipe.flows.review.books import book_row
    from scanpipe.flows.station import LOCKS, open_station
    from scanpipe.review.site.server import Listening, ReviewServer
    from scanpipe.review.web.browser import opened_in_browser
    from scanpipe.review.web.serving import Certificate

    if bool(certificate) != bool(key):
        raise click.UsageError(_("Use --certificate and --key together."))
    with open_station(folder, person=person()) as station:
        book = book_row(station, name) if name else None
        files = Certificate(chain=certificate, key=key) if certificate and key else None
        where = Listening(host=listen, port=port or 0, certificate=files)
        server = ReviewServer(station.folder, person=station.person, listening=where)
    server.start()
    address = f"{server.url}?book={book}" if book is not None else server.url
    by_file = opened_in_browser(address, station.folder / LOCKS / "review.html")
    try:
        tell(address)
        say(_("Open this address in a browser of this computer. Press Ctrl-C to end."))
        with by_file if opened else nullcontext():
            signal.pause()
    except KeyboardInterrupt:
        return 0
    finally:
        server.stop()
    return 0
