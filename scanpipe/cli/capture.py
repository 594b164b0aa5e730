"""`scanpipe capture`: from the scanner, or from a folder of image files."""

import sys
import termios
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import book_argument, person, ticket_option
from scanpipe.cli.render import pulse, say
from scanpipe.errors import UsageError
from scanpipe.messages import _, counted, lazy

if TYPE_CHECKING:
    from scanpipe.flows.capture.events import (
        Captured,
        CaptureEvent,
        KeptAside,
        NamesRepeated,
    )
    from scanpipe.flows.capture.request import ScanRequest
    from scanpipe.flows.capture.sheets import Sheet
    from scanpipe.flows.station import Station
    from scanpipe.model import Page

_VIRTUAL = ("pnm:", "test:")  # libsane's devices without hardware


@click.command(
    help=_(
        "Scan the pages of a book, or import them from image files (--from). Capture starts at the first page "
        "without a picture. After a jam, a crash or a rescan, run the same command again to continue.\n\n"
        "Example: scanpipe capture KS.2010.01 --source duplex --dpi 300"
    )
)
@book_argument
@click.option("--device", default="", metavar="D", help=_("A scanner, as named by 'scanpipe devices'."))
@click.option(
    "--source", default=None, metavar="S", help=_("Paper source: flatbed, feeder, duplex, or as named by the scanner.")
)
@click.option(
    "--dpi",
    type=click.IntRange(50, 2400),
    default=None,
    metavar="N",
    help=_("Resolution in dpi. With --from: the true resolution of files that state a wrong one."),
)
@click.option("--pages", type=click.IntRange(1, 9999), default=None, metavar="N", help=_("Stop after N pages."))
@click.option(
    "--profile", default="", metavar="P", help=_("Settings of the scanner: a file of scanners/, as generic or test.")
)
@click.option(
    "--sheets",
    type=click.IntRange(1, 9999),
    default=None,
    metavar="N",
    help=_("Number of sheets that you counted. It is compared with the sheets that went in."),
)
@click.option(
    "--sides",
    type=click.Choice(["fronts", "backs"]),
    default=None,
    help=_(
        "For a feeder that takes one side: scan all fronts, turn the stack over as a whole, then scan all backs. "
        "scanpipe puts the pages in order."
    ),
)
@click.option(
    "--plain", is_flag=True, help=_("Show lines of text instead of the console, as pipes and screen readers need them.")
)
@click.option("--yes", is_flag=True, help=_("Do not ask whether the requested sheets are on top of the stack."))
@click.option(
    "--from",
    "origin",
    default=None,
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=_("Import the image files of a folder instead of scanning. Separator sheets among them begin cases."),
)
@click.option(
    "--damaged",
    is_flag=True,
    help=_("With --from: keep the readable part of damaged files. A person must accept these pages."),
)
@ticket_option
@click.pass_obj
def capture(
    folder: Path,
    name: str,
    device: str,
    source: str | None,
    dpi: int | None,
    pages: int | None,
    profile: str,
    sheets: int | None,
    sides: Literal["fronts", "backs"] | None,
    ticket: str,
    *,
    yes: bool,
    plain: bool,
    origin: Path | None,
    damaged: bool,
) -> int:
    """Capture pages."""
    from scanpipe.flows.capture.request import ScanRequest
    from scanpipe.flows.station import open_station

    if origin and (device or source or pages or profile or sheets or sides or yes):
        raise UsageError(lazy("--from imports image files. Combine it only with --dpi and --damaged."))
    if damaged and not origin:
        raise UsageError(lazy("Use --damaged only with --from. An incomplete page from the scanner is never kept."))
    asked = device or source or dpi or pages or profile or sheets or sides or yes
    if not (origin or plain or asked) and _at_the_desk(folder):
        from scanpipe.cli.console import open_console

        open_console(folder, name, ticket=ticket)
        return 0
    with open_station(folder, purpose="capture", person=person(), ticket=ticket) as station:
        if origin:
            return _import_files(station, name, origin, dpi=dpi, damaged=damaged)
        request = ScanRequest(
            device=device, profile=profile, source=source, dpi=dpi, pages=pages, counted=sheets, sides=sides or ""
        )
        return scan(station, name, request, yes=yes)


def _at_the_desk(folder: Path) -> bool:
    """Return whether an operator sits at a terminal with a real scanner: then the console is what he wants."""
    from scanpipe.cli.console import at_a_terminal
    from scanpipe.flows.station import open_station

    if not at_a_terminal():
        return False
    with open_station(folder) as station:
        return not station.settings.scanner.device.startswith(_VIRTUAL)


def _import_files(station: "Station", name: str, origin: Path, *, dpi: int | None, damaged: bool) -> int:
    from scanpipe.flows.capture.import_files import capture_folder

    line = _("{book}: reading image files")
    files = capture_folder(station, name, origin, dpi=dpi, damaged=damaged)
    with pulse(lambda: line.format(book=name)), closing(files):
        return show_capture(files)


def scan(station: "Station", name: str, request: "ScanRequest", *, yes: bool) -> int:
    """Scan pages and tell each; return the exit code."""
    from scanpipe.flows.book.books import book_facts
    from scanpipe.flows.book.readiness import awaited_obstacle
    from scanpipe.flows.capture.scan import capture_scanner
    from scanpipe.flows.selftest import selftest_due

    if selftest_due(station, request.device or station.settings.scanner.device, date.today()):
        say(_("The scanner was not tested today: scanpipe selftest"))
    for awaited in book_facts(station, name).awaited:
        say(str(awaited_obstacle(awaited)))
    interactive = sys.stdin.isatty()
    confirm = (lambda: True) if yes else _ask_for_sheets if interactive else None
    scans = capture_scanner(station, name, request, ready=_ask_for_page if interactive else None, confirm=confirm)
    with closing(scans):
        return show_capture(scans)


