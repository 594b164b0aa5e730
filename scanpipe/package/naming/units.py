"""The communes of Vietnam by code and list: to 30 June 2025, and since, with what each came from or became.

Codes were used again in 2025 for other units, so a code alone names none. The lists come from the package
vietnamadminunits (`scripts/unit_lists.py`).
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

BEFORE_2025: Final = "2025-06-30"
SINCE_2025: Final = "2025-07-01"
LISTS: Final = (BEFORE_2025, SINCE_2025)
_YEAR_OF_CHANGE = 2025


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedUnit:
    """A commune in a list; `district` is "" since there are none, `related` are codes in the other list."""

    list_version: str
    code: str
    name: str
    district: str
    province: str
    related: tuple[str, ...]

    @property
    def label(self) -> str:
        """Code and list, as books are opened by: "14758@2025-07-01"."""
        return f"{self.code}@{self.list_version}"

    @property
    def full_name(self) -> str:
        """The name with all that it lies in, as it is written: "Xã Nga Sơn, huyện Nga Sơn, tỉnh Thanh Hóa"."""
        around = (part[:1].lower() + part[1:] for part in (self.district, self.province) if part)
        return ", ".join((self.name, *around))


@lru_cache(maxsize=1)
def listed_units() -> dict[tuple[str, str], ListedUnit]:
    """Return the units of both lists, by list and code."""
    text = files("scanpipe.package.naming").joinpath("unit_lists.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {
        (version, code): ListedUnit(
            list_version=version,
            code=code,
            name=name,
            district=district,
            province=province,
            related=tuple(related.split()),
        )
        for version, code, name, district, province, related in rows
    }


def other_units(code: str, *, than: str) -> tuple[ListedUnit, ...]:
    """Return what a code stands for in lists other than `than`."""
    units = (listed_units().get((version, code)) for version in LISTS if version != than)
    return tuple(unit for unit in units if unit)


def lists_of(year: int) -> tuple[str, ...]:
    """Return the lists that were in use in a year: both in 2025."""
    return (BEFORE_2025,) * (year <= _YEAR_OF_CHANGE) + (SINCE_2025,) * (year >= _YEAR_OF_CHANGE)


def related_units(unit: ListedUnit) -> tuple[ListedUnit, ...]:
    """Return what a unit came from or became in 2025."""
    other = SINCE_2025 if unit.list_version == BEFORE_2025 else BEFORE_2025
    return tuple(listed_units()[other, code] for code in unit.related if (other, code) in listed_units())


def search_units(text: str) -> tuple[ListedUnit, ...]:
    """Return units by code, `CODE@LIST`, or words of their full name, those first that the words fit best.

    Accents, capitals and Hoá or Hóa do not count, but where names are alike else.
    """
    code, _at, version = text.strip().partition("@")
    if code.isdigit():
        return tuple(
            unit for of in LISTS if version in ("", of) and (unit := listed_units().get((of, code))) is not None
        )
    wanted = _words(_folded(text))
    units = [unit for unit in listed_units().values() if wanted and _holds(_folded(unit.full_name), wanted)]
    return tuple(sorted(units, key=lambda unit: (*_unlike(unit, text, wanted), unit.province, unit.code)))


def _unlike(unit: ListedUnit, text: str, wanted: list[str]) -> tuple[int, int, bool]:
    """Return what puts a unit behind others: words that are apart, other accents, a name that ends otherwise."""
    name = " ".join(_words(_folded(unit.full_name)))
    together = sum(f"{first} {second}" in name for first, second in pairwise(wanted))
    written = _words(unicodedata.normalize("NFC", unit.full_name).casefold())
    alike = sum(word in written for word in _words(unicodedata.normalize("NFC", text).casefold()))
    return -together, -alike, not _folded(unit.name).endswith(wanted[-1])


def _holds(name: str, wanted: list[str]) -> bool:
    words = _words(name)
    return all(word in words for word in wanted)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _folded(text: str) -> str:
    """Return a text in small letters without accents."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
