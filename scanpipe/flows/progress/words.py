"""What the stations tell together, as tables for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from scanpipe.flows.progress.figures import STATES, BookState
from scanpipe.flows.progress.merge import RATE_WEEKS, Merged, Sums, UnitKey
from scanpipe.flows.progress.places import place_of
from scanpipe.flows.progress.share import LeftOut
from scanpipe.messages import LazyText, _, counted, lazy
from scanpipe.package.reports.numbers import number
from scanpipe.package.reports.tables import Cell, Share, Table

STATE_NAMES: Final[Mapping[BookState, LazyText]] = {
    "scanning": lazy("Being scanned"),
    "transit": lazy("In transit"),
    "audit": lazy("Under audit"),
    "rework": lazy("Needs rework"),
    "accepted": lazy("Accepted, billable"),
}
_KINDS: Final = {
    "KS": lazy("births"),
    "KH": lazy("marriages"),
    "KT": lazy("deaths"),
}


def summary(merged: Merged, *, silent_days: int) -> tuple[str, ...]:
    """Return what a manager reads first."""
    total, silent = merged.total, merged.silent(silent_days)
    done = "-" if total.done is None else f"{number(100 * total.done, decimals=1)} %"
    end = total.end(merged.today)
    lines = [
        _("As of {day}. {stations}, {units}, {books}.").format(
            day=merged.today.strftime("%d/%m/%Y"),
            stations=counted("{n} station", "{n} stations", len(merged.stations)),
            units=counted("{n} unit", "{n} units", len(merged.by_unit)),
            books=counted("{n} book", "{n} books", total.all_books),
        ),
        _("Accepted: {cases} of {all} cases ({share}).").format(
            cases=number(total.cases["accepted"]), all=number(total.total_cases), share=done
        ),
        _("At the rate of the last {weeks} weeks ({rate} cases a week) all is done on {end}.").format(
            weeks=RATE_WEEKS, rate=number(total.rate, decimals=1), end=end.strftime("%d/%m/%Y")
        )
        if end
        else _("Nothing was delivered in the last {weeks} weeks, so no end can be told.").format(weeks=RATE_WEEKS),
    ]
    if silent:
        lines.append(
            counted(
                "{n} unit has told nothing for {days} days.",
                "{n} units have told nothing for {days} days.",
                len(silent),
                days=silent_days,
            )
        )
    return tuple(lines)


def tables(merged: Merged, left_out: Sequence[LeftOut], *, silent_days: int) -> tuple[Table, ...]:
    """Return all tables, in the order of the page."""
    return (
        _heat_table(merged),
        _by_province(merged),
        _by_unit(merged),
        _by_kind(merged),
        _by_era(merged),
        _by_week(merged),
        _silent(merged, silent_days),
        _stations(merged),
        _problems(merged, left_out),
    )


def _heat_table(merged: Merged) -> Table:
    """Provinces by kinds: the share of cases that were accepted."""
    kinds = tuple(merged.by_kind)
    rows: Iterator[tuple[Cell, ...]] = (
        (
            _province(province),
            Share(value=sums.done),
            *(Share(value=found.done if (found := merged.by_place.get((province, kind))) else None) for kind in kinds),
        )
        for province, sums in merged.by_province.items()
    )
    return Table(
        name=_("Overview"),
        title=_("Share of cases that were accepted"),
        headers=(_("Province"), _("All"), *map(_kind, kinds)),
        rows=tuple(rows),
        note=_("Of the expected cases; where nobody said how many, of those that the books state."),
    )


def _by_province(merged: Merged) -> Table:
    rows = (((_province(name),), sums) for name, sums in merged.by_province.items())
    return _sums_table(merged, _("Provinces"), _("By province"), (_("Province"),), rows)


def _by_unit(merged: Merged) -> Table:
    headers = (_("Province"), _("Unit"), _("Name"), _("Predecessors or successors"))
    rows = ((_unit(unit), sums) for unit, sums in merged.by_unit.items())
    return _sums_table(merged, _("Units"), _("By unit"), headers, rows)


def _by_kind(merged: Merged) -> Table:
    rows = (((_kind(name),), sums) for name, sums in merged.by_kind.items())
    return _sums_table(merged, _("Kinds"), _("By kind"), (_("Kind"),), rows)


def _by_era(merged: Merged) -> Table:
    rows = (((name or _("several"),), sums) for name, sums in merged.by_era.items())
    return _sums_table(merged, _("Years"), _("By years of the registers"), (_("Years"),), rows)


def _sums_table(
    merged: Merged, name: str, title: str, first: tuple[str, ...], groups: Iterable[tuple[tuple[str, ...], Sums]]
) -> Table:
    rows = [(*names, *_figures(merged, sums)) for names, sums in groups]
    if len(rows) > 1:
        rows.append((_("Total"), *("" for _column in first[1:]), *_figures(merged, merged.total)))
    return Table(
        name=name,
        title=title,
        headers=(
            *first,
            *(_("Books expected"), _("Books told of"), _("Cases expected"), _("Cases scanned"), _("Cases delivered")),
            *(str(STATE_NAMES[state]) for state in STATES),
            *(_("Pages sent back"), _("Share accepted"), _("Cases a week"), _("Done on")),
        ),
        rows=tuple(rows),
        note=_("Being scanned to accepted: cases of the books that stand there."),
    )


def _figures(merged: Merged, sums: Sums) -> tuple[Cell, ...]:
    return (
        sums.other["expected_books"] or None,
        sums.all_books,
        sums.other["expected_cases"] or None,
        sums.other["scanned_cases"],
        sums.other["delivered_cases"],
        *(sums.cases[state] for state in STATES),
        sums.other["rejected_pages"],
        Share(value=sums.done),
        sums.rate,
        sums.end(merged.today),
    )


def _by_week(merged: Merged) -> Table:
    states = [state for state in STATES if state != "scanning"]
    return Table(
        name=_("Weeks"),
        title=_("By week"),
        headers=(
            *(_("Week from"), _("Pages scanned"), _("Cases delivered")),
            *(str(STATE_NAMES[state]) for state in states),
        ),
        rows=tuple(
            (start, week.other["pages"], week.other["cases"], *(week.books[state] for state in states))
            for start, week in reversed(tuple(merged.by_week.items()))
        ),
        note=_("In transit to accepted: books by the week since which they stand there."),
    )


def _silent(merged: Merged, days: int) -> Table:
    return Table(
        name=_("Silent"),
        title=_("Units that fell silent"),
        headers=(_("Province"), _("Unit"), _("Name"), _("Predecessors or successors"), _("Last told")),
        rows=tuple((*_unit(unit), day) for unit, day in merged.silent(days).items()),
        note=_("No station told of them in the last {days} days.").format(days=days),
    )


def _stations(merged: Merged) -> Table:
    return Table(
        name=_("Stations"),
        title=_("Stations"),
        headers=(_("Station"), _("Last told"), _("Books"), _("Pages scanned")),
        rows=tuple(
            (
                station.station,
                station.day,
                sum(book.state != "transit" for book in station.books),
                sum(book.scanned for book in station.books if book.state != "transit"),
            )
            for station in merged.stations
        ),
    )


def _problems(merged: Merged, left_out: Sequence[LeftOut]) -> Table:
    unknown = ((place_of(unit).label, _("The unit is in no list.")) for unit in merged.unknown)
    twice = (
        (book.full_name, _("Several stations tell of it as theirs: {names}.").format(names=", ".join(names)))
        for book, names in merged.twice.items()
    )
    refused = ((each.name, _("Left out: {reason}.").format(reason=each.reason)) for each in left_out)
    return Table(
        name=_("Problems"),
        title=_("What does not fit"),
        headers=(_("What"), _("Why")),
        rows=(*refused, *twice, *unknown),
    )


def _province(name: str) -> str:
    return name or _("unknown")


def _unit(unit: UnitKey) -> tuple[str, str, str, str]:
    place = place_of(unit)
    return _province(place.province), place.label, place.name, place.related


def _kind(kind: str) -> str:
    return f"{kind} ({_KINDS[kind]})" if kind in _KINDS else kind
