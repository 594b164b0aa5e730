"""`scanpipe qa`: samples of what was scanned, and what they say."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanpipe.cli.options import book_argument, json_option, person
from scanpipe.cli.people import people
from scanpipe.cli.render import say, show_json, show_table, tell
from scanpipe.cli.returned import import_returned
from scanpipe.messages import _
from scanpipe.vocabularies.reasons import REASONS

if TYPE_CHECKING:
    from scanpipe.flows.qa.book_samples import BookSamples
    from scanpipe.flows.qa.lots import LotReport
    from scanpipe.flows.qa.severity import Inspection


_REJECT = _("The page may not be delivered, for this reason: {reasons}.").format(reasons=", ".join(REASONS))


@click.group(help=_("Draw samples of scanned pages, and show what verdicts say of each lot."))
def qa() -> None:
    """Group the commands about samples."""


@qa.command(
    help=_(
        "Draw a sample of a book: pages chosen at random, and those with the lowest scores. The pages that one "
        "operator captured with one scanner are one lot. The night does so by itself. [qa] in station.toml says how "
        "many pages are drawn.\n\n"
        "Example: scanpipe qa plan KS.2010.01"
    )
)
@book_argument
@click.option(
    "--seed",
    default="",
    metavar="TEXT",
    help=_("Draw by this text: the same text draws the same pages. It is recorded; by default it is made up."),
)
@json_option
@click.pass_obj
def plan(folder: Path, name: str, seed: str, *, as_json: bool) -> None:
    """Plan the lots of a book and show them."""
    from scanpipe.flows.qa.book_samples import samples_of
    from scanpipe.flows.qa.plan_lots import plan_lots
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="qa plan", person=person()) as station:
        plan_lots(station, name, seed=seed)
        samples = samples_of(station, name)
    if as_json:
        show_json(_book_json(samples))
    else:
        _show_book(samples)


@qa.command(
    help=_(
        "Show the samples of a book, or of all books: what was judged, the estimated share of defective pages, the "
        "pages still to be looked at, and how strictly the next lot is inspected.\n\n"
        "Example: scanpipe qa show KS.2010.01"
    )
)
@click.argument("name", metavar="[BOOK]", default="")
@json_option
@click.pass_obj
def show(folder: Path, name: str, *, as_json: bool) -> None:
    """Show how lots stand."""
    from scanpipe.flows.qa.book_samples import all_samples, samples_of
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        found = [samples_of(station, name)] if name else all_samples(station)
    if as_json:
        show_json([_book_json(each) for each in found])
        return
    for samples in found:
        _show_book(samples)
    if not any(each.lots or each.undrawn for each in found):
        say(_("There are no samples."))


@qa.command(
    help=_(
        "Give a second opinion on a page that another person judged: some pages of a sample are shown to two people "
        "([qa] twice in station.toml). It changes nothing of the page; 'scanpipe qa show' tells how far both "
        "agree.\n\n"
        "Example: scanpipe qa second KS.2010.01 12 --reject blurred"
    )
)
@book_argument
@click.argument("page", metavar="PAGE")
@click.option("--accept", "accepted", is_flag=True, help=_("The page may be delivered."))
@click.option("--reject", "reason", default=None, type=click.Choice(tuple(REASONS)), metavar="REASON", help=_REJECT)
@click.pass_obj
def second(folder: Path, name: str, page: str, reason: str | None, *, accepted: bool) -> None:
    """Give a second opinion."""
    from scanpipe.flows.qa.second_opinions import second_opinion
    from scanpipe.flows.station import open_station

    if accepted is bool(reason):
        raise click.UsageError(_("Use either --accept or --reject REASON."))
    decision = "accept" if accepted else "reject"
    with open_station(folder, purpose="qa second", person=person()) as station:
        judged = second_opinion(station, name, page, decision=decision, reason=reason or "")
    say(_("The second opinion on page {page} was recorded.").format(page=judged))


for command in (people, import_returned):
    qa.add_command(command)


def _show_book(samples: "BookSamples") -> None:
    from scanpipe.flows.qa.book_samples import scanned_by
    from scanpipe.package.reports.numbers import page_range

    for place, report in enumerate(samples.lots, start=1):
        tell(_("{book}, lot {number}").format(book=samples.book, number=place))
        stands = samples.next[scanned_by(report)]
        show_table([_("Item"), _("Value")], list(_lot_rows(report, stands)))
        tell("")
    if samples.agreement.pages:
        say(_("{book}: two people agree on {agreement}.").format(book=samples.book, agreement=_agreement(samples)))
    if samples.second_look:
        text = _("{book}: pages {pages} wait for a second person (scanpipe qa second).")
        say(text.format(book=samples.book, pages=page_range(samples.second_look)))
    if samples.undrawn:
        text = _("{book}: no sample was drawn of pages {pages} yet. Run: scanpipe qa plan {label}")
        say(text.format(book=samples.book, pages=page_range(samples.undrawn), label=samples.book.label))


def _agreement(samples: "BookSamples") -> str:
    from scanpipe.flows.qa.words import agreement_text

    return agreement_text(samples.agreement)


def _lot_rows(report: "LotReport", stands: "Inspection") -> Iterator[tuple[str, object]]:
    from scanpipe.flows.qa import words
    from scanpipe.package.reports.numbers import page_range

    lot = report.lot
    yield _("Scanned by"), f"{lot.operator}, {lot.device}"
    yield _("Drawn"), _("{day} by {person}, seed {seed}").format(day=lot.at[:10], person=lot.person, seed=lot.seed)
    yield _("Terms"), words.terms_text(lot)
    yield _("Pages"), len(lot.pages)
    yield _("Random sample"), f"{len(report.random)}, {words.allowed_text(lot.accept)}"
    yield _("Worst pages"), sum(page.chosen == "worst" for page in lot.pages)
    yield _("Judged in the sample"), report.judged
    yield _("Defective in the sample"), report.found
    yield _("State"), words.LOT_STATES[report.state]
    if report.judged:
        yield _("Estimate"), words.rate_text(report.rate)
    if lot.method == "iso2859":
        yield _("Next lot"), words.inspection_text(stands)
    if report.waiting:
        yield _("To be looked at"), page_range([page.page for page in report.waiting])


def _book_json(samples: "BookSamples") -> dict[str, Any]:
    from scanpipe.flows.qa.book_samples import scanned_by

    lots = [_lot_json(report, samples.next[scanned_by(report)]) for report in samples.lots]
    agreement = samples.agreement
    return {
        "book": str(samples.book),
        "undrawn": [page.label for page in samples.undrawn],
        "lots": lots,
        "second_look": [page.label for page in samples.second_look],
        "agreement": {"pages": agreement.pages, "agreed": agreement.agreed, "kappa": agreement.kappa},
    }


def _lot_json(report: "LotReport", stands: "Inspection") -> dict[str, Any]:
    lot = report.lot
    plain = ("operator", "device", "seed", "method", "terms", "accept", "person", "at")
    return {
        **{key: getattr(lot, key) for key in plain},
        "pages": len(lot.pages),
        "sample": [page.page.label for page in report.random],
        "worst": [page.page.label for page in lot.pages if page.chosen == "worst"],
        "judged": report.judged,
        "found": report.found,
        "state": str(report.state),
        "waiting": [page.page.label for page in report.waiting],
        "rate": report.rate,
        "next": {"severity": stands.severity, "score": stands.score, "stopped": stands.stopped},
    }
