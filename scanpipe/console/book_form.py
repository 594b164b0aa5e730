"""The form of a new book: texts as they are typed, to values or to what is wrong with them. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from scanpipe.errors import UsageError
from scanpipe.flows.book.books import BookDetails
from scanpipe.messages import LazyText, lazy
from scanpipe.model import BookId
from scanpipe.package.cases.page_sets import parse_rule
from scanpipe.package.naming.days import read_day
from scanpipe.package.naming.units import ListedUnit, lists_of, search_units

SHOWN_UNITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class BookForm:
    """What was typed so far; `unit` is the one that was chosen."""

    unit: ListedUnit | None = None
    kind: str = "KS"
    year: str = ""
    volume: str = "1"
    pages: str = ""
    cases: str = ""
    front: str = "1"
    back: str = "0"
    first_number: str = "1"
    grouping: str = "pages"
    group: str = "1"
    opened: str = ""
    closed: str = ""
    spreads: str = "keep"

    def written(self, name: str, text: str) -> "BookForm":
        """Return the form with another text in a field."""
        return replace(self, **{name: text})  # type: ignore[arg-type]  # all fields but the unit are texts

    def of_unit(self, unit: ListedUnit | None) -> "BookForm":
        """Return the form with another unit."""
        return replace(self, unit=unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBook:
    """A book as it is to be opened."""

    kind: str
    year: int
    volume: int
    unit: str
    details: BookDetails

    @property
    def id(self) -> BookId:
        """What it will be called."""
        code, _at, listed = self.unit.partition("@")
        return BookId(unit_code=code, unit_list=listed, kind=self.kind, year=self.year, volume=self.volume)


_NAMES = {
    "year": lazy("Year"),
    "volume": lazy("Volume"),
    "pages": lazy("Pages stated"),
    "cases": lazy("Cases stated"),
    "first_number": lazy("First case number"),
    "front": lazy("Pages before page 1"),
    "back": lazy("Pages after the last"),
    "group": lazy("Number or file"),
    "opened": lazy("Date opened"),
    "closed": lazy("Date closed"),
}
_RANGES = {
    "year": (1850, 2199),
    "volume": (1, 99),
    "pages": (1, 99999),
    "cases": (1, 99999),
    "first_number": (1, 99999),
    "front": (0, 99),
    "back": (0, 99),
}


def field_name(name: str) -> LazyText:
    """Return what a field of the form is called."""
    return _NAMES[name]


def new_book(form: BookForm) -> NewBook:
    """Return the book that the form says.

    Raises:
        UsageError: a field is empty or wrong; the message names it.
    """
    numbers = {name: _number(form, name) for name in _RANGES}
    year, volume = numbers["year"], numbers["volume"]
    if year is None or volume is None:
        raise UsageError(lazy("{field}: not filled in yet.", field=_NAMES["volume" if year else "year"]))
    if form.unit is None:
        raise UsageError(lazy("Choose the unit: type a part of its name."))
    details = BookDetails(
        pages=numbers["pages"],
        cases=numbers["cases"],
        front=numbers["front"],
        back=numbers["back"],
        first_number=numbers["first_number"],
        rule=_rule(form),
        opened=_day(form, "opened"),
        closed=_day(form, "closed"),
        spreads=form.spreads,
    )
    return NewBook(kind=form.kind, year=year, volume=volume, unit=form.unit.label, details=details)


def _rule(form: BookForm) -> str:
    rule = f"{form.grouping}:{form.group.strip()}"
    try:
        parse_rule(rule)
    except UsageError as error:
        if form.grouping == "index":
            raise UsageError(lazy("{field}: the name of a file.", field=_NAMES["group"])) from error
        raise _out_of_range("group", 1, 999) from error
    return rule


def _day(form: BookForm, name: str) -> date | None:
    text = str(getattr(form, name)).strip()
    day = read_day(text)
    if text and day is None:
        raise UsageError(lazy("{field}: a date such as 31/01/2010.", field=_NAMES[name]))
    return day


def _number(form: BookForm, name: str) -> int | None:
    text, (least, most) = str(getattr(form, name)).strip(), _RANGES[name]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise _out_of_range(name, least, most)
    return int(text)


def _out_of_range(name: str, least: int, most: int) -> UsageError:
    return UsageError(lazy("{field}: a number from {least} to {most}.", field=_NAMES[name], least=least, most=most))


def found_units(text: str, year: str) -> tuple[ListedUnit, ...]:
    """Return the units that a code or words fit, without accents; those whose list was in use in the year first."""
    if len(text.strip()) < 2:
        return ()
    lists = lists_of(int(year)) if year.strip().isdigit() else ()
    found = search_units(text)
    fitting = [unit for unit in found if unit.list_version in lists]
    return tuple([*fitting, *(unit for unit in found if unit.list_version not in lists)][:SHOWN_UNITS])
