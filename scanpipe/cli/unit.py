"""`scanpipe unit`: look up communes."""

from typing import TYPE_CHECKING

import click

from scanpipe.cli.options import json_option
from scanpipe.cli.render import say, show_json, show_table
from scanpipe.messages import _, counted

if TYPE_CHECKING:
    from scanpipe.package.naming.units import ListedUnit

_SHOWN = 40


@click.group(help=_("Look up communes: codes, names, and changes in 2025."))
def unit() -> None:
    """Group the commands about units."""


@unit.command(
    help=_(
        "Find communes by code, or by words of the names of commune, district and province. Accents are ignored. "
        "Each commune is shown with its list, and with its predecessors or successors of 1 July 2025.\n\n"
        'Example: scanpipe unit find "ham rong thanh hoa"'
    )
)
@click.argument("text", metavar="TEXT...", nargs=-1, required=True)
@json_option
def find(text: tuple[str, ...], *, as_json: bool) -> int:
    """Find communes."""
    from scanpipe.flows.book.units import find_units, related

    found = find_units(" ".join(text))
    if as_json:
        show_json([_row(each, [other.label for other in related(each)]) for each in found])
        return 0
    headers = [_("Code and list"), _("Name"), _("District"), _("Province"), _("Predecessors or successors")]
    rows = [list(_row(each, ", ".join(map(_short, related(each)))).values()) for each in found[:_SHOWN]]
    show_table(headers, rows)
    if len(found) > _SHOWN:
        more = len(found) - _SHOWN
        say(counted("{n} more: add a word.", "{n} more: add a word.", more))
    return 0


def _row(found: "ListedUnit", others: object) -> dict[str, object]:
    return {
        "unit": found.label,
        "name": found.name,
        "district": found.district,
        "province": found.province,
        "related": others,
    }


def _short(found: "ListedUnit") -> str:
    return f"{found.name} ({found.code})"
