"""`scanpipe accept` and `scanpipe reject`: a person's verdicts."""

from pathlib import Path

import click

from scanpipe.cli.options import FILE, book_argument, pages_argument, person, ticket_option
from scanpipe.cli.render import say
from scanpipe.messages import _, counted
from scanpipe.vocabularies.reasons import DAMAGE, REASONS

list_option = click.option(
    "--from",
    "listed",
    default=None,
    metavar="FILE",
    type=FILE,
    help=_(
        "A CSV or XLSX list of pages, PDFs or cases, one in each row, in addition to PAGE. Titles and other columns "
        "are ignored, also the receiver's reasons. If one name does not belong to this book, nothing is changed."
    ),
)


@click.command(
    help=_(
        "Accept processed pages. Without PAGE, accept every page that waits for a verdict, except pages that may have "
        "lost a part; name these one by one. A page is not accepted by the person who scanned it, "
        "unless station.toml has two_persons = false. A named page that was to be scanned again is accepted as it is. "
        "A PDF (KS.2010.01.011) or a case (12a/2010) means all its pages.\n\n"
        "Example: scanpipe accept KS.2010.01 F1 3 5-9\n\n"
        "Example: scanpipe accept KS.2010.01 --from good.csv"
    )
)
@book_argument
@pages_argument
@list_option
@ticket_option
@click.pass_obj
def accept(folder: Path, name: str, pages: tuple[str, ...], listed: Path | None, ticket: str) -> None:
    """Accept pages."""
    from scanpipe.flows.process import verdicts
    from scanpipe.flows.station import open_station
    from scanpipe.vocabularies.flags import explain_all

    with open_station(folder, purpose="accept", person=person()) as station:
        accepted = verdicts.accept(station, name, pages, listed=listed, ticket=ticket)
        left = verdicts.left_waiting(station, name)
    for state in accepted:
        if state.flags:
            say(_("page {page}: {flags}").format(page=state.page, flags=explain_all(state.flags)))
    say(counted("{n} page accepted.", "{n} pages accepted.", len(accepted)))
    if left.to_be_named:
        text = _("Pages {pages} may have lost a part. Check each page, then accept it by name or reject it.")
        say(text.format(pages=", ".join(map(str, left.to_be_named))))
    if left.own:
        text = _("You scanned pages {pages}. They wait until another person accepts them (--person NAME).")
        say(text.format(pages=", ".join(map(str, left.own))))


@click.command(
    help=_(
        "Reject pages. They wait for a person, are processed again with another recipe (--redo), or are scanned "
        "again (--rescan, then 'scanpipe capture'). A PDF (KS.2010.01.011) or a case (12a/2010) means all its "
        "pages.\n\n"
        "Example: scanpipe reject KS.2010.01 12-14 --reason faded --redo faded\n\n"
        "Example: scanpipe reject KS.2010.01 --from returned.xlsx --reason faded --ticket 'CV 17'"
    )
)
@book_argument
@pages_argument
@list_option
@click.option(
    "--reason",
    required=True,
    type=click.Choice(tuple(REASONS)),
    help=_(
        "The reason. Pages rejected as {damage} count as damaged on the delivery note. Use --note for details."
    ).format(damage=", ".join(code for code in REASONS if code in DAMAGE)),
)
@click.option("--redo", default="", metavar="RECIPE", help=_("Process again with this recipe."))
@click.option("--rescan", is_flag=True, help=_("Scan again."))
@click.option("--note", default="", metavar="TEXT", help=_("What is wrong, for whoever mends it."))
@ticket_option
@click.pass_obj
def reject(
    folder: Path,
    name: str,
    pages: tuple[str, ...],
    listed: Path | None,
    reason: str,
    redo: str,
    note: str,
    ticket: str,
    *,
    rescan: bool,
) -> None:
    """Reject pages."""
    from scanpipe.flows.process import verdicts
    from scanpipe.flows.station import open_station

    if redo and rescan:
        raise click.UsageError(_("Use either --redo or --rescan, not both."))
    with open_station(folder, purpose="reject", person=person()) as station:
        rejected = verdicts.reject(
            station, name, pages, listed=listed, reason=reason, redo=redo, rescan=rescan, ticket=ticket, note=note
        )
    say(counted("{n} page rejected.", "{n} pages rejected.", len(rejected)))
