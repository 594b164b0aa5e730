"""`scanpipe install-timer`: the night run of a station each day, by systemd."""

from pathlib import Path

import click

from scanpipe.cli.options import TimeOfDay
from scanpipe.cli.render import say, tell
from scanpipe.messages import _


@click.command(
    name="install-timer",
    help=_(
        "Have systemd run 'scanpipe nightly' for the station each day. The unit files are written into the folder of "
        "your account.\n\n"
        "Example: scanpipe --station /srv/station install-timer --user --at 20:00 --until 06:00"
    ),
)
@click.option("--user", is_flag=True, default=True, help=_("For your account, without administrator's rights."))
@click.option(
    "--at", type=TimeOfDay(), default="20:00", metavar="HH:MM", help=_("When the run begins (default: 20:00).")
)
@click.option(
    "--until",
    type=TimeOfDay(),
    default="",
    metavar="HH:MM",
    help=_("When the run begins nothing more (default: until in station.toml)."),
)
@click.pass_obj
def install_timer(folder: Path, *, user: bool, at: str, until: str) -> None:
    """Install the timer."""
    from scanpipe.flows.night.timer import install_timer as install
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        installed = install(station.folder, at=at, until=until)
    tell(str(installed.service))
    tell(str(installed.timer))
    if installed.not_started:
        say(_("The timer was not started: {reason}").format(reason=installed.not_started))
        say(_("To start it, run:"))
        for command in installed.commands:
            say(f"    {command}")
    else:
        say(_("The timer runs: the night begins each day at {at}.").format(at=at))
    say(_("To have it run while nobody is logged in, run once: loginctl enable-linger"))
