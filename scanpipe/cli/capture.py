"""`scanpipe capture`: from the scanner, or from a folder of image files."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.options import book_argument, person
from scanpipe.cli.render import pulse, say
from scanpipe.errors import UsageError
from scanpipe.messages import _, counted

if TYPE_CHECKING:
    from scanpipe.flows.capture_events import Captured, CaptureEvent, PutBack
    from scanpipe.model import Page

ATTENTION = 1


@click.command(
    help=_(
        "Scan the pages of a book, or import them from image files (--from). The next free page comes first, so the "
        "same command goes on after a jam, a crash or a rescan.\n\n"
        "Example: scanpipe capture KS.2010.01 --source ADF --dpi 300"
    )
)
@book_argument
@click.option("--device", default="", metavar="D", help=_("A device as 'scanpipe devices' names it."))
@click.option("--source", default=None, metavar="S", help=_("Paper source, as the scanner calls it."))
@click.option("--dpi", type=click.IntRange(50, 2400), default=None, metavar="N", help=_("Resolution."))
@click.option("--pages", type=click.IntRange(1, 9999), default=None, metavar="N", help=_("Stop after N pages."))
@click.option(
    "--from",
    "origin",
    default=None,
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=_("Import the image files of a folder instead of scanning."),
)
@click.pass_obj
def capture(
    folder: Path,
    name: str,
    device: str,
    source: str | None,
    dpi: int | None,
    pages: int | None,
    origin: Path | None,
) -> int:
    """Capture pages."""
    from scanpipe.flows.station import open_station

    if origin and (device or source or dpi or pages):
        raise UsageError(
            _("--from takes image files as they are; --device, --source, --dpi and --pages are for scanning.")
        )
    with open_station(folder, purpose="capture", person=person()) as station:
        if origin:
            from scanpipe.flows.import_files import capture_folder

            line = _("{book}: image files are being read")
            with pulse(lambda: line.format(book=name)):
                return show_capture(capture_folder(station, name, origin))
        from scanpipe.flows.capture import capture_scanner

        ask, confirm = (_ask, _confirm) if sys.stdin.isatty() else (None, None)
        events = capture_scanner(
            station, name, device=device, source=source, dpi=dpi, pages=pages, ready=ask, confirm=confirm
        )
        return show_capture(events)


def show_capture(events: "Iterable[CaptureEvent]") -> int:
    """Tell the operator each page as it is kept; return the exit code."""
    from scanpipe.flows.capture_events import Captured, FileRefused, FilesIgnored, FileSkipped, PutBack, StackEnded

    captured = refused = skipped = unplaced = 0
    for event in events:
        match event:
            case PutBack():
                say(
                    _("Put these sheets back on top, in this order: pages {pages}").format(pages=", ".join(event.pages))
                )
            case Captured():
                captured += max(1, len(event.pages))
                unplaced += not event.pages
                _show_page(event)
            case FileRefused():
                refused += 1
                say(_("REFUSED {name}: {reason}").format(name=event.name, reason=event.reason))
            case FileSkipped():
                skipped += 1
                say(_("skipped {name}: captured before").format(name=event.name))
            case FilesIgnored():
                say(_("Not taken, as no image files: {names}").format(names=", ".join(event.names)))
            case StackEnded():
                say(
                    _("{captured} captured, {refused} refused, {skipped} skipped, {missing} missing.").format(
                        captured=counted("{n} page", "{n} pages", captured),
                        refused=counted("{n} file", "{n} files", refused),
                        skipped=skipped,
                        missing=event.missing,
                    )
                )
    return ATTENTION if refused or unplaced else 0


def _show_page(event: "Captured") -> None:
    from scanpipe.flows.flags import explain_all

    flags = _("  LOOK: {flags}").format(flags=explain_all(event.flags)) if event.flags else ""
    if not event.pages:
        say(_("{origin} kept, but the book has no page left for it{flags}").format(origin=event.origin, flags=flags))
    else:
        say(
            _("page {page}  {origin}{flags}").format(
                page="-".join(map(str, event.pages)), origin=event.origin, flags=flags
            )
        )


def _confirm(put_back: "PutBack") -> bool:
    return click.confirm(_("Are they back on top of the stack?"), err=True)


def _ask(page: "Page") -> bool:
    answer: str = click.prompt(
        _("Lay page {page} on the glass and press Enter (q to stop)").format(page=page),
        default="",
        show_default=False,
        err=True,
    )
    return answer.strip().lower() != "q"
