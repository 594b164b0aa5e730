"""`scanpipe book`: what a person states about pages, pictures and whole books."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.options import F, book_argument, person, reason_option, required_pages_argument, ticket_option
from scanpipe.cli.render import say
from scanpipe.messages import _, counted

if TYPE_CHECKING:
    from scanpipe.flows.book.statements import PaperState


def _statement_options(command: F) -> F:
    """Add what every statement about pages is told by: book, pages, note, ticket, and that it is taken back."""
    options = (
        book_argument,
        required_pages_argument,
        click.option("--note", default="", metavar="TEXT", help=_("A remark for the report and the delivery note.")),
        click.option("--withdraw", is_flag=True, help=_("Withdraw the statement about these pages.")),
        ticket_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(
    help=_(
        "State that pages are missing from the paper book, for example torn out. The book is delivered without them. "
        "The report and the delivery note list them. Cases keep their remaining pages.\n\n"
        'Example: scanpipe book missing KS.2010.01 37 --note "torn out"'
    )
)
@_statement_options
@click.pass_obj
def missing(folder: Path, name: str, pages: tuple[str, ...], note: str, ticket: str, *, withdraw: bool) -> None:
    """State pages missing."""
    count = _state(folder, name, pages, "missing", note=note, ticket=ticket, withdraw=withdraw)
    if not withdraw:
        say(counted("{n} page was stated as missing.", "{n} pages were stated as missing.", count))


@click.command(
    help=_(
        "State that pages are damaged, even where the pictures do not show it. The report and the delivery note list "
        "them.\n\n"
        'Example: scanpipe book damaged KS.2010.01 12 --note "lower half burnt"'
    )
)
@_statement_options
@click.pass_obj
def damaged(folder: Path, name: str, pages: tuple[str, ...], note: str, ticket: str, *, withdraw: bool) -> None:
    """State pages damaged."""
    count = _state(folder, name, pages, "damaged", note=note, ticket=ticket, withdraw=withdraw)
    if not withdraw:
        say(counted("{n} page was stated as damaged.", "{n} pages were stated as damaged.", count))


@click.command(
    help=_(
        "State that pages are blank, even where the pictures do not show it. The report and the delivery note list "
        "them. The pages stay in the package.\n\n"
        "Example: scanpipe book blank KS.2010.01 98-100"
    )
)
@_statement_options
@click.pass_obj
def blank(folder: Path, name: str, pages: tuple[str, ...], note: str, ticket: str, *, withdraw: bool) -> None:
    """State pages blank."""
    count = _state(folder, name, pages, "blank", note=note, ticket=ticket, withdraw=withdraw)
    if not withdraw:
        say(counted("{n} page was stated as blank.", "{n} pages were stated as blank.", count))


@click.command(
    help=_(
        "Remove pictures that do not belong to the book. PICTURE is a picture without a place, as named by 'book "
        "show', or a page that has the wrong picture. The pictures stay in the store; --undo restores them.\n\n"
        "Example: scanpipe book drop KS.2010.01 bookmark.jpg"
    )
)
@book_argument
@click.argument("pictures", metavar="PICTURE...", nargs=-1, required=True)
@click.option("--note", default="", metavar="TEXT", help=_("The reason."))
@click.option("--undo", is_flag=True, help=_("Restore dropped pictures."))
@ticket_option
@click.pass_obj
def drop(folder: Path, name: str, pictures: tuple[str, ...], note: str, ticket: str, *, undo: bool) -> None:
    """Drop surplus pictures."""
    from scanpipe.flows.book.statements import drop_pictures, take_back_pictures
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="book drop", person=person()) as station:
        if undo:
            take_back_pictures(station, name, pictures, ticket=ticket)
            say(counted("{n} picture was restored.", "{n} pictures were restored.", len(pictures)))
            say(
                _("To place pictures that never had a place, run: scanpipe book amend {book} --pages N").format(
                    book=name
                )
            )
            return
        free = drop_pictures(station, name, pictures, note=note, ticket=ticket)
    say(counted("{n} picture was dropped.", "{n} pictures were dropped.", len(pictures)))
    if free:
        text = _(
            "Pages {pages} now have no picture. Capture them, state them as missing (scanpipe book missing), or move "
            "the pages after them (scanpipe book shift)."
        )
        say(text.format(pages=", ".join(map(str, free))))


@click.command(
    help=_(
        "Close a book that was opened by mistake. Lists no longer show it. Its pages and records are kept, and "
        "'scanpipe book reopen' opens it again.\n\n"
        'Example: scanpipe book close KS.2010.02 --reason "the year was mistyped"'
    )
)
@book_argument
@click.option("--reason", required=True, metavar="TEXT", help=_("The reason."))
@ticket_option
@click.pass_obj
def close(folder: Path, name: str, reason: str, ticket: str) -> None:
    """Close a book."""
    from scanpipe.flows.book.statements import close_book
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="book close", person=person()) as station:
        closed = close_book(station, name, reason=reason, ticket=ticket)
    say(_("Book {book} was closed.").format(book=closed.book.id))


@click.command(help=_("Open a closed book again.\n\nExample: scanpipe book reopen KS.2010.02"))
@book_argument
@reason_option
@ticket_option
@click.pass_obj
def reopen(folder: Path, name: str, reason: str, ticket: str) -> None:
    """Open a closed book again."""
    from scanpipe.flows.book.statements import reopen_book
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="book reopen", person=person()) as station:
        opened = reopen_book(station, name, reason=reason, ticket=ticket)
    say(_("Book {book} is open.").format(book=opened.book.id))


def _state(
    folder: Path, name: str, pages: tuple[str, ...], state: "PaperState", *, note: str, ticket: str, withdraw: bool
) -> int:
    from scanpipe.flows.book.statements import state_pages, withdraw_statements
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose=f"book {state}", person=person()) as station:
        if not withdraw:
            return len(state_pages(station, name, pages, state, note=note, ticket=ticket))
        count = len(withdraw_statements(station, name, pages, state, ticket=ticket))
    say(counted("The statement about {n} page was withdrawn.", "The statements about {n} pages were withdrawn.", count))
    return count
