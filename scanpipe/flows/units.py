"""Which commune is meant: by the station's settings, or else by the lists that are shipped."""

from scanpipe.errors import UsageError
from scanpipe.flows.station import Station
from scanpipe.messages import _
from scanpipe.model import Book, Unit
from scanpipe.package.naming.units import (
    LISTS,
    ListedUnit,
    list_of,
    listed_units,
    other_units,
    related_units,
    search_units,
)


def find_unit(station: Station, text: str) -> Unit:
    """Return the unit that `CODE` or `CODE@LIST` means: one of station.toml, or of the list, with its name.

    Raises:
        UsageError: the code is not digits, station.toml knows it in several lists, or neither it nor the list knows it.
    """
    code, _at, listed = text.partition("@")
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 5):
        raise UsageError(
            _("{text!r} is no unit code.").format(text=text),
            remedy=_(
                "A code is up to five digits with its leading zeros, e.g. --unit 14758 or --unit 14758@2025-07-01."
            ),
        )
    known = [unit for unit in station.settings.units if unit.code == code and listed in ("", unit.list)]
    if len(known) > 1:
        lists = ", ".join(f"{unit.code}@{unit.list} ({unit.name})" for unit in known)
        raise UsageError(_("The code {code} may be any of {lists}.").format(code=code, lists=lists))
    if known:
        return Unit(code=code, list_version=known[0].list, name=known[0].name)
    version = listed or station.settings.unit_list
    return Unit(code=code, list_version=version, name=_listed_name(code, version))


def _listed_name(code: str, version: str) -> str:
    # A list that is not shipped is refused too: one mistyped would open a book without a name.
    if found := listed_units().get((version, code)):
        return found.name
    others = "".join(
        _("In the list {version} it is {name}: --unit {label}.").format(
            version=unit.list_version, name=unit.full_name, label=unit.label
        )
        + " "
        for unit in other_units(code, than=version)
    )
    text = _("There is no unit {code} in the list {version}.")
    find = _("'scanpipe unit find NAME' looks units up; [[units]] in station.toml names those that are in no list.")
    raise UsageError(text.format(code=code, version=version), remedy=others + find)


def other_meaning(book: Book) -> ListedUnit | None:
    """Return the unit of that code in the list of the book's time, where it is another than the book was opened for."""
    version = list_of(book.id.year)
    then = listed_units().get((version, book.id.unit_code))
    return then if then and version != book.id.unit_list and then.name != book.unit_name else None


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
            _("No unit of the lists {lists} fits {text!r}.").format(lists=", ".join(LISTS), text=text),
            remedy=_("Give a code of five digits, or fewer words."),
        )
    return found


def related(unit: ListedUnit) -> tuple[ListedUnit, ...]:
    """Return what a unit came from or became in 2025."""
    return related_units(unit)
