"""Samples, rates and inspections in words, for every face that shows them."""

from typing import Final

from scanpipe.flows.qa.agreement import Agreement
from scanpipe.flows.qa.estimate import Estimate
from scanpipe.flows.qa.iso2859 import Severity
from scanpipe.flows.qa.lots import LotState
from scanpipe.flows.qa.severity import ENOUGH_TO_REDUCE, Inspection
from scanpipe.messages import LazyText, _, counted, joined, lazy
from scanpipe.package.reports.numbers import number
from scanpipe.state.qa import LotRow
from scanpipe.vocabularies.reasons import reason_text

LOT_STATES: Final = {
    LotState.OPEN: lazy("being inspected"),
    LotState.ACCEPTED: lazy("passed"),
    LotState.FAILED: lazy("failed: all of it is looked at"),
}
SEVERITIES: Final[dict[Severity, LazyText]] = {
    "normal": lazy("normal inspection"),
    "tightened": lazy("tightened inspection"),
    "reduced": lazy("reduced inspection"),
}
DECISIONS: Final = {
    "accept": lazy("Accepted"),
    "reject": lazy("Rejected"),
    "redo": lazy("To be processed again"),
    "rescan": lazy("To be scanned again"),
}
_TABLES: Final[dict[Severity, str]] = {"normal": "2-A", "tightened": "2-B", "reduced": "2-C"}


def verdict_text(decision: str, reason: str) -> LazyText | str:
    """Return what was said of a page, and why."""
    said = DECISIONS[decision]
    return joined(said, reason_text(reason), by=": ") if reason else said


def terms_text(lot: LotRow) -> str:
    """Return by which terms the size of a sample, and its acceptance number, were found."""
    terms = lot.terms
    if lot.method == "share":
        text = _("{share} of the lot; at most {aql} % of the sample may be defective")
        return text.format(share=percent(terms["share"]), aql=number(terms["aql"], decimals=2))
    text = _("ISO 2859-1:1999, 10.3: level {level}, AQL {aql}, {severity}, code letter {letter} (tables 1 and {table})")
    return text.format(
        level=terms["level"],
        aql=number(terms["aql"], decimals=2),
        severity=SEVERITIES[terms["severity"]],
        letter=terms["letter"],
        table=_TABLES[terms["severity"]],
    )


def rate_text(rate: Estimate) -> str:
    """Return the estimated share of defective pages with its interval."""
    text = _("{share} of the pages are defective; with 95 % confidence between {low} and {high}")
    return text.format(share=percent(rate.share), low=percent(rate.low), high=percent(rate.high))


def agreement_text(found: Agreement) -> str:
    """Return how far two people agree, with Cohen's kappa where it can be told."""
    text = _("{agreed} of {pages} pages ({share})").format(
        agreed=found.agreed, pages=found.pages, share=percent(found.share)
    )
    if found.kappa is None:
        return text
    return _("{text}, kappa {kappa}").format(text=text, kappa=number(found.kappa))


def percent(share: float) -> str:
    """Return a share in percent, as the language that is spoken writes it."""
    return f"{number(100.0 * share, decimals=1)} %"


def inspection_text(stands: Inspection) -> LazyText | str:
    """Return how strictly the next lot is looked at, why, what would change it, and what to do where it stopped."""
    if stands.stopped:
        return lazy(
            "stopped, because {n} lots failed under tightened inspection (9.4): find and remove the cause at the "
            "scanner or in the work before more is scanned; after that tightened inspection goes on",
            n=stands.refused,
        )
    return joined(SEVERITIES[stands.severity], _WHY[stands.severity], _progress(stands), by=", ")


_WHY: Final[dict[Severity, LazyText | str]] = {
    "normal": "",
    "tightened": lazy("because 2 of 5 lots in a row failed (9.3.1)"),
    "reduced": lazy("because the switching score reached {n} (9.3.3)", n=ENOUGH_TO_REDUCE),
}


def _progress(stands: Inspection) -> LazyText:
    match stands.severity:
        case "tightened":
            run = next((place for place, good in enumerate(reversed(stands.recent)) if not good), len(stands.recent))
            return lazy("normal again after 5 accepted lots in a row (9.3.2), so far {n}", n=run)
        case "reduced":
            return lazy("normal again after one lot that fails (9.3.4)")
        case "normal":
            return lazy(
                "switching score {score} of {most}, {failed} of the last 5 lots failed",
                score=min(stands.score, ENOUGH_TO_REDUCE),
                most=ENOUGH_TO_REDUCE,
                failed=stands.recent.count(False),
            )


def allowed_text(accept: int) -> str:
    """Return how many defective pages a sample may have."""
    return counted("at most {n} defective page", "at most {n} defective pages", accept)
