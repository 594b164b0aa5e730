"""Propose templates from the names in a package that was accepted.

Names are taken apart at dots, dashes, underscores and blanks. What each part stands for is told by its values over all
names: the last that differs from name to name is the number, four digits the year, letters the kind, five digits the
unit, any other number the volume; what is left is the same in every name and stays as it is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_letters

from scanpipe.errors import ConventionError
from scanpipe.messages import _
from scanpipe.package.naming.case_number import normal_number
from scanpipe.package.naming.template import parse

_SEPARATOR = re.compile(r"([ ._-]+)")
_YEAR = re.compile(r"(1[89]|20|21)[0-9]{2}", re.ASCII)
_UNIT = re.compile(r"[0-9]{5}", re.ASCII)
_KIND = re.compile(r"[A-Z]{1,8}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,3}", re.ASCII)
_NUMBER = re.compile(r"[0-9]+[A-Za-z]{0,3}", re.ASCII)
_BOOK = ("kind", "year", "unit", "volume")
_PADDED = ("number", "volume", "year", "case_year")
Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What names tell: templates by their key in a convention, the kinds met, the fields of the first name's book.

    `books` counts the books that the names are of; `sure` is false where another part may as well be the number.
    """

    templates: dict[str, str]
    kinds: tuple[str, ...]
    book: dict[str, str]
    books: int
    sure: bool
    unexplained: tuple[str, ...] = ()


def learn_names(names: Collection[str], *, kinds: Collection[str]) -> Learned:
    """Return the templates `pdf` and, where names of one part more show it, `pdf_other_year`.

    Args:
        names: the PDFs' names, without folders.
        kinds: codes of books that are known.

    Raises:
        ConventionError: no part of the names is a number, a year, a kind or a volume; the message says which.
    """
    groups = _groups(names)
    if not groups:
        raise ConventionError(_("There are no PDFs whose names could tell anything."))
    (separators, _shape), rows = max(groups.items(), key=lambda group: (len(group[1]), -len(group[0][0])))
    roles = _roles(rows, kinds)
    templates = {"pdf": _template(roles, separators, rows)}
    with_year = _with_year(groups, separators, roles)
    if with_year:
        templates["pdf_other_year"] = _template(*with_year, rows)
    read = {name: _read(templates.values(), name) for name in names}
    if not any(read.values()):
        raise ConventionError(_("No template can tell names such as {name}.").format(name=next(iter(names))))
    return Learned(
        templates=templates,
        kinds=tuple(kind for kind, _count in Counter(f["kind"] for f in read.values() if f).most_common()),
        books=len({(f["kind"], f["year"], f["volume"]) for f in read.values() if f}),
        sure=_differs_most(rows, roles.index("number")),
        book={role: rows[0][place] for place, role in enumerate(roles) if role in _BOOK},
        unexplained=tuple(name for name, fields in read.items() if fields is None),
    )


def template_of(name: str, book: Mapping[str, str]) -> str:
    """Return the name of a file or folder with what it tells of its book ("KS", "2010") made fields, each once."""
    fields = {value: role for role, value in book.items()}
    pieces = []
    for piece in _SEPARATOR.split(name):
        role = fields.pop(piece, None)
        pieces.append(_field(role, [piece]) if role else piece)
    return "".join(pieces)


def _groups(names: Iterable[str]) -> dict[tuple[Parts, Parts], list[Parts]]:
    """Return the parts of each PDF's name, those with the same separators and parts of the same shape together."""
    groups: defaultdict[tuple[Parts, Parts], list[Parts]] = defaultdict(list)
    for name in names:
        stem, _dot, suffix = name.rpartition(".")
        if suffix.lower() == "pdf" and stem and not set("{}") & set(stem):
            pieces = tuple(_SEPARATOR.split(stem))
            parts = pieces[::2]
            groups[pieces[1::2], tuple("9" if _NUMBER.fullmatch(part) else "A" for part in parts)].append(parts)
    return groups


def _read(templates: Iterable[str], name: str) -> dict[str, str] | None:
    """Return the fields of a name that a convention would read as a case of a book."""
    for template in templates:
        fields = parse(template, name)
        if fields and normal_number(fields["number"]) and int(fields["volume"]):
            return fields
    return None


def _roles(rows: Sequence[Parts], kinds: Collection[str]) -> list[str]:
    """Return what each part stands for; "" for what is the same in every name and nothing else."""
    columns = [{row[place] for row in rows} for place in range(len(rows[0]))]
    roles = [""] * len(columns)
    numbers = [place for place, found in enumerate(columns) if _all(_NUMBER, found)]
    if numbers:
        roles[max(numbers, key=lambda at: (len(columns[at]), not _all(_YEAR, columns[at]), at))] = "number"
    known = re.compile("|".join(map(re.escape, kinds)))
    for role, form in (("kind", known), ("kind", _KIND), ("year", _YEAR), ("unit", _UNIT), ("volume", _DIGITS)):
        free = [place for place, found in enumerate(columns) if not roles[place] and _all(form, found)]
        if free and role not in roles:
            roles[free[0]] = role
    _refuse_unclear(roles, columns)
    return roles


def _differs_most(rows: Sequence[Parts], place: int) -> bool:
    """Whether the part taken for the number differs from name to name more than any other."""
    counts = [len({row[at] for row in rows}) for at in range(len(rows[0]))]
    return all(counts[at] < counts[place] for at in range(len(counts)) if at != place)


def _refuse_unclear(roles: Sequence[str], columns: Sequence[Collection[str]]) -> None:
    missing = [role for role in ("kind", "year", "volume", "number") if role not in roles]
    if missing:
        text = _("No part of the names can be {fields}.")
        raise ConventionError(
            text.format(fields=", ".join(f"{{{role}}}" for role in missing)),
            remedy=_("Write the templates by hand; docs/conventions.md tells how."),
        )
    unclear = [sorted(values) for role, values in zip(roles, columns, strict=True) if not role and len(values) > 1]
    if unclear:
        text = _("What {values} stand for in the names cannot be told.")
        raise ConventionError(
            text.format(values=", ".join(unclear[0][:4])),
            remedy=_("Write the templates by hand; docs/conventions.md tells how."),
        )


def _with_year(
    groups: Mapping[tuple[Parts, Parts], list[Parts]], separators: Parts, roles: Sequence[str]
) -> tuple[list[str], Parts] | None:
    """Return roles and separators of the names that have a year more, before the number, if there are any."""
    place = list(roles).index("number")
    for (longer, _shape), rows in groups.items():
        alike = longer[:place] + longer[place + 1 :] == separators
        if alike and _all(_YEAR, (row[place] for row in rows)):
            return [*roles[:place], "case_year", *roles[place:]], longer
    return None


def _template(roles: Sequence[str], separators: Parts, rows: Sequence[Parts]) -> str:
    """Return the template; `rows` are names without a second year, whatever the roles."""
    columns = iter([[row[place] for row in rows] for place in range(len(rows[0]))])
    pieces = []
    for role in roles:
        values = ["2010"] if role == "case_year" else next(columns)
        pieces.append(_field(role, values) if role else values[0])
    return "".join(piece + separator for piece, separator in zip(pieces, (*separators, ".pdf"), strict=True))


def _field(role: str, values: Sequence[str]) -> str:
    """Return "{number:3}" for numbers of which the shortest has three digits."""
    digits = min(len(value.rstrip(ascii_letters)) for value in values)
    return f"{{{role}:{digits}}}" if role in _PADDED else f"{{{role}}}"


def _all(form: re.Pattern[str], values: Iterable[str]) -> bool:
    return all(form.fullmatch(value) for value in values)
