"""The command `scanpipe`: its options and its subcommands."""

import logging
import sys
from pathlib import Path

import click

from scanpipe.cli import (
    backup,
    book,
    capture,
    case,
    check,
    cluster,
    console,
    convention,
    enhance,
    handover,
    history,
    live,
    nightly,
    package,
    page,
    process,
    progress,
    qa,
    report,
    rescans,
    review,
    sampling,
    selftest,
    separators,
    station,
    ticket,
    timer,
    unit,
)
from scanpipe.cli.render import LogFormat
from scanpipe.messages import _

_HELP = _(
    "Turn paper registers into verified upload packages: scan, enhance, read, deliver.\n\n"
    "To begin, run 'scanpipe demo'. It makes a station, scans a sample book, and delivers it."
)


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--station",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="SCANPIPE_STATION",
    default=".",
    metavar="DIR",
    help=_("Station folder (default: SCANPIPE_STATION, else the current folder)."),
)
@click.option(
    "--person",
    envvar="SCANPIPE_PERSON",
    default="",
    metavar="NAME",
    help=_(
        "Name to record with every action (default: SCANPIPE_PERSON, else the operator in station.toml, else the "
        "login name)."
    ),
)
@click.option("-v", "--verbose", is_flag=True, help=_("Show detailed log messages."))
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
    *(
        station.init,
        station.doctor,
        station.devices,
        station.demo,
        book.book,
        page.page,
        case.case,
        separators.separators,
        capture.capture,
        console.console,
        live.live,
        selftest.selftest,
        process.process,
    ),
    *(
        qa.accept,
        qa.reject,
        sampling.qa,
        rescans.rescan_list,
        history.history,
        ticket.ticket,
        review.review,
        nightly.nightly,
        timer.install_timer,
        report.report,
        enhance.enhance,
        station.status,
        check.check,
        cluster.cluster,
        cluster.worker,
        progress.progress,
        backup.backup,
        backup.restore,
        backup.prune,
    ),
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
