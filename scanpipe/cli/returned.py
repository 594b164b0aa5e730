"""`scanpipe qa import`: the list of what came back from the receiver."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.options import FILE, book_argument, json_option, person, ticket_option
from scanpipe.cli.render import say, show_json, show_table
from scanpipe.messages import _, counted

if TYPE_CHECKING:
    from scanpipe.flows.qa.outside import Remedied, Returned


@click.command(
    "import",
    help=_(
        "Send back the pages that a receiver's list names: CSV or XLSX, in each row a PDF or a case, and in words what "
        "is wrong, in Vietnamese or English. The words are kept as a note. Each reason decides what is done: scanned "
        "again, processed again, or left to a person, as is a row that no known word explains. If one name does not "
        "belong to this book, nothing is changed. 'scanpipe page undo' takes all of it back.\n\n"
        "Example: scanpipe qa import returned.xlsx KS.2010.01 --ticket 'CV 17' --dry-run"
    ),
)
@click.argument("listed", metavar="FILE", type=FILE)
@book_argument
@click.option("--redo", default="", metavar="RECIPE", help=_("Process all these pages again with this recipe."))
@click.option("--rescan", is_flag=True, help=_("Scan all these pages again."))
@click.option("--wait", is_flag=True, help=_("Leave all these pages to a person."))
@click.option("--dry-run", is_flag=True, help=_("Only show what would be done."))
@ticket_option
@json_option
@click.pass_obj
def import_returned(
    folder: Path,
    listed: Path,
    name: str,
    redo: str,
    ticket: str,
    *,
    rescan: bool,
    wait: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import rejections."""
    from scanpipe.flows.qa.outside import import_rejections
    from scanpipe.flows.station import open_station

    instead = _instead(redo, rescan=rescan, wait=wait)
    with open_station(folder, purpose="qa import", person=person()) as station:
        returned = import_rejections(station, name, listed, ticket=ticket, instead=instead, dry_run=dry_run)
    if as_json:
        show_json(returned)
        return
    _show(returned)
    count = sum(each.outcome != "awaited" for each in returned)
    if dry_run:
        say(_("Nothing was changed."))
    else:
        say(counted("{n} page rejected.", "{n} pages rejected.", count))


def _instead(redo: str, *, rescan: bool, wait: bool) -> "Remedied | None":
    from scanpipe.flows.qa.outside import Remedied

    if bool(redo) + rescan + wait > 1:
        raise click.UsageError(_("Use only one of --redo, --rescan and --wait."))
    if redo:
        return Remedied(outcome="redo", recipe=redo)
    if rescan or wait:
        return Remedied(outcome="rescan" if rescan else "reject")
    return None


def _show(returned: "tuple[Returned, ...]") -> None:
    from scanpipe.vocabularies.reasons import reason_text

    outcomes = {
        "redo": _("process again: {recipe}"),
        "rescan": _("scan again"),
        "reject": _("waits for a person"),
        "awaited": _("is to be scanned again already"),
    }
    rows = [
        (
            each.page.label,
            ", ".join(map(str, each.lines)),
            reason_text(each.reason),
            outcomes[each.outcome].format(recipe=each.recipe),
            each.text,
        )
        for each in returned
    ]
    show_table([_("Page"), _("Row"), _("Reason"), _("What is done"), _("Text of the list")], rows)
