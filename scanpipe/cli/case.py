"""`scanpipe case`: which pages make which case."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.options import book_argument, json_option, person, reason_option, ticket_option
from scanpipe.cli.render import say, show_json, show_table
from scanpipe.messages import _

if TYPE_CHECKING:
    from scanpipe.flows.book.cases import ChangedCases

_OF_CASES = ("pages-in-no-case", "case-repeated", "case-incomplete")


@click.group(help=_("List, split, merge and renumber the cases of a book."))
def case() -> None:
    """Group the commands about cases."""


@case.command("list", help=_("List the cases of a book with their pages.\n\nExample: scanpipe case list KS.2010.01"))
@book_argument
@json_option
@click.pass_obj
def list_cases(folder: Path, name: str, *, as_json: bool) -> None:
    """List cases, and what is wrong with them."""
    from scanpipe.flows.book.books import book_facts
    from scanpipe.flows.book.readiness import blockers
    from scanpipe.flows.station import open_station
    from scanpipe.package.reports.numbers import page_range

    with open_station(folder) as station:
        facts = book_facts(station, name)
    if as_json:
        show_json([{"case": str(each.key), "pages": [page.label for page in each.pages]} for each in facts.sets.sets])
    else:
        show_table([_("Case"), _("Pages")], [[each.key, page_range(each.pages)] for each in facts.sets.sets])
    for found in blockers(facts):
        if found.code in _OF_CASES:
            say(_("Prevents delivery: {obstacle}").format(obstacle=found))


@case.command(
    help=_(
        "State that a further case with the number NUMBER begins on PAGE. It takes PAGE and the following pages from "
        "the case that they belonged to. All other cases keep their number and pages. A rule such as pages:2 becomes a "
        "list of first pages, which move with their pages.\n\n"
        "Example: scanpipe case split KS.2010.01 22 13"
    )
)
@book_argument
@click.argument("page", metavar="PAGE")
@click.argument("number", metavar="NUMBER")
@reason_option
@ticket_option
@click.pass_obj
def split(folder: Path, name: str, page: str, number: str, reason: str, ticket: str) -> None:
    """Split a case."""
    from scanpipe.flows.book.cases import split_case
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="case split", person=person()) as station:
        why = ChangeReason(reason=reason, ticket=ticket)
        _tell(split_case(station, name, page, number, why=why))


@case.command(
    help=_(
        "State that the pages of the case NEXT belong to the case NUMBER, which directly precedes it and keeps its "
        "number.\n\n"
        "Example: scanpipe case merge KS.2010.01 12 13"
    )
)
@book_argument
@click.argument("number", metavar="NUMBER")
@click.argument("following", metavar="NEXT")
@reason_option
@ticket_option
@click.pass_obj
def merge(folder: Path, name: str, number: str, following: str, reason: str, ticket: str) -> None:
    """Merge two cases."""
    from scanpipe.flows.book.cases import merge_case
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="case merge", person=person()) as station:
        why = ChangeReason(reason=reason, ticket=ticket)
        _tell(merge_case(station, name, number, following, why=why))


@case.command(
    help=_(
        "Give the case NUMBER the number NEW. A year may follow: 12/2011.\n\n"
        "Example: scanpipe case renumber KS.2010.01 37 38 --following"
    )
)
@book_argument
@click.argument("number", metavar="NUMBER")
@click.argument("new", metavar="NEW")
@click.option(
    "--following", is_flag=True, help=_("Also change all later numbers of the same year by the same difference.")
)
@click.option(
    "--page", default="", metavar="PAGE", help=_("The first page of the case, if several cases have the number.")
)
@reason_option
@ticket_option
@click.pass_obj
def renumber(
    folder: Path, name: str, number: str, new: str, page: str, reason: str, ticket: str, *, following: bool
) -> None:
    """Give a case another number."""
    from scanpipe.flows.book.cases import renumber_case
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="case renumber", person=person()) as station:
        why = ChangeReason(reason=reason, ticket=ticket)
        _tell(renumber_case(station, name, number, new, page=page, following=following, why=why))


def _tell(done: "ChangedCases") -> None:
    from scanpipe.package.reports.numbers import page_range

    for found in done.changed:
        say(_("case {case}: pages {pages}").format(case=found.key, pages=page_range(found.pages)))
    for key in done.gone:
        say(_("case {case} is no more").format(case=key))
