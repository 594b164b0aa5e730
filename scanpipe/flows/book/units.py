"""Which commune is meant: by the station's settings, or else by the lists that are shipped."""

from collections.abc import Sequence

from scanpipe.errors import UsageError
from scanpipe.flows.station import Station
from scanpipe.messages import joined, lazy
from scanpipe.model import Book, Unit
from scanpipe.package.naming.units import (
    LISTS,
    ListedUnit,
    listed_units,
    lists_of,
    other_units,
    related_units,
    search_units,
)


def find_unit(station: Station, text: str, *, year: int) -> Unit:
    """Return the unit of a book of that year that `CODE` or `CODE@LIST` means.

    It is one of station.toml, or of the list that was in use in that year; where both fit, station.toml's `unit_list`
    or a person says which.

    Raises:
        UsageError: the code is not digits, may be several units, or is none in that year.
    """
    code, _at, listed = text.partition("@")
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 5):
        raise UsageError(
            lazy("{text!r} is not a valid unit code.", text=text),
            remedy=lazy(
                "Use up to five digits with leading zeros, for example --unit 14758 or --unit 14758@2025-07-01."
            ),
        )
    found = _units_of_station(station, code, listed, year) or _listed_units(code, listed, year)
    if not listed and len(found) > 1:
        found = [unit for unit in found if unit.list_version == station.settings.unit_list] or found
    if len(found) == 1:
        return found[0]
    raise _which(code, found) if found else _unknown(code, listed, year)


def _units_of_station(station: Station, code: str, listed: str, year: int) -> list[Unit]:
    return [
        Unit(code=code, list_version=unit.list, name=unit.name)
        for unit in station.settings.units
        if unit.code == code and listed in ("", unit.list) and _in_use(unit.list, year)
    ]


def _listed_units(code: str, listed: str, year: int) -> list[Unit]:
    found = [listed_units().get((version, code)) for version in lists_of(year) if listed in ("", version)]
    return [Unit(code=code, list_version=unit.list_version, name=unit.name) for unit in found if unit]


def _in_use(version: str, year: int) -> bool:
    """Tell whether a list may name the units of a year; of lists that are not shipped only a person knows."""
    return version not in LISTS or version in lists_of(year)


def _which(code: str, units: Sequence[Unit]) -> UsageError:
    lists = ", ".join(f"{unit.code}@{unit.list_version} ({unit.name})" for unit in units)
    first = f"{units[0].code}@{units[0].list_version}"
    return UsageError(
        lazy("The code {code} can mean several units: {lists}.", code=code, lists=lists),
        remedy=lazy("Choose one, for example --unit {label}", label=first),
    )


def _unknown(code: str, listed: str, year: int) -> UsageError:
    version = listed or lists_of(year)[-1]
    others = (
        lazy(
            "In the list {version} it is {name}: --unit {label}.",
            version=unit.list_version,
            name=unit.full_name,
            label=unit.label,
        )
        for unit in other_units(code, than=version)
        if _in_use(unit.list_version, year)
    )
    if _in_use(version, year):
        text = lazy("There is no unit {code} in the list {version}.", code=code, version=version)
    else:
        text = lazy(
            "The list {version} was not in use in {year}, so its unit {code} has no book of that year.",
            code=code,
            version=version,
            year=year,
        )
    find = lazy(
        "Run 'scanpipe unit find NAME' to find a unit. Add units that are in no list to [[units]] in station.toml."
    )
    return UsageError(text, remedy=joined(*others, find))


def unit_full_name(book: Book) -> str:
    """Return the name of a book's unit with district and province, as of the list that the book was opened by.

    A name that station.toml gives, and one that the list does not know, stay as they were written.
    """
    unit = listed_units().get((book.id.unit_list, book.id.unit_code))
    return unit.full_name if unit and unit.name == book.unit_name else book.unit_name


def find_units(text: str) -> tuple[ListedUnit, ...]:
    """Return the units that a code or words of a name fit.

    Raises:
        UsageError: there is none.
    """
    found = search_units(text)
    if not found:
        raise UsageError(
            lazy("No unit of the lists {lists} matches {text!r}.", lists=", ".join(LISTS), text=text),
            remedy=lazy("Use a code of five digits, or fewer words."),
        )
    return found


def related(unit: ListedUnit) -> tuple[ListedUnit, ...]:
    """Return what a unit came from or became in 2025."""
    return related_units(unit)
