"""What a person sees in a cell: a number, date or time by its format.

A format that is not known through and through gives None, never a guess: what is read must be what was meant. Formats
are those of ECMA-376 part 1, 18.8.31.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from scanpipe.package.workbook.sheet import Cell, cell_text

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<symbol>[^\]-]*)[^\]]*\]'
    r"|(?P<unseen>\[(?:black|blue|cyan|green|magenta|red|white|yellow|color *\d+)\]|[_*].)|(?P<general>general)"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<end>;)|(?P<typed>@)|(?P<plain>[-+(): $\xa0])"
    r"|(?P<unknown>.)",
    re.IGNORECASE | re.DOTALL,
)
_DIGIT = re.compile("[0-9]")
_BLANK_BETWEEN_DIGITS = re.compile("(?<=[0-9])[ \u00a0\u2009\u202f]+(?=[0-9])")
_NO_LETTERS_OF_DATES = re.compile(r'"[^"]*"|\[(?!h+\])[^\]]*\]|\\.|general|;.*', re.IGNORECASE | re.DOTALL)

_Token = tuple[str, str]
"""What a part of a format is, and the text that it shows where it is a text."""


def display_text(value: Cell, form: str) -> str | None:
    """Return a value as its format shows it, as far as that is what was typed; None where that is not known."""
    if isinstance(value, datetime | date):
        return _date_shown(value, form)
    if isinstance(value, time | timedelta):
        return _time_shown(value, form)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_shown(value, form)
    return str(value).upper() if isinstance(value, bool) else cell_text(value)


def _date_shown(value: datetime | date, form: str) -> str | None:
    """Return a date as "27.10.2008", with its time where it has one; without the day or month that its format hides."""
    letters = _NO_LETTERS_OF_DATES.sub("", form.lower())
    if "y" not in letters and any(letter in letters for letter in "mdhs"):
        return None
    if "y" in letters and "d" not in letters:
        return value.strftime("%m/%Y" if "m" in letters else "%Y")
    if isinstance(value, datetime) and value.time() != time():
        return value.strftime("%d.%m.%Y %H:%M")
    return value.strftime("%d.%m.%Y")


def _time_shown(value: time | timedelta, form: str) -> str | None:
    """Return a time or duration as "08:30", with its seconds where it has some or its format shows them."""
    letters = _NO_LETTERS_OF_DATES.sub("", form.lower())
    whole = value if isinstance(value, timedelta) else datetime.combine(date.min, value) - datetime.min
    if "h" not in letters or "y" in letters or "d" in letters or whole < timedelta() or whole.microseconds:
        return None
    minutes, seconds = divmod(whole // timedelta(seconds=1), 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds or "s" in letters else text


def _number_shown(value: float, form: str) -> str | None:
    """Return a number with the zeros and signs of its format, never rounded, and without blanks between its digits.

    Blanks and the marks of thousands only help to read, and which marks they are depends on the computer.
    """
    number = Decimal(int(value)) if float(value).is_integer() else Decimal(f"{value:.15g}")
    sections = [section for section in _sections(form) if "typed" not in _kinds(section)]
    if not sections:
        return f"{number:f}"
    which = 1 if number < 0 and len(sections) > 1 else 2 if not number and len(sections) > 2 else 0
    text = _filled(sections[which], abs(number))
    if text is None or not _DIGIT.search(text):
        return None
    return _BLANK_BETWEEN_DIGITS.sub("", f"-{text}" if number < 0 and not which else text)


def _sections(form: str) -> list[list[_Token]]:
    """Return the parts of a format: for positive numbers, negative ones, zero, and texts."""
    sections: list[list[_Token]] = [[]]
    for token in _TOKEN.finditer(form or "General"):
        kind = str(token.lastgroup)
        if kind == "end":
            sections.append([])
        elif kind != "unseen":
            sections[-1].append((kind, token[kind]))
    return sections


def _filled(section: Sequence[_Token], number: Decimal) -> str | None:
    """Return a number, not negative, in a section of a format; None for one in thousands, as a fraction or so."""
    kinds = _kinds(section)
    thousands = any(kind == "comma" and after != "digit" for kind, after in pairwise([*kinds, ""]))
    if "unknown" in kinds or kinds.count("point") > 1 or thousands:
        return None
    whole, _point, decimals = f"{number.scaleb(2 * kinds.count('percent')):f}".partition(".")
    decimals = decimals.rstrip("0")
    if "general" in kinds:
        plain = f"{whole}.{decimals}" if decimals else whole
        return "".join(plain if kind == "general" else text for kind, text in section)
    last = max((place for place, kind in enumerate(kinds) if kind == "digit"), default=0)
    cut = kinds.index("point") if "point" in kinds else last + 1
    left = [(kind, text[::-1]) for kind, text in reversed(section[:cut])]
    right = [(kind, text) for kind, text in section[cut:] if kind != "point"]
    point = "." if decimals or ("digit", "0") in right else ""
    shown_decimals = _in_slots(right, decimals) if "digit" in _kinds(right) else decimals + _in_slots(right, "")
    return _in_slots(left, whole.lstrip("0")[::-1])[::-1] + point + shown_decimals


def _in_slots(section: Sequence[_Token], digits: str) -> str:
    """Return the digits in their places from the point outwards; those without a place stand at the last one."""
    slots, text = _kinds(section).count("digit"), ""
    for kind, seen in section:
        if kind == "digit":
            slots -= 1
            taken, digits = (digits[:1], digits[1:]) if slots else (digits, "")
            text += taken or seen.strip("#?")
        elif kind != "comma":
            text += seen
    return text


def _kinds(section: Sequence[_Token]) -> list[str]:
    return [kind for kind, _text in section]
