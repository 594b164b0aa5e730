"""`scanpipe book`: what a person states about pictures and whole books."""

from pathlib import Path

import click

from scanpipe.cli.options import book_argument, person, reason_option, ticket_option
from scanpipe.cli.render import say
from scanpipe.messages import _, counted


@click.command(
    help=_(
        "State that a book is scanned completely. Its pages and cases are compared with the totals that it states. "
        "With --yes it is finished although something is missing. A further capture, 'page insert' and 'book drop' "
        "make it unfinished again, and 'page undo' takes it back.\n\n"
        "Example: scanpipe book finish KS.2010.01"
    )
)
@book_argument
@click.option("--yes", is_flag=True, help=_("Finish the book although something is missing."))
@click.pass_obj
def finish(folder: Path, name: str, *, yes: bool) -> None:
    """Finish a book."""
    from scanpipe.flows.station import open_station
    from scanpipe.flows.work.finish import finish_book

    with open_station(folder, purpose="book finish", person=person()) as station:
        found = finish_book(station, name, incomplete=yes)
    for line in found.lines:
        say(_("LOOK: {text}").format(text=line))
    say(counted("Finished: {n} page.", "Finished: {n} pages.", found.pages))


@click.command(
    help=_(
        "Remove pictures that do not belong to the book. PICTURE is a picture without a place, as named by 'book "
        "show', or a page that has the wrong picture. The pictures stay in the store; --undo restores them, also those "
        "of captures that were undone (scanpipe page undo).\n\n"
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
            "Pages {pages} now have no picture. Capture them, state them as missing (scanpipe page mark), or move "
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
