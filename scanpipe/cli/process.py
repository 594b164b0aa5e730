"""`scanpipe process`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import engine_option, person, workers_option
from scanpipe.cli.render import progress, say
from scanpipe.messages import _, counted

if TYPE_CHECKING:
    from scanpipe.flows.process.run import PageDone, PageFailed, Started


@click.command(
    help=_(
        "Enhance and read every page that is due. Without BOOK, process all books.\n\n"
        "Example: scanpipe process KS.2010.01 --engine pool --workers 4"
    )
)
@click.argument("names", metavar="[BOOK...]", nargs=-1)
@engine_option
@workers_option
@click.pass_obj
def process(folder: Path, names: tuple[str, ...], engine: str | None, workers: int | None) -> int:
    """Process pages."""
    from scanpipe.flows.process.run import process as run
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="process", person=person()) as station:
        failed = follow(run(station, names or None, reread=bool(names), engine=engine or "", workers=workers or 0))
    return ATTENTION if failed else 0


def follow(events: "Iterator[Started | PageDone | PageFailed]") -> int:
    """Show the progress of a run and return how many pages failed."""
    from scanpipe.flows.process.run import PageDone, PageFailed, Started

    started = next(events)
    assert isinstance(started, Started)
    if not started.total:
        say(_("No page is due."))
        return 0
    failures: list[PageFailed] = []
    flagged = 0
    with progress(started.total, _("Pages")) as shown:
        for event in events:
            shown.advance()
            if isinstance(event, PageFailed):
                failures.append(event)
            elif isinstance(event, PageDone) and event.flags:
                flagged += 1
    for failure in failures:
        say(_failure_line(failure))
    say(
        _("{done} processed ({rate:.1f} a minute), {flagged} with flags, {failed} failed.").format(
            done=counted("{n} page", "{n} pages", shown.done - len(failures)),
            rate=shown.rate,
            flagged=flagged,
            failed=len(failures),
        )
    )
    return len(failures)


def _failure_line(failure: "PageFailed") -> str:
    fate = _("quarantined, a person must decide") if failure.quarantined else _("will be retried")
    return _("{book} page {page}: {message} ({fate})").format(
        book=failure.book, page=failure.page, message=failure.message, fate=fate
    )
