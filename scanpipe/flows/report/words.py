"""The morning report in words of the language that is spoken, with the shapes of its plots."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from scanpipe.flows.book.plan import Status
from scanpipe.flows.dashboard.defects import DefectRate
from scanpipe.flows.dashboard.duties import ROLES, Duty
from scanpipe.flows.dashboard.plots import ColumnPlot, Value, column_plot
from scanpipe.flows.night.kept import KeptNight
from scanpipe.flows.qa.words import percent, rate_text
from scanpipe.flows.report.morning import MorningReport
from scanpipe.messages import _, counted
from scanpipe.package.reports.numbers import number
from scanpipe.system.disk import GB
from scanpipe.system.printable import printable

_MOST_BOOKS: Final = 5
_MOST_LINES: Final = 20
_LONG_DAYS: Final = 365
_WEEK: Final = timedelta(days=7)


def report_words(report: MorningReport) -> dict[str, Any]:
    """Return what the page and the text of the report show."""
    last = report.nights[0] if report.nights else None
    quarantined = [
        (page.book.row, page.book.book.id.label, page.page, printable(str(page.why))) for page in report.quarantined
    ]
    attention = [printable(str(told)) for told in last.summary.attention] if last and last.summary else []
    return {
        "station": printable(report.station),
        "at": _moment(report.at),
        "night": _night(last),
        "facts": list(_facts(report, last)),
        "duties": [_duty(duty) for duty in report.figures.duties if not duty.ordinary],
        "attention": attention[:_MOST_LINES],
        "more_attention": max(0, len(attention) - _MOST_LINES),
        "quarantined": quarantined[:_MOST_LINES],
        "more_quarantined": max(0, len(quarantined) - _MOST_LINES),
        "plots": [plot for plot in _plots(report) if plot["rows"]],
        "nights": [_night_row(night) for night in report.nights],
    }


def report_text(words: Mapping[str, Any]) -> str:
    """Return the report as a short text, for mail or chat."""
    lines = [_("{station}, {at}").format(station=words["station"], at=words["at"]), words["night"], ""]
    lines += [f"{name}: {value}" for name, value in words["facts"]]
    if words["quarantined"]:
        lines += ["", _("Quarantined:")]
        named = _("{book} page {page}: {why}")
        lines += ["- " + named.format(book=book, page=page, why=why) for _row, book, page, why in words["quarantined"]]
        lines += _more(words["more_quarantined"])
    if words["duties"]:
        lines += ["", _("What needs a person first:")]
        lines += [f"- {duty['role']}: {duty['text']} ({duty['count']}): {duty['names']}" for duty in words["duties"]]
    if words["attention"]:
        lines += ["", _("The night tells:"), *(f"- {line}" for line in words["attention"])]
        lines += _more(words["more_attention"])
    return "\n".join(lines) + "\n"


def _more(count: int) -> list[str]:
    return ["- " + counted("and {n} more", "and {n} more", count)] if count else []


def _night(last: KeptNight | None) -> str:
    if last is None:
        return _("No night has run on this station yet.")
    if last.summary is None:
        text = _("The night that began on {at} did not come to its end: it was stopped, or still runs.")
        return text.format(at=_moment(last.begun))
    return last.summary.line


def _facts(report: MorningReport, last: KeptNight | None) -> Iterator[tuple[str, str]]:
    books, count = report.figures.books, number
    delivered = sum(book.revision > 0 for book in books)
    week = sum(len(night.summary.delivered) for night in _ended(report.nights) if report.at - night.begun < _WEEK)
    tonight = len(last.summary.delivered) if last and last.summary else 0
    text = _("{night} in the last night, {week} in 7 days, {all} of {books} books")
    yield (
        _("Books delivered"),
        text.format(night=count(tonight), week=count(week), all=count(delivered), books=count(len(books))),
    )
    if last and last.summary:
        text = _("{pages} in the last night, {rate} an hour, {left} left")
        done = last.summary.processed
        yield (
            _("Pages processed"),
            text.format(pages=count(done), rate=_rate(done, last.hours), left=count(last.summary.left)),
        )
    yield _("Pages to be scanned again"), count(report.rescans)
    yield _("Pages quarantined"), count(sum(book.standing.count[Status.QUARANTINED] for book in books))
    overall = report.figures.defects.overall
    yield _("Defective pages"), rate_text(overall.rate) if overall else _("no sample was judged in 30 days")
    yield _("Disk"), _disk(report)
    yield _("Oldest open book"), _oldest(report)


def _ended(nights: Iterable[KeptNight]) -> Iterator[Any]:
    return (night for night in nights if night.summary is not None)


def _rate(pages: int, hours: float) -> str:
    return number(round(pages / hours)) if pages and hours else "-"


def _disk(report: MorningReport) -> str:
    disk = report.disk
    free = _("{free} GB free").format(free=number(disk.free / GB, decimals=1))
    if disk.days_left is None or disk.days_left > _LONG_DAYS:
        return free
    days = counted("full in {n} day at the present rate", "full in {n} days at the present rate", int(disk.days_left))
    per_day = _("{gb} GB a day").format(gb=number(disk.per_day / GB, decimals=2))
    return f"{free}, {per_day}, {days}"


def _oldest(report: MorningReport) -> str:
    if report.oldest is None:
        return _("none: all books are delivered")
    book, opened = report.oldest
    text = _("{book} {unit}, opened on {day}").format(
        book=book.book.id.label, unit=printable(book.book.unit_name), day=_day(opened.date())
    )
    if book.book.due is None:
        return text
    return _("{text}, due on {day}").format(text=text, day=_day(book.book.due))


def _duty(duty: Duty) -> dict[str, Any]:
    pages = sum(count or 0 for _book, count in duty.books)
    books = counted("{n} book", "{n} books", len(duty.books))
    of_pages = counted("{n} page", "{n} pages", pages) if pages else ""
    named = [(book.row, book.book.id.label) for book, _count in duty.books[:_MOST_BOOKS]]
    more = len(duty.books) - len(named)
    names = [label for _row, label in named] + ([counted("and {n} more", "and {n} more", more)] if more else [])
    return {
        "role": str(ROLES[duty.role]),
        "text": str(duty.text),
        "count": ", ".join(filter(None, (books, of_pages))),
        "books": named,
        "more": names[-1] if more else "",
        "names": ", ".join(names),
    }


def _night_row(night: KeptNight) -> tuple[str, ...]:
    done = night.summary
    if done is None:
        return (_moment(night.begun), "-", "-", "-", "-", "-")
    counts = (done.processed, done.failed, len(done.delivered), len(done.attention))
    processed, failed, delivered, attention = map(number, counts)
    return _moment(night.begun), processed, _rate(done.processed, night.hours), failed, delivered, attention


def _plots(report: MorningReport) -> Iterator[dict[str, Any]]:
    nights = [night for night in reversed(report.nights) if night.summary]
    by_day = {night.begun.date(): night for night in nights}
    figures = report.figures
    processed = {day: float(night.summary.processed) for day, night in by_day.items() if night.summary}
    an_hour = {
        day: night.summary.processed / night.hours
        for day, night in by_day.items()
        if night.summary and night.summary.processed and night.hours
    }
    free = {day: night.summary.disk.free / GB for day, night in by_day.items() if night.summary and night.summary.disk}
    captured = {day: float(speed.pages) for day, speed in figures.speed_by_day.items()}
    yield _plot(_("Pages captured, by day"), captured, _whole)
    yield _plot(_("Pages processed, by night"), processed, _whole)
    yield _plot(_("Pages processed an hour, by night"), an_hour, _whole)
    yield _rates(_("Defective pages, by day of capture"), figures.defects.by_day)
    yield _plot(_("GB free on the disk, by night"), free, lambda value: number(value, decimals=1))


def _plot(title: str, values: Mapping[date, float], text: Callable[[float], str]) -> dict[str, Any]:
    shown = [
        Value(value=values.get(day, 0.0), label=_short(day), title=f"{_day(day)}: {text(values.get(day, 0.0))}")
        for day in _every(values)
    ]
    return _drawn(title, column_plot(shown, text), [(_day(day), text(value)) for day, value in values.items()])


def _rates(title: str, rates: Mapping[date, DefectRate]) -> dict[str, Any]:
    shown = []
    for day in _every(rates):
        rate = rates[day].rate if day in rates else None
        shown.append(
            Value(
                value=rate.share if rate else 0.0,
                label=_short(day),
                title=f"{_day(day)}: {percent(rate.share)}" if rate else _day(day),
                low=rate.low if rate else None,
                high=rate.high if rate else None,
            )
        )
    rows = [
        (_day(day), f"{percent(r.rate.share)} ({percent(r.rate.low)} – {percent(r.rate.high)})")
        for day, r in rates.items()
    ]
    return _drawn(title, column_plot(shown, percent), rows)


def _interval(found: DefectRate) -> str:
    return f"{percent(found.rate.share)} ({percent(found.rate.low)} – {percent(found.rate.high)})"


def _drawn(title: str, plot: ColumnPlot, rows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {"title": title, "plot": plot, "rows": rows}


def _every(days: Iterable[date]) -> list[date]:
    """Return every day from the first to the last, also those of which nothing is known."""
    known = sorted(days)
    return [known[0] + timedelta(days=n) for n in range((known[-1] - known[0]).days + 1)] if known else []


def _whole(value: float) -> str:
    return number(round(value))


def _moment(at: datetime) -> str:
    return f"{at:%d/%m/%Y %H:%M}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _short(day: date) -> str:
    return f"{day:%d/%m}"
