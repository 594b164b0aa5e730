"""`scanpipe nightly`: all that is due, unattended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import TimeOfDay, engine_option, json_option, person, workers_option
from scanpipe.cli.progress import tell_progress
from scanpipe.cli.render import progress, say, show_json, tell
from scanpipe.errors import ScanpipeError
from scanpipe.messages import _

if TYPE_CHECKING:
    from scanpipe.flows.night.events import NightEvent, NightSummary


@click.command(
    help=_(
        "Process all due pages without supervision. Rejected pages come first, then books by the day on which they "
        "are due, then the oldest. Pages are accepted by the policy, and each book is delivered when it is complete. "
        "At the end the journal is copied into backups/, a part of the stored files is read, and the disk is looked "
        "at. The command lists the delivered books and the reason why each page waits. With --json each event is one "
        "line, the summary last. Exit code 1 means that a page or book needs a person, 31 that another night "
        "still runs.\n\n"
        "Example: scanpipe --station /srv/station nightly --until 06:00"
    )
)
@click.option(
    "--until",
    type=TimeOfDay(),
    metavar="HH:MM",
    help=_("Begin nothing that would not be done by then; the next night goes on (default: until in station.toml)."),
)
@click.option(
    "--nice",
    type=click.IntRange(0, 19),
    metavar="N",
    help=_("How much the run gives way to other programs, 0 to 19 (default: nice in station.toml)."),
)
@click.option(
    "--prometheus",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Write the figures of the run to a text file for Prometheus."),
)
@engine_option
@workers_option
@json_option
@click.pass_obj
def nightly(
    folder: Path,
    *,
    until: str | None,
    nice: int | None,
    prometheus: Path | None,
    engine: str | None,
    workers: int | None,
    as_json: bool,
) -> int:
    """Do all that is due."""
    from scanpipe.flows.night.metrics import require_own
    from scanpipe.flows.night.run import nightly as run
    from scanpipe.flows.station import open_station

    if prometheus:
        require_own(prometheus)
    with open_station(folder, purpose="nightly", person=person()) as station:
        settings = station.settings.nightly
        os.nice(settings.nice if nice is None else nice)
        ends = settings.until if until is None else until
        with _measured(prometheus, station.folder) as told:
            events = run(station, engine=engine or "", workers=workers or 0, until=ends)
            told.summary = _watch(_printed(events) if as_json else events)
        tell_progress(station)
    summary = told.summary
    if not as_json:
        for delivered in summary.delivered:
            tell(_("delivered: {delivered}").format(delivered=delivered))
        tell(summary.line)
    return _code(summary)


@dataclass(slots=True)
class _Told:
    """What is known of the night in the end."""

    summary: "NightSummary" = field(init=False)


@contextmanager
def _measured(path: Path | None, station: Path) -> Iterator[_Told]:
    """Have the figures of the night within the block written, or that it stopped with an error."""
    from scanpipe.flows.night.metrics import write_metrics

    told, now = _Told(), partial(datetime.now, UTC)
    try:
        yield told
    except ScanpipeError as error:
        if path:
            write_metrics(path, station, exit_code=error.exit_code, summary=None, now=now())
        raise
    if path:
        write_metrics(path, station, exit_code=_code(told.summary), summary=told.summary, now=now())


def _code(summary: "NightSummary") -> int:
    return ATTENTION if summary.attention else 0


def _printed(events: "Iterator[NightEvent]") -> "Iterator[NightEvent]":
    from scanpipe.flows.night.telling import plain

    for event in events:
        show_json(plain(event), line=True)
        yield event


def _watch(events: "Iterator[NightEvent]") -> "NightSummary":
    """Show the progress of a night and return what it did; what needs a person is told at the end."""
    from scanpipe.flows.night.events import Delivering, NightSummary
    from scanpipe.flows.process.run import PageDone, PageFailed, Started
    from scanpipe.flows.process.waiting import WaitingPage

    waiting: list[WaitingPage] = []
    started = next(event for event in events if isinstance(event, Started))
    delivering = _(", delivering {book}")
    with progress(started.total, _("Pages")) as shown:
        for event in events:
            match event:
                case Delivering():
                    shown.doing = delivering.format(book=event.book)
                case PageDone() | PageFailed():
                    shown.doing = ""
                    shown.advance()
                case WaitingPage():
                    waiting.append(event)
                case NightSummary():
                    summary = event
    for line in (*summary.attention, *waiting):
        say(str(line))
    return summary