def show_capture(events: "Iterable[CaptureEvent]") -> int:
    """Tell the operator each page as it is kept; return the exit code."""
    from scanpipe.flows.capture import events as capture_events

    captured = refused = skipped = 0
    attention = False
    for event in events:
        match event:
            case capture_events.Captured():
                captured += max(1, len(event.pages))
                attention |= not event.pages
                _show_page(event)
            case capture_events.FileRefused():
                refused += 1
                say(_("REFUSED {name}: {reason}").format(name=event.name, reason=event.reason))
            case capture_events.FileSkipped():
                skipped += 1
                say(_("skipped {name}: already captured").format(name=event.name))
            case capture_events.FeedEnded():
                say(
                    _("{captured} captured, {refused} refused, {skipped} skipped, {missing} missing.").format(
                        captured=counted("{n} page", "{n} pages", captured),
                        refused=counted("{n} file", "{n} files", refused),
                        skipped=skipped,
                        missing=event.missing,
                    )
                )
                _show_expected(event.expected)
            case _:
                attention |= _show_notice(event)
    return ATTENTION if refused or attention else 0


def _show_expected(pages: "Sequence[Page]") -> None:
    from scanpipe.package.reports.numbers import page_range

    if pages:
        say(_("Still expected: page {pages}").format(pages=page_range(pages)))


def _show_notice(event: "CaptureEvent") -> bool:
    """Tell what is no page; return whether a person must do something about it."""
    from scanpipe.flows.capture import events as capture_events

    match event:
        case capture_events.ScannerLacks():
            abilities = "; ".join(event.intents)
            say(_("{device}: this scanner cannot: {abilities}").format(device=event.device, abilities=abilities))
        case capture_events.LostSheets():
            pages = ", ".join(event.pages)
            say(_("A crash interrupted these pages. Scan them again: {pages}").format(pages=pages))
        case capture_events.ReloadSheets():
            _show_sheets(event.sheets)
        case capture_events.KeptAside() if event.told:
            _show_kept_aside(event)
        case capture_events.NamesRepeated():
            _show_repeated(event)
        case capture_events.FilesIgnored():
            say(_("Not imported because these are not image files: {names}").format(names=", ".join(event.names)))
        case _:
            return _show_feed(event)
    return False


def _show_feed(event: "CaptureEvent") -> bool:
    """Tell how a run of the scanner goes; return whether a person must do something about it."""
    from scanpipe.flows.capture import events as capture_events

    match event:
        case capture_events.CaptureHalted():
            say(_("STOPPED: {reason}").format(reason=event.reason))
            return True
        case capture_events.SeparatorRead():
            text = _("separator: case {case} begins") if event.case else _("separator: cover sheet of the book")
            say(text.format(case=event.case))
        case capture_events.SeparatorMissing():
            say(_("LOOK: {text}").format(text=event.reason))
            return True
        case capture_events.SurplusCase():
            say(_("LOOK: {text}").format(text=event.text))
            return True
        case capture_events.FeedReconciled(note=note) if note:
            say(_("LOOK: {text}").format(text=note))
            if event.put_back:
                _show_sheets(event.put_back)
            return True
    return False


def _show_sheets(sheets: "Iterable[Sheet]") -> None:
    from scanpipe.flows.capture.sheets import sheet_line

    say(_("Put these sheets on top of the stack, in this order:"))
    for number, sheet in enumerate(sheets, 1):
        say(f"  {number}. {sheet_line(sheet)}")


def _show_page(event: "Captured") -> None:
    from scanpipe.vocabularies.flags import explain_all

    flags = _("  LOOK: {flags}").format(flags=explain_all(event.flags)) if event.flags else ""
    if not event.pages:
        say(
            _("{origin} was kept, but the book has no free page for it{flags}").format(origin=event.origin, flags=flags)
        )
    else:
        say(
            _("page {page}  {origin}{flags}").format(
                page="-".join(map(str, event.pages)), origin=event.origin, flags=flags
            )
        )


def _show_kept_aside(event: "KeptAside") -> None:
    if event.pages:
        say(
            _("page {page} is unchanged; the new picture is kept in addition").format(
                page="-".join(map(str, event.pages))
            )
        )
    else:
        say(_("the other side has no page; its picture is kept in addition"))


def _show_repeated(event: "NamesRepeated") -> None:
    say(
        _(
            "No page was replaced or moved. If these files are additional pages, move all of them into a folder with "
            "another name and capture that folder. If they replace existing pages, reject those pages first: "
            "scanpipe reject {book} PAGE... --rescan"
        ).format(book=event.book)
    )
    if event.waiting:
        say(
            counted(
                "{n} new file in the folder was not imported, to keep the page order.",
                "{n} new files in the folder were not imported, to keep the page order.",
                event.waiting,
            )
        )


def _ask_for_sheets() -> bool:
    return _confirmed(_("Press Enter when the sheets are on top (q to stop)"))


def _ask_for_page(page: "Page") -> bool:
    return _confirmed(_("Place page {page} on the glass and press Enter (q to stop)").format(page=page))


def _confirmed(question: str) -> bool:
    """Ask until Enter (true) or q (false) is pressed; what was typed before the question is no answer to it."""
    while True:
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
        answer = str(click.prompt(question, default="", show_default=False, err=True)).strip().lower()
        if answer in ("", "q"):
            return not answer
        say(_("Press Enter or q."))
