"""The pages of a book of which a second opinion is wanted, as the first person saw them, without what was said."""

import msgspec

from scanpipe.errors import UsageError
from scanpipe.flows.book.plan import Status
from scanpipe.flows.qa.second_opinions import TwiceShown, may_be_second, second_opinion, twice_shown
from scanpipe.flows.review.pages import PageReport, ReviewPage, flag_words, name_of
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Page
from scanpipe.state.captures import capture_row
from scanpipe.state.connection import from_json
from scanpipe.state.versions import version_row
from scanpipe.vocabularies.reasons import REASONS


def pages_for_second(station: Station, row: int, person: str) -> tuple[ReviewPage, ...]:
    """Return the pages that were judged, and that this person is to judge as the second one.

    Raises:
        BookUnknown: there is no such book.
    """
    name_of(station, row)
    asked = (each for each in twice_shown(station, row) if each.first and not each.second)
    return tuple(_page(station, each) for each in asked if may_be_second(station, each, person))


def say_second(
    station: Station, row: int, page: str, shown: tuple[int, str], *, decision: str, reason: str = ""
) -> Page:
    """Write what the station's person thinks of what a page showed (see `second_opinion`).

    Raises:
        BookUnknown: there is no such book.
        UsageError: it is no opinion, or this person is not asked.
    """
    if decision not in ("accept", "reject") or (reason not in REASONS if decision == "reject" else reason):
        raise UsageError(lazy("This is no verdict."))
    return second_opinion(station, name_of(station, row), page, decision=decision, reason=reason, shown=shown)


def _page(station: Station, asked: TwiceShown) -> ReviewPage:
    row, region = asked.page.shown
    capture = capture_row(station.journal, row)
    number = asked.first.version if asked.first else None
    version = version_row(station.journal, number) if number else None
    report = msgspec.json.decode(version.report, type=PageReport) if version else PageReport()
    assert capture  # captures are never removed
    flags = (*capture.flags, *(from_json(version.flags, tuple[str, ...]) if version else ()))
    return ReviewPage(
        label=asked.page.page.label,
        status=Status.WAITING,
        version=number,
        capture=row,
        region=region,
        image=version.image if version else "",
        mask=version.mask if version else "",
        scan=capture.digest,
        size=report.size_px if all(report.size_px) else (capture.width, capture.height),
        scan_size=(capture.width, capture.height),
        flags=flag_words(flags),
        score=report.score.overall if report.score else None,
        chosen=asked.page.chosen,
    )
