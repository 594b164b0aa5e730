"""`scanpipe cluster` and `scanpipe worker`: many computers that process pages."""

from contextlib import suppress
from pathlib import Path

import click

from scanpipe.cli.options import workers_option
from scanpipe.cli.render import say, tell
from scanpipe.messages import LazyText, _

_FOLDER = click.Path(path_type=Path, file_okay=False)
certificates_option = click.option(
    "--certs",
    "certificates",
    type=_FOLDER,
    default="certificates",
    metavar="DIR",
    help=_("Folder of the certificates (default: certificates)."),
)


@click.group(help=_("Have other computers process pages, too: certificates and the scheduler."))
def cluster() -> None:
    """Many computers."""


@cluster.command(
    help=_(
        "Make the certificates of a cluster: ca.pem, and scheduler.pem, worker.pem and client.pem with their keys. "
        "Copy ca.pem to all its computers, and each other file only to the computers of that kind: worker.pem to "
        "workers, client.pem to stations. Existing files are kept, and then nothing is made.\n\n"
        "Example: scanpipe cluster certs certificates"
    )
)
@click.argument("folder", type=_FOLDER, metavar="DIR")
def certs(folder: Path) -> int:
    """Make certificates."""
    from scanpipe.flows.cluster import make_certificates

    for path in make_certificates(folder):
        tell(str(path))
    return 0


@cluster.command(
    help=_(
        "Run the scheduler, which hands out pages to workers, until Ctrl-C. Stations and workers reach it by its "
        "address, or by the file that --file writes on a share. Only computers with a certificate of the same folder "
        "are let in.\n\n"
        "Example: scanpipe cluster scheduler --certs certificates --host 192.168.1.10"
    )
)
@certificates_option
@click.option("--host", default="", metavar="NAME", help=_("Address to listen at (default: all of this computer)."))
@click.option("--port", type=click.IntRange(0, 65535), default=8786, metavar="N", help=_("Port (default: 8786)."))
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help=_("File to write the address into."),
)
def scheduler(certificates: Path, host: str, port: int, file: Path | None) -> int:
    """Serve until Ctrl-C."""
    from scanpipe.flows.cluster import schedule_for_stations

    with suppress(KeyboardInterrupt):
        schedule_for_stations(certificates=certificates, host=host, port=port, file=file, tell=_tell)
    return 0


@click.command(
    help=_(
        "Process pages for the stations of a cluster until Ctrl-C. The computer must see the store of each station "
        "under the path that it has there, or under the path that --store gives. It needs the same version of "
        "scanpipe and Tesseract as the stations.\n\n"
        "Example: scanpipe worker --scheduler tls://192.168.1.10:8786 --store /mnt/station/store"
    )
)
@click.option("--scheduler", required=True, metavar="ADDRESS", help=_("tls://HOST:PORT, or the scheduler's file."))
@certificates_option
@click.option(
    "--store",
    default="",
    metavar="DIR",
    help=_("Store of the station, as mounted here, or its exchange (s3://BUCKET/FOLDER)."),
)
@click.option("--language", default="vie", metavar="CODE", help=_("Language that Tesseract reads (default: vie)."))
@workers_option
def worker(scheduler: str, certificates: Path, store: str, language: str, workers: int | None) -> int:
    """Work until Ctrl-C."""
    from scanpipe.flows.cluster import work_for_stations

    with suppress(KeyboardInterrupt):
        work_for_stations(
            scheduler=scheduler,
            certificates=certificates,
            store=store,
            language=language,
            workers=workers or 0,
            tell=_tell,
        )
    return 0


def _tell(text: LazyText) -> None:
    say(str(text))
