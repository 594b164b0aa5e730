"""The command `scanpipe`: its options and its subcommands."""

import logging
import sys
from pathlib import Path

import click

from scanpipe.cli import book, capture, check, convention, enhance, handover, package, process, qa, station, unit
from scanpipe.cli.render import LogFormat
from scanpipe.messages import _

_HELP = _(
    "From paper registers to verified upload packages: scan, restore, read, package.\n\n"
    "A first tour: 'scanpipe demo' makes a station, scans a sample book, and delivers it."
)


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--station",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="SCANPIPE_STATION",
    default=".",
    metavar="DIR",
    help=_("The station to work on (default: SCANPIPE_STATION, else the current folder)."),
)
@click.option(
    "--person",
    envvar="SCANPIPE_PERSON",
    default="",
    metavar="NAME",
    help=_(
        "Who works here, as it is written with all that is done (default: SCANPIPE_PERSON, else the operator of "
        "station.toml, else the login name)."
    ),
)
@click.option("-v", "--verbose", is_flag=True, help=_("Show what is done in detail."))
@click.version_option(package_name="scanpipe", prog_name="scanpipe", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, folder: Path, person: str, *, verbose: bool) -> None:
    """Set up what all commands share; `person` is looked up by those who write it (`options.person`)."""
    level = logging.DEBUG if verbose else logging.WARNING
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(LogFormat("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[lines])
    context.obj = folder


for command in (
    *(station.init, station.doctor, station.devices, station.demo, book.book, capture.capture, process.process),
    *(qa.accept, qa.reject, process.nightly, enhance.enhance, station.status, check.check),
    *(
        package.deliver,
        handover.handover,
        package.verify,
        package.diff,
        package.export,
        convention.convention,
        unit.unit,
    ),
):
    cli.add_command(command)
