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

FIELDS = frozenset({"unit", "kind", "year", "volume", "case_year", "number", "part", "zip_part"})
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
    stem, dot, suffix = template.rpartition(".")
    parts: list[str] = []
    end = 0
    seen: set[str] = set()
    for token in _TOKEN.finditer(stem):
        name = token[1]
        field = f"(?P={name})" if name in seen else f"(?P<{name}>{_field_pattern(name, int(token[2] or 1))})"
        parts += re.escape(stem[end : token.start()]), field
        seen.add(name)
        end = token.end()
    parts += re.escape(stem[end:]), re.escape(dot), f"(?i:{re.escape(suffix)})"
    return re.compile("".join(parts), re.ASCII)


def check_template(template: str, *, needed: frozenset[str], suffix: str) -> None:
    """Refuse a template that could not be parsed back or would not be a plain ASCII file name.

    Raises:
        ValueError: what is wrong with it.
    """
    names = [token[1] for token in _TOKEN.finditer(template)]
    unknown = sorted(set(names) - FIELDS)
    if unknown:
        raise ValueError(_("{template!r}: there is no field {name!r}.").format(template=template, name=unknown[0]))
    if not template.endswith(suffix) or not _LITERAL.fullmatch(_TOKEN.sub("", template)):
        text = _("{template!r} is no file name of letters, digits, fields and dots that ends in {suffix}.")
        raise ValueError(text.format(template=template, suffix=suffix))
    if set(names) - {"unit"} != needed:
        text = _("{template!r} must hold the fields {names}, and may hold {{unit}}.")
        raise ValueError(text.format(template=template, names=", ".join(f"{{{name}}}" for name in sorted(needed))))
    if _UNSEPARATED.search(template):
        raise ValueError(_("{template!r}: a field must be followed by a dot or a dash.").format(template=template))
    widths = {token[1]: token[2] for token in _TOKEN.finditer(template)}
    if any(widths.get(name, "4") != "4" for name in _YEARS):
        raise ValueError(_("{template!r}: years have four digits.").format(template=template))
    if any(width and name not in _PADDED for name, width in widths.items()):
        raise ValueError(_("{template!r}: only numbers have a width.").format(template=template))


def check_folder(template: str, *, allowed: frozenset[str]) -> None:
    """Refuse a folder's template that could not be parsed back: names of letters, digits and fields, "/" between.

    Raises:
        ValueError: what is wrong with it.
    """
    for name in template.split("/") if template else ():
        fields = frozenset(token[1] for token in _TOKEN.finditer(name))
        check_template(f"{name}.x", needed=fields & allowed, suffix=".x")
        if not name.strip(" .") or name != name.strip(" ."):
            raise ValueError(_("{template!r} is no folder that every system can store.").format(template=template))


def render_folder(template: str, values: Mapping[str, str | int]) -> str:
    """Return the folder, "/" at its end, or "" where there is none; `values` as in `render`.

    Raises:
        ValueError: a value that a field cannot show.
    """
    names = [render(f"{name}.x", values).removesuffix(".x") for name in template.split("/")] if template else []
    return "".join(f"{name}/" for name in names)


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
        raise ValueError(_("{name!r} does not fit the form {template}.").format(name=name, template=template))
    return name


def _padded(value: str, width: int) -> str:
    parts = split_number(value)
    return f"{parts[0]:0{width}d}{parts[1]}" if parts else value


def parse(template: str, name: str) -> dict[str, str] | None:
    """Return the text of each field, or None where `name` does not have the template's form."""
    match = _pattern(template).fullmatch(name)
    return match.groupdict() if match else None
