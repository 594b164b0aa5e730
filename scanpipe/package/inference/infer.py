"""Propose templates from the names in a package that was accepted."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_letters

from scanpipe.errors import ConventionError
from scanpipe.messages import lazy
from scanpipe.model import Part
from scanpipe.package.inference.name_fields import (
    SEPARATOR,
    Parts,
    Shape,
    are_years,
    group_by_shape,
    infer_fields,
    varies_most,
)
from scanpipe.package.naming.case_number import normal_number
from scanpipe.package.naming.template import parse

_BOOK = ("kind", "year", "unit", "volume")
_PADDED = ("number", "volume", "year", "case_year")


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredNames:
    """What names tell: templates by their key in a convention, the kinds met, the fields of the first name's book.

    `books` counts the books that the names are of; `sure` is false where another part may as well be the number.
    """

    templates: dict[str, str]
    kinds: tuple[str, ...]
    book: dict[str, str]
    books: int
    sure: bool
    unexplained: tuple[str, ...] = ()


def infer_names(names: Collection[str], *, kinds: Collection[str]) -> InferredNames:
    """Return the templates `pdf` and, where names show it, `pdf_other_year` and `matter`.

    Args:
        names: the PDFs' names, without folders.
        kinds: codes of books that are known.

    Raises:
        ConventionError: no part of the names is a number, a year, a kind or a volume; the message says which.
    """
    groups = group_by_shape(names)
    if not groups:
        raise ConventionError(lazy("There are no PDF names to learn from."))
    (separators, _form), rows = max(groups.items(), key=lambda group: (len(group[1]), -len(group[0][0])))
    roles = infer_fields(rows, kinds)
    cases = _case_templates(groups, separators, roles, rows)
    read = {name: _read(cases.values(), name) for name in names}
    if not any(read.values()):
        raise ConventionError(lazy("No template can describe names such as {name}.", name=next(iter(names))))
    book = {role: rows[0][place] for place, role in enumerate(roles) if role in _BOOK}
    others = [name for name, fields in read.items() if fields is None]
    matter = _matter_template(others, book)
    return InferredNames(
        templates={**cases, **({"matter": matter} if matter else {})},
        kinds=tuple(kind for kind, _count in Counter(f["kind"] for f in read.values() if f).most_common()),
        books=len({(f["kind"], f["year"], f["volume"]) for f in read.values() if f}),
        sure=varies_most(rows, roles.index("number")),
        book=book,
        unexplained=tuple(name for name in others if not (matter and parse(matter, name))),
    )


def template_of(name: str, book: Mapping[str, str]) -> str:
    """Return the name of a file or folder with what it tells of its book ("KS", "2010") made fields, each once."""
    fields = {value: role for role, value in book.items()}
    pieces = []
    for piece in SEPARATOR.split(name):
        role = fields.pop(piece, None)
        pieces.append(_field(role, [piece]) if role else piece)
    return "".join(pieces)


def _case_templates(
    groups: Mapping[Shape, Sequence[Parts]], separators: Parts, roles: Sequence[str], rows: Sequence[Parts]
) -> dict[str, str]:
    """Return the templates of PDFs; a case's year that stands in every name is in `pdf` the book's once more."""
    columns = list(zip(*rows, strict=True))
    plain = ["year" if role == "case_year" else role for role in roles]
    templates = {"pdf": _template(plain, separators, columns)}
    place = roles.index("number")
    longer = _with_year(groups, separators, place)
    if plain != list(roles):
        templates["pdf_other_year"] = _template(roles, separators, columns)
    elif longer:
        wider = [*columns[:place], ("2010",), *columns[place:]]
        templates["pdf_other_year"] = _template([*roles[:place], "case_year", *roles[place:]], longer, wider)
    return templates


def _matter_template(names: Iterable[str], book: Mapping[str, str]) -> str | None:
    """Return the template of the names that say that they are front or back matter, None where none does."""
    stems = [name[: -len(".pdf")] for name in names if name.lower().endswith(".pdf")]
    templates = [template_of(stem, {**book, "part": part}) for part in (Part.FRONT, Part.BACK) for stem in stems]
    counts = Counter(template for template in templates if "{part}" in template)
    return f"{max(counts, key=lambda template: counts[template])}.pdf" if counts else None


def _read(templates: Iterable[str], name: str) -> dict[str, str] | None:
    """Return the fields of a name that a convention would read as a case of a book."""
    for template in templates:
        fields = parse(template, name)
        if fields and normal_number(fields["number"]) and int(fields["volume"]):
            return fields
    return None


def _with_year(groups: Mapping[Shape, Sequence[Parts]], separators: Parts, place: int) -> Parts | None:
    """Return the separators of the names that have a year more at `place`, before the number, if there are any."""
    for (longer, _form), rows in groups.items():
        same = longer[:place] + longer[place + 1 :] == separators
        if same and are_years(row[place] for row in rows):
            return longer
    return None


def _template(roles: Sequence[str], separators: Parts, columns: Sequence[Sequence[str]]) -> str:
    pieces = [_field(role, values) if role else values[0] for role, values in zip(roles, columns, strict=True)]
    return "".join(piece + separator for piece, separator in zip(pieces, (*separators, ".pdf"), strict=True))


def _field(role: str, values: Sequence[str]) -> str:
    """Return "{number:3}" for numbers of which the shortest has three digits."""
    digits = min(len(value.rstrip(ascii_letters)) for value in values)
    return f"{{{role}:{digits}}}" if role in _PADDED else f"{{{role}}}"
