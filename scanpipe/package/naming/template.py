"""Name templates that render and parse: `{kind}.{year:4}.{volume:2}.{number:3}.pdf`.

A field is `{name}` or `{name:width}`; the width is the least number of digits, padded with zeros. Each field has one
written form (no more zeros than its width asks for), so that a parsed name rendered again is the same name, but for
capitals in the suffix and in a number's letters, which are accepted ("KS.2010.01.012A.PDF" is in use).
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from scanpipe.messages import _
from scanpipe.package.naming.case_number import split_number
from scanpipe.package.naming.member_names import name_problem

_YEARS = frozenset({"year", "case_year"})
_PADDED = _YEARS | {"volume", "number", "zip_part"}
_TOKEN = re.compile(r"\{([a-z_]+)(?::([1-9]))?\}")
_LITERAL = re.compile(r"[A-Za-z0-9 ._()+-]*")
_UNSEPARATED = re.compile(r"\}[A-Za-z0-9{]")


def _digits(width: int) -> str:
    """Return the pattern of a number with at least `width` digits and no needless zeros."""
    return f"(?:[0-9]{{{width}}}|[1-9][0-9]{{{width},5}})" if width < 6 else f"[0-9]{{{width}}}"


def _field_pattern(name: str, width: int) -> str:
    if name in _YEARS:
        return "[12][0-9]{3}"
    if name in ("volume", "zip_part"):
        return _digits(width)
    if name == "number":
        return f"{_digits(width)}[A-Za-z]{{0,3}}"
    return {"unit": "[0-9]{1,10}", "kind": "[A-Z]{1,8}", "part": "[a-z]{1,8}"}[name]


@lru_cache(maxsize=64)
def _pattern(template: str) -> re.Pattern[str]:
    parts: list[str] = []
    end = 0
    seen: set[str] = set()
    for token in _TOKEN.finditer(template):
        name = token[1]
        field = f"(?P={name})" if name in seen else f"(?P<{name}>{_field_pattern(name, int(token[2] or 1))})"
        parts += re.escape(template[end : token.start()]), field
        seen.add(name)
        end = token.end()
    stem, dot, suffix = template[end:].rpartition(".")
    parts += re.escape(stem), re.escape(dot), f"(?i:{re.escape(suffix)})"
    return re.compile("".join(parts), re.ASCII)


def check_template(template: str, *, needed: frozenset[str], suffix: str) -> None:
    """Refuse a template that could not be parsed back or would not be a plain ASCII file name.

    Raises:
        ValueError: what is wrong with it, and what to write.
    """
    _refuse_unknown(template, needed)
    if not template.endswith(suffix) or template == suffix or not _plain(template):
        text = _(
            "{template!r} is not a valid file name. Use letters, digits, fields such as {{year:4}}, dots, then "
            "{suffix}."
        )
        raise ValueError(text.format(template=template, suffix=suffix))
    if {token[1] for token in _TOKEN.finditer(template)} - {"unit"} != needed:
        text = _("{template!r} must contain the fields {names}; {{unit}} is optional.")
        raise ValueError(text.format(template=template, names=_listed(needed)))
    _refuse_forms(template)


def check_folder(template: str, *, allowed: frozenset[str]) -> None:
    """Refuse a folder's template that could not be parsed back: names of letters, digits and fields, "/" between.

    Raises:
        ValueError: what is wrong with it, and what to write.
    """
    _refuse_unknown(template, allowed)
    for name in template.split("/") if template else ():
        if not name or name != name.strip(" .") or not _plain(name):
            text = _(
                "{template!r} is not a valid folder. Use letters, digits and fields, with / between folders, or "
                "leave it empty."
            )
            raise ValueError(text.format(template=template))
        _refuse_forms(name)


def _refuse_unknown(template: str, known: frozenset[str]) -> None:
    unknown = sorted({token[1] for token in _TOKEN.finditer(template)} - known - {"unit"})
    if unknown:
        text = _("{template!r}: the field {name} is not valid here. Choose from: {names}.")
        names = _listed(known | {"unit"})
        raise ValueError(text.format(template=template, name=f"{{{unknown[0]}}}", names=names))


def _refuse_forms(template: str) -> None:
    if _UNSEPARATED.search(template):
        raise ValueError(_("{template!r}: put a dot or a dash after each field.").format(template=template))
    for token in _TOKEN.finditer(template):
        width = "4" if token[1] in _YEARS else token[2] if token[1] in _PADDED else None
        if token[2] not in (None, width):
            text = _(
                "{template!r}: write {right} instead of {field}. Years have four digits; only numbers have a width."
            )
            right = f"{{{token[1]}:4}}" if width else f"{{{token[1]}}}"
            raise ValueError(text.format(template=template, right=right, field=token[0]))


def _plain(template: str) -> bool:
    """Whether the name is of plain letters but for its fields, and one that every system can store."""
    return bool(_LITERAL.fullmatch(_TOKEN.sub("", template))) and name_problem(_TOKEN.sub("1", template)) is None


def _listed(fields: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(fields))


def render_folder(template: str, values: Mapping[str, str | int]) -> str:
    """Return the folder, "/" at its end, or "" where there is none; `values` as in `render`.

    Raises:
        ValueError: a value that a field cannot show.
    """
    return "".join(f"{render(name, values)}/" for name in template.split("/")) if template else ""


def render(template: str, values: Mapping[str, str | int]) -> str:
    """Return the name; `values` must hold every field of the template.

    Raises:
        ValueError: a value that the field cannot show, so that the name could not be parsed back.
    """

    def field(token: re.Match[str]) -> str:
        value = str(values[token[1]])
        return _padded(value, int(token[2] or 1)) if token[1] in _PADDED else value

    name = _TOKEN.sub(field, template)
    if _pattern(template).fullmatch(name) is None:
        raise ValueError(_("{name!r} does not match {template}.").format(name=name, template=template))
    return name


def _padded(value: str, width: int) -> str:
    parts = split_number(value)
    return f"{parts[0]:0{width}d}{parts[1]}" if parts else value


def parse(template: str, name: str) -> dict[str, str] | None:
    """Return the text of each field, or None where `name` does not have the template's form."""
    match = _pattern(template).fullmatch(name)
    return match.groupdict() if match else None
