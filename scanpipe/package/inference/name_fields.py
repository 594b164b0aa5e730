"""What each part of the names in an accepted package stands for.

Names are taken apart at dots, dashes, underscores and blanks, and at letters before a number ("Q002"). What a part
stands for is told by its values over all names: the last that differs from name to name is the number, four digits the
year, letters the kind, five digits the unit, any other number the volume. A second year that may be the book's own is
that of the case; what is left is the same in every name and stays as it is.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from scanpipe.errors import ConventionError
from scanpipe.messages import lazy

SEPARATOR = re.compile(r"([ ._-]+(?:[A-Za-z]+(?=[0-9]))?)")
_YEAR = re.compile(r"(1[89]|20|21)[0-9]{2}", re.ASCII)
_UNIT = re.compile(r"[0-9]{5}", re.ASCII)
_KIND = re.compile(r"[A-Z]{1,8}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,3}", re.ASCII)
_NUMBER = re.compile(r"[0-9]+[A-Za-z]{0,3}", re.ASCII)
Parts: TypeAlias = tuple[str, ...]
Shape: TypeAlias = tuple[Parts, Parts]


def group_by_shape(names: Iterable[str]) -> dict[Shape, list[Parts]]:
    """Return the parts of each PDF's name, those with the same separators and parts of the same form together."""
    groups: defaultdict[Shape, list[Parts]] = defaultdict(list)
    for name in names:
        stem, _dot, suffix = name.rpartition(".")
        if suffix.lower() == "pdf" and stem and not set("{}") & set(stem):
            pieces = tuple(SEPARATOR.split(stem))
            groups[pieces[1::2], tuple(map(_form, pieces[::2]))].append(pieces[::2])
    return groups


def infer_fields(rows: Sequence[Parts], kinds: Collection[str]) -> list[str]:
    """Return what each part stands for; "" for what is the same in every name and nothing else.

    Raises:
        ConventionError: a part that every name has is not there, or what differs from name to name is none.
    """
    columns = [{row[place] for row in rows} for place in range(len(rows[0]))]
    roles = [""] * len(columns)
    numbers = [place for place, values in enumerate(columns) if _all(_NUMBER, values)]
    if numbers:
        roles[max(numbers, key=lambda at: (len(columns[at]), not _all(_YEAR, columns[at]), at))] = "number"
    known = re.compile("|".join(map(re.escape, kinds)))
    for role, form in (("kind", known), ("kind", _KIND), ("year", _YEAR), ("unit", _UNIT), ("volume", _DIGITS)):
        free = [place for place, values in enumerate(columns) if not roles[place] and _all(form, values)]
        if free and role not in roles:
            roles[min(free, key=lambda at: len(columns[at]) if role == "year" else at)] = role
        if role == "year" and (
            second_years := [at for at in free if not roles[at] and _may_be_the_books(rows, at, roles)]
        ):
            roles[second_years[0]] = "case_year"
    _refuse_missing(roles, columns, kinds)
    _refuse_unclear(roles, columns)
    return roles


def varies_most(rows: Sequence[Parts], place: int) -> bool:
    """Whether the part taken for the number differs from name to name more than any other."""
    counts = [len({row[at] for row in rows}) for at in range(len(rows[0]))]
    return all(counts[at] < counts[place] for at in range(len(counts)) if at != place)


def are_years(values: Iterable[str]) -> bool:
    """Whether all may be years."""
    return _all(_YEAR, values)


def _form(part: str) -> str:
    return "9" if _NUMBER.fullmatch(part) else "A" if _KIND.fullmatch(part) else "a"


def _may_be_the_books(rows: Sequence[Parts], place: int, roles: Sequence[str]) -> bool:
    """Whether a second year is the book's in some name, so that it is the case's own and not the end of the book."""
    return any(row[place] == row[roles.index("year")] for row in rows)


def _refuse_missing(roles: Sequence[str], columns: Sequence[Collection[str]], kinds: Collection[str]) -> None:
    missing = [role for role in ("kind", "year", "volume", "number") if role not in roles]
    small = [value for values in columns for value in values if value not in kinds and value.upper() in kinds]
    if "kind" in missing and small:
        raise ConventionError(
            lazy(
                "The names contain the kind as {found!r}. A convention allows only capital letters in a kind: {kind}.",
                found=small[0],
                kind=small[0].upper(),
            ),
            remedy=lazy("Ask the receiver whether capital letters are accepted, and write the templates by hand."),
        )
    if missing:
        text = lazy("No part of the names matches {fields}.")
        raise ConventionError(
            text.format(fields=", ".join(f"{{{role}}}" for role in missing)),
            remedy=lazy("Write the templates by hand, as described in docs/conventions.md."),
        )


def _refuse_unclear(roles: Sequence[str], columns: Sequence[Collection[str]]) -> None:
    unclear = [sorted(values) for role, values in zip(roles, columns, strict=True) if not role and len(values) > 1]
    if not unclear:
        return
    text = lazy("The meaning of {values} in the names is unknown.")
    remedy = lazy("Write the templates by hand, as described in docs/conventions.md.")
    if are_years(unclear[0]):
        text = lazy(
            "The names contain a second year ({values}) that is not the year of the book. A convention has no field "
            "for it."
        )
        remedy = lazy("Learn from a package of one book. The templates then contain this year as fixed text.")
    raise ConventionError(text.format(values=", ".join(unclear[0][:4])), remedy=remedy)


def _all(form: re.Pattern[str], values: Iterable[str]) -> bool:
    return all(form.fullmatch(value) for value in values)
