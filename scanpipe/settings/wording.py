"""What msgspec says is wrong with a setting, in the person's words; pure."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from unicodedata import category

from scanpipe.messages import _

_SIGNS = {">=": "≥", "<=": "≤"}
_CONTROLS = frozenset({"Cc", "Cf", "Zl", "Zp"})
_Words = Callable[[re.Match[str]], str]


def in_words(reason: str) -> str:
    """Return msgspec's reason in the language spoken; one that it has not been known to give stays as it is."""
    for pattern, words in _REASONS:
        if found := re.fullmatch(pattern, reason):
            return words(found)
    return reason


def odd_values(table: Mapping[str, object], keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the keys of texts and numbers that no setting may be, whatever its type, and what is wrong with them."""
    for key, value in table.items():
        path = (*keys, key)
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, Mapping):
                yield from odd_values(item, path)
            elif isinstance(item, float) and not math.isfinite(item):
                yield path, _("expected a finite number")
            elif isinstance(item, str) and _has_control(item, breaks="workbook" in path):
                yield path, _("the text contains control characters")
        if _has_control(key, breaks=False):
            yield keys, _("the text contains control characters")


def _has_control(text: str, *, breaks: bool) -> bool:
    """Whether a text would act on a terminal or in a log; headers of workbooks may hold line breaks."""
    return any(category(sign) in _CONTROLS and not (breaks and sign == "\n") for sign in text)


def _unknown(_found: re.Match[str]) -> str:
    return _("unknown key")


def _missing(found: re.Match[str]) -> str:
    return _("the key {key} is missing").format(key=found[1])


def _kind(found: re.Match[str]) -> str:
    return _("expected {wanted}, found {found}").format(wanted=_named(found[1]), found=_named(found[2]))


def _bound(found: re.Match[str]) -> str:
    return _("expected a number {sign} {bound}").format(sign=_SIGNS.get(found[1], found[1]), bound=found[2])


def _length(found: re.Match[str]) -> str:
    return _("expected a length {sign} {bound}").format(sign=_SIGNS.get(found[1], "="), bound=found[2])


def _form(found: re.Match[str]) -> str:
    return _("expected text of the form {form}").format(form=found[1])


def _choice(found: re.Match[str]) -> str:
    return _("{value} is not a valid choice").format(value=found[1])


_REASONS: tuple[tuple[str, _Words], ...] = (
    (r"Object contains unknown field `([^`]*)`", _unknown),
    (r"Object missing required field `([^`]*)`", _missing),
    (r"Expected `([^`]*)`, got `([^`]*)`", _kind),
    (r"Expected `(?:int|float|decimal)(?: \| null)?` ([<>]=?) (\S+)", _bound),
    (r"Expected `(?:str|array|object|bytes)(?: \| null)?` of length (?:([<>]=?) )?(\d+)(?:, got \d+)?", _length),
    (r"Expected `str(?: \| null)?` matching regex ['\"](.*)['\"]", _form),
    (r"Invalid (?:enum )?value (.+)", _choice),
)


def _named(kinds: str) -> str:
    """Return msgspec's names of types, e.g. "int | null", in words."""
    names = {
        "int": _("an integer"),
        "float": _("a number"),
        "str": _("text"),
        "bool": _("true or false"),
        "array": _("a list"),
        "object": _("a table"),
        "date": _("a date"),
        "datetime": _("a date and time"),
        "null": _("nothing"),
    }
    return " / ".join(names.get(kind, kind) for kind in kinds.split(" | "))
