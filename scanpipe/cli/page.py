"""`scanpipe page`: single pages of a book, and undoing what was done to it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.book import tell_judged_again
from scanpipe.cli.capture import scan, show_capture
from scanpipe.cli.options import FILE, book_argument, person, reason_option, required_pages_argument, ticket_option
from scanpipe.cli.render import say
from scanpipe.errors import UsageError
from scanpipe.messages import _, counted, lazy

if TYPE_CHECKING:
    from scanpipe.flows.book.statements import PaperState

page_argument = click.argument("page", metavar="PAGE")


@click.group(help=_("Insert, replace, move and mark single pages of a book; undo."))
def page() -> None:
    """Group the commands about single pages."""


@page.command(
    help=_(
        "Make room before PAGE for a page that was left out. The next capture fills it. The pages after it move by "
        "one place and must be judged again. No page is scanned or processed again.\n\n"
        "Example: scanpipe page insert KS.2010.01 12"
    )
)
@book_argument
@page_argument
@click.option("--after", is_flag=True, help=_("Make room after PAGE."))
@click.option(
    "--count",
    type=click.IntRange(1, 99),
    default=None,
    metavar="N",
    help=_("Number of places (default: 1; in a book of spreads: 2)."),
)
@reason_option
@ticket_option
@click.pass_obj
def insert(folder: Path, name: str, page: str, count: int | None, reason: str, ticket: str, *, after: bool) -> None:
    """Make room for pages."""
    from scanpipe.flows.book.page_edits import insert_pages
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="page insert", person=person()) as station:
        why = ChangeReason(reason=reason, ticket=ticket)
        moved = insert_pages(station, name, page, count=count, after=after, why=why)
    say(counted("{n} page moved.", "{n} pages moved.", len(moved.pages)))
    tell_judged_again(moved)
    say(_("The next capture fills the room: scanpipe capture {book}").format(book=name))


@page.command(
    help=_(
        "Scan PAGE again although it has a picture, or take its picture from an image file (--from). The earlier "
        "picture is kept; 'scanpipe page undo' shows it again.\n\n"
        "Example: scanpipe page replace KS.2010.01 12 --from scans/page12.png"
    )
)
@book_argument
@page_argument
@click.option("--from", "origin", type=FILE, default=None, metavar="FILE", help=_("Use this image file."))
@click.option("--device", default="", metavar="D", help=_("A scanner, as named by 'scanpipe devices'."))
@click.option("--source", default=None, metavar="S", help=_("Paper source, as named by the scanner."))
@click.option(
    "--dpi",
    type=click.IntRange(50, 2400),
    default=None,
    metavar="N",
    help=_("Resolution in dpi. With --from: the true resolution of a file that states a wrong one."),
)
@click.option("--yes", is_flag=True, help=_("Do not ask whether the requested sheets are on top of the stack."))
@click.option(
    "--damaged",
    is_flag=True,
    help=_("With --from: keep the readable part of a damaged file. A person must accept the page."),
)
@reason_option
@ticket_option
@click.pass_obj
def replace(
    folder: Path,
    name: str,
    page: str,
    origin: Path | None,
    device: str,
    source: str | None,
    dpi: int | None,
    reason: str,
    ticket: str,
    *,
    yes: bool,
    damaged: bool,
) -> int:
    """Capture a page again."""
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.capture.replace_file import replace_from_file
    from scanpipe.flows.capture.request import ScanRequest
    from scanpipe.flows.station import open_station
    from scanpipe.model import Page

    if origin and (device or source or yes):
        raise UsageError(lazy("--from takes an image file. Combine it only with --dpi and --damaged."))
    if damaged and not origin:
        raise UsageError(lazy("Use --damaged only with --from. An incomplete page from the scanner is never kept."))
    with open_station(folder, purpose="page replace", person=person()) as station:
        why = ChangeReason(reason=reason, ticket=ticket)
        if origin:
            return show_capture([replace_from_file(station, name, page, origin, dpi=dpi, damaged=damaged, why=why)])
        request = ScanRequest(device=device, source=source, dpi=dpi, replace=Page.parse(page), why=why)
        return scan(station, name, request, yes=yes)


@page.command(
    help=_(
        "Move PAGE to the place TO. If TO has a picture, the pages between close up. The moved pages must be judged "
        "again. No page is scanned or processed again.\n\n"
        "Example: scanpipe page move KS.2010.01 40 12"
    )
)
@book_argument
@page_argument
@click.argument("to", metavar="TO")
@reason_option
@ticket_option
@click.pass_obj
def move(folder: Path, name: str, page: str, to: str, reason: str, ticket: str) -> None:
    """Move one page."""
    from scanpipe.flows.book.page_edits import move_page
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="page move", person=person()) as station:
        moved = move_page(station, name, page, to, why=ChangeReason(reason=reason, ticket=ticket))
    say(counted("{n} page moved.", "{n} pages moved.", len(moved.pages)))
    tell_judged_again(moved)


@page.command(
    help=_(
        "State that pages are missing from the paper book (for example torn out), damaged, or blank, even where the "
        "pictures do not show it. The report and the delivery note list them. A book is delivered without its missing "
        "pages, and cases keep their remaining pages.\n\n"
        'Example: scanpipe page mark KS.2010.01 missing 37 --note "torn out"'
    )
)
@book_argument
@click.argument("state", metavar="missing|damaged|blank", type=click.Choice(["missing", "damaged", "blank"]))
@required_pages_argument
@click.option("--note", default="", metavar="TEXT", help=_("A remark for the report and the delivery note."))
@click.option("--take-back", is_flag=True, help=_("Withdraw the statement about these pages."))
@ticket_option
@click.pass_obj
def mark(
    folder: Path, name: str, state: "PaperState", pages: tuple[str, ...], note: str, ticket: str, *, take_back: bool
) -> None:
    """State what the paper book shows of pages."""
    from scanpipe.flows.book.statements import state_pages, withdraw_statements
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="page mark", person=person()) as station:
        if take_back:
            count = len(withdraw_statements(station, name, pages, state, ticket=ticket))
        else:
            count = len(state_pages(station, name, pages, state, note=note, ticket=ticket))
    say(_marked(state, count, taken_back=take_back))


def _marked(state: "PaperState", count: int, *, taken_back: bool) -> str:
    if taken_back:
        return counted(
            "The statement about {n} page was withdrawn.", "The statements about {n} pages were withdrawn.", count
        )
    match state:
        case "missing":
            return counted("{n} page was stated as missing.", "{n} pages were stated as missing.", count)
        case "damaged":
            return counted("{n} page was stated as damaged.", "{n} pages were stated as damaged.", count)
        case "blank":
            return counted("{n} page was stated as blank.", "{n} pages were stated as blank.", count)


@page.command(
    help=_(
        "Undo the newest thing that was done to a book: a capture, a move, a statement, a change of cases, a verdict. "
        "Give it again to go further back. A page shows its earlier picture with its earlier verdict, or is free. "
        "Every picture is kept. What the policy accepted is not undone.\n\n"
        "Example: scanpipe page undo KS.2010.01"
    )
)
@book_argument
@click.option("--redo", is_flag=True, help=_("Do again what was undone last."))
@click.option(
    "--verdict", is_flag=True, help=_("Undo your own newest verdict, whatever others did to other pages since.")
)
@reason_option
@ticket_option
@click.pass_obj
def undo(folder: Path, name: str, reason: str, ticket: str, *, redo: bool, verdict: bool) -> None:
    """Undo or redo."""
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.book.undo import redo_last, undo_last, undo_verdict
    from scanpipe.flows.station import open_station

    if redo and verdict:
        raise click.UsageError(_("Use either --redo or --verdict, not both."))
    with open_station(folder, purpose="page undo", person=person()) as station:
        act = undo_verdict if verdict else redo_last if redo else undo_last
        undone = act(station, name, why=ChangeReason(reason=reason, ticket=ticket))
    say(str(undone.text))
    if undone.free:
        say(_("These pages have no picture: {pages}.").format(pages=", ".join(map(str, undone.free))))
    tell_judged_again(undone)
