"""`scanpipe qa people`: what reviewers judged, and what samples say of operators."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanpipe.cli.options import DAY, json_option
from scanpipe.cli.render import show_json, show_table, tell
from scanpipe.messages import _

if TYPE_CHECKING:
    from scanpipe.flows.qa.people import Operator, Reviewer


@click.command(
    help=_(
        "Show what each reviewer judged, how fast, and how far reviewers agree; and of each operator, how many pages "
        "were captured and how many of those in the random samples are defective.\n\n"
        "Example: scanpipe qa people --since 2026-03-01"
    )
)
@click.option("--since", type=DAY, default=None, metavar="DATE", help=_("Only what was done since this day."))
@json_option
@click.pass_obj
def people(folder: Path, since: date | None, *, as_json: bool) -> None:
    """Show reviewers and operators."""
    from scanpipe.flows.qa.people import operators, reviewers
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        judging, scanning = reviewers(station, since=since), operators(station, since=since)
    if as_json:
        show_json({"reviewers": [_reviewer_json(each) for each in judging], "operators": scanning})
        return
    _show_reviewers(judging)
    tell("")
    _show_operators(scanning)


def _show_reviewers(found: "Iterable[Reviewer]") -> None:
    from scanpipe.flows.qa.words import agreement_text

    headers = [_("Reviewer"), _("Reviewed"), _("Accepted"), _("Rejected"), _("Pages/h"), _("Agreement")]
    rows = [
        (
            each.person,
            each.reviewed,
            each.accepted,
            each.rejected,
            round(each.an_hour) or "-",
            agreement_text(each.agreement) if each.agreement.pages else "-",
        )
        for each in found
    ]
    show_table(headers, rows)


def _show_operators(found: "Iterable[Operator]") -> None:
    from scanpipe.flows.qa.words import rate_text
    from scanpipe.vocabularies.reasons import reason_text

    headers = [_("Operator"), _("Pages"), _("In samples"), _("Defective"), _("Estimate"), _("Reasons")]
    rows = [
        (
            each.person,
            each.pages,
            each.judged,
            each.found,
            rate_text(each.rate) if each.rate else "-",
            ", ".join(f"{reason_text(code)} {count}" for code, count in each.reasons.items()) or "-",
        )
        for each in found
    ]
    show_table(headers, rows)


def _reviewer_json(found: "Reviewer") -> dict[str, Any]:
    plain = {key: getattr(found, key) for key in ("person", "reviewed", "accepted", "rejected", "an_hour")}
    agreement = found.agreement
    return {
        **plain,
        "agreement": {"pages": agreement.pages, "agreed": agreement.agreed, "kappa": agreement.kappa},
    }
