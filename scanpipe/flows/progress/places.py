"""Where a unit lies, by the lists that books are named by: those of before and since 1 July 2025."""

from dataclasses import dataclass
from functools import lru_cache

from scanpipe.package.naming.units import SINCE_2025, ListedUnit, listed_units, related_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A unit: its name with its district, its province of today, and what it came from or became in 2025."""

    label: str
    name: str
    province: str
    related: str
    known: bool


@lru_cache(maxsize=50_000)
def place_of(unit: tuple[str, str]) -> Place:
    """Return where the unit with that code and list lies."""
    code, listed = unit
    label = f"{code}@{listed}" if listed else code
    found = listed_units().get((listed, code))
    if found is None:
        return Place(label=label, name="", province="", related="", known=False)
    related = related_units(found)
    return Place(
        label=label,
        name=", ".join(filter(None, (found.name, found.district))),
        province=_province(found, related),
        related="; ".join(f"{other.name} ({other.code})" for other in related),
        known=True,
    )


def _province(unit: ListedUnit, related: tuple[ListedUnit, ...]) -> str:
    """Return the province of today; provinces were joined in 2025, and what they were is no more."""
    if unit.list_version == SINCE_2025 or not related:
        return unit.province
    return related[0].province
