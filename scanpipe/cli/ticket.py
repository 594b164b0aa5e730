"""`scanpipe ticket`: the letters that ask for changes of delivered books."""

from datetime import date
from pathlib import Path

import click

from scanpipe.cli.options import DAY, book_argument, force_option, json_option, person
from scanpipe.cli.render import say, show_json, show_table, tell
from scanpipe.messages import _


@click.group(
    help=_(
        "Record the tickets that ask for changes of a delivered book, and print the correction request. A delivered "
        "book is changed only for a recorded ticket: give its number with --ticket."
    )
)
def ticket() -> None:
    """Group the commands about tickets."""


@ticket.command(
    help=_(
        "Record a ticket of a book: the number and the date of the letter, and who approved the change.\n\n"
        "Example: scanpipe ticket add KS.2010.01 --number 'CV 17' --date 05/03/2026 --approved-by 'Trần Văn Bình'"
    )
)
@book_argument
@click.option("--number", required=True, metavar="NUMBER", help=_("Number of the letter."))
@click.option("--date", "dated", type=DAY, required=True, metavar="D", help=_("Date of the letter."))
@click.option("--approved-by", required=True, metavar="NAME", help=_("The person who approved the change."))
@click.option("--note", default="", metavar="TEXT", help=_("A remark."))
@click.pass_obj
def add(folder: Path, name: str, number: str, dated: date, approved_by: str, note: str) -> None:
    """Record a ticket."""
    from scanpipe.flows.book.tickets import add_ticket
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="ticket add", person=person()) as station:
        added = add_ticket(station, name, number=number, dated=dated, approved_by=approved_by, note=note)
    say(_("{book}: the ticket {number} was recorded.").format(book=name, number=added.number))


@ticket.command("list", help=_("List the tickets of a book.\n\nExample: scanpipe ticket list KS.2010.01"))
@book_argument
@json_option
@click.pass_obj
def list_tickets(folder: Path, name: str, *, as_json: bool) -> None:
    """List tickets."""
    from scanpipe.flows.book.tickets import tickets_of
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        found = tickets_of(station, name)
    if as_json:
        show_json(found)
        return
    headers = [_("Number"), _("Date"), _("Approved by"), _("Recorded by"), _("Remark")]
    show_table(headers, [[t.number, f"{t.dated:%d/%m/%Y}", t.approved_by, t.person, t.note] for t in found])


@ticket.command(
    help=_(
        "Print the correction request of a ticket as a PDF: what is to be changed in the book, why, and who approved "
        "it. It lists the pages that were rejected and the changes that were made with this ticket.\n\n"
        "Example: scanpipe ticket request KS.2010.01 'CV 17' -o request.pdf"
    )
)
@book_argument
@click.argument("number", metavar="NUMBER")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE.pdf",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("The file to write."),
)
@force_option
@click.pass_obj
def request(folder: Path, name: str, number: str, output: Path, *, force: bool) -> None:
    """Print the correction request."""
    from scanpipe.flows.delivery.correction import write_request
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        tell(str(write_request(station, name, number, output, force=force)))
