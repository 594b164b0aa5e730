"""What the dashboard shows, in words of the language that is spoken, with the shapes of its plots."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from scanpipe.flows.book.plan import Status
from scanpipe.flows.dashboard.defects import DefectRate
from scanpipe.flows.dashboard.duties import ROLES, BookFigures, Duty
from scanpipe.flows.dashboard.plots import Value, bars, column_plot, parts
from scanpipe.flows.dashboard.samples import SampleState
from scanpipe.flows.dashboard.speed import Speed
from scanpipe.flows.dashboard.station_figures import DefectFigures, StationFigures
from scanpipe.flows.qa.words import percent, rate_text
from scanpipe.messages import LazyText, _, counted, lazy
from scanpipe.package.reports.numbers import number
from scanpipe.system.printable import printable
from scanpipe.vocabularies.reasons import reason_text

_MOST_BOOKS: Final = 5  # of one duty; the others are counted
_SAMPLES: Final = {
    SampleState.FAILED: lazy("a lot failed, {left} of its pages left"),
    SampleState.WAITING: lazy("{left} of {pages} pages left"),
    SampleState.DUE: lazy("to be drawn"),
    SampleState.PASSED: lazy("passed"),
    SampleState.LATER: lazy("after processing"),
    SampleState.OFF: lazy("no samples"),
}


def dashboard_words(figures: StationFigures) -> dict[str, Any]:
    """Return what the template of the dashboard shows."""
    return {
        "roles": _roles(figures.duties),
        "totals": _totals(figures.books),
        "unsettled": [_book(book) for book in figures.books if not _settled(book)],
        "settled": [_book(book) for book in figures.books if _settled(book)],
        "days": _days(figures.speed_by_day),
        "operators": _operators(figures.speed_by_operator),
        **_defects(figures.defects),
    }


def _roles(duties: Iterable[Duty]) -> list[dict[str, Any]]:
    duties = tuple(duties)
    return [
        {"code": str(role), "title": str(title), "duties": [_duty(duty) for duty in duties if duty.role is role]}
        for role, title in ROLES.items()
    ]


def _duty(duty: Duty) -> dict[str, Any]:
    more = len(duty.books) - _MOST_BOOKS
    pages = sum(count or 0 for _book, count in duty.books)
    books = counted("{n} book", "{n} books", len(duty.books))
    of_pages = counted("{n} page", "{n} pages", pages) if pages else ""
    return {
        "text": str(duty.text),
        "count": ", ".join(filter(None, (books, of_pages))),
        "books": [(book.row, book.book.id.label, count) for book, count in duty.books[:_MOST_BOOKS]],
        "more": counted("and {n} more", "and {n} more", more) if more > 0 else "",
    }


def _totals(books: Iterable[BookFigures]) -> list[tuple[str, str]]:
    books = tuple(books)
    counts = {
        _("Books"): len(books),
        _("Pages captured"): sum(book.standing.captured for book in books),
        _("Processed"): sum(book.standing.processed for book in books),
        _("Accepted"): sum(book.standing.count[Status.ACCEPTED] for book in books),
        _("Books delivered"): sum(book.revision > 0 for book in books),
    }
    return [(name, number(count)) for name, count in counts.items()]


def _settled(book: BookFigures) -> bool:
    """Whether nothing is to be done for it."""
    return book.revision > 0 and not book.changed and not book.sample.left


def _book(figures: BookFigures) -> dict[str, Any]:
    standing, accepted = figures.standing, figures.standing.count[Status.ACCEPTED]
    total = max(figures.expected or 0, standing.captured)
    sample = figures.sample
    return {
        "row": figures.row,
        "label": figures.book.id.label,
        "unit": _plain(figures.book.unit_name or figures.book.id.unit_folder),
        "captured": number(standing.captured),
        "expected": "" if figures.expected is None else number(figures.expected),
        "processed": number(standing.processed),
        "accepted": number(accepted),
        "sample": str(_SAMPLES[sample.state].format(left=sample.left, pages=sample.pages)),
        "bad": sample.state is SampleState.FAILED,
        "due": sample.state in (SampleState.FAILED, SampleState.WAITING),
        "delivered": _delivered(figures),
        "in_use": _plain(figures.in_use),
        "parts": parts(
            total,
            accepted=accepted,
            processed=standing.processed - accepted,
            captured=standing.captured - standing.processed,
        ),
    }


def _delivered(figures: BookFigures) -> str:
    if not figures.revision:
        return ""
    text = _("r{revision}, changed since") if figures.changed else _("r{revision}")
    return text.format(revision=figures.revision)


def _days(speeds: Mapping[date, Speed]) -> dict[str, Any]:
    shown = [(day, speeds.get(day, Speed())) for day in _every(speeds)]
    rows = [
        {"day": _full(day), "pages": number(speed.pages), "an_hour": _an_hour(speed)} for day, speed in speeds.items()
    ]
    pages = [
        Value(value=speed.pages, label=_short(day), title=f"{_full(day)}: {number(speed.pages)}")
        for day, speed in shown
    ]
    an_hour = [
        Value(value=speed.an_hour, label=_short(day), title=f"{_full(day)}: {_an_hour(speed)}") for day, speed in shown
    ]
    return {"rows": rows, "pages": column_plot(pages, _whole), "an_hour": column_plot(an_hour, _whole)}


def _operators(speeds: Mapping[str, Speed]) -> list[dict[str, Any]]:
    drawn = bars([(speed.an_hour, None, None) for speed in speeds.values()])
    return [
        {"name": _plain(name), "pages": number(speed.pages), "an_hour": _an_hour(speed), "bar": bar}
        for (name, speed), bar in zip(speeds.items(), drawn, strict=True)
    ]


def _defects(found: DefectFigures) -> dict[str, Any]:
    days = [(day, found.by_day.get(day)) for day in _every(found.by_day)]
    values = [
        Value(
            value=rate.rate.share if rate else 0.0,
            label=_short(day),
            title=f"{_full(day)}: {_rate(rate)}" if rate else _full(day),
            low=rate.rate.low if rate else None,
            high=rate.rate.high if rate else None,
        )
        for day, rate in days
    ]
    judged = found.overall.judged if found.overall else 0
    return {
        "overall": rate_text(found.overall.rate) if found.overall else "",
        "defect_days": column_plot(values, percent),
        "defect_rows": list(_rates({_full(day): rate for day, rate in found.by_day.items()})),
        "defects_by": [
            {"title": _("By operator"), "head": _("Operator"), "rows": list(_rates(found.by_operator))},
            {"title": _("By scanner"), "head": _("Scanner"), "rows": list(_rates(found.by_device))},
        ],
        "reasons": list(_reasons(found.by_reason, judged)),
    }


def _rates(rates: Mapping[str, DefectRate]) -> Iterator[dict[str, Any]]:
    drawn = bars([(each.rate.share, each.rate.low, each.rate.high) for each in rates.values()])
    for (name, rate), bar in zip(rates.items(), drawn, strict=True):
        yield {
            "name": _plain(name) or "-",
            "judged": number(rate.judged),
            "found": number(rate.found),
            "rate": percent(rate.rate.share),
            "between": _between(rate),
            "bar": bar,
        }


def _reasons(counts: Mapping[str, int], judged: int) -> Iterator[dict[str, Any]]:
    drawn = bars([(count, None, None) for count in counts.values()])
    for (code, count), bar in zip(counts.items(), drawn, strict=True):
        text = _plain(reason_text(code)) or "-"
        yield {"name": text, "found": number(count), "rate": percent(count / judged), "bar": bar}


def _rate(rate: DefectRate) -> str:
    return f"{percent(rate.rate.share)} ({_between(rate)})"


def _between(rate: DefectRate) -> str:
    return f"{percent(rate.rate.low)} – {percent(rate.rate.high)}"


def _an_hour(speed: Speed) -> str:
    return number(round(speed.an_hour)) if speed.an_hour else "-"


def _whole(value: float) -> str:
    return number(round(value))


def _every(days: Iterable[date]) -> list[date]:
    """Return every day from the first to the last, also those on which nothing was done."""
    known = sorted(days)
    return [known[0] + timedelta(days=n) for n in range((known[-1] - known[0]).days + 1)] if known else []


def _short(day: date) -> str:
    return day.strftime("%d/%m")


def _full(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _plain(text: LazyText | str) -> str:
    return printable(str(text))
