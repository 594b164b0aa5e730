"""Case numbers: text such as "12" or "12a", whose order and sameness are those of the number and then the letters.

The normal form has no leading zeros, no blanks and small letters, so that "012", "12" and " 12 " are one number.
"""

import re

_NUMBER = re.compile(r"0{0,9}([1-9][0-9]{0,5})\s*([A-Za-z]{0,3})", re.ASCII)


def split_number(text: str) -> tuple[int, str] | None:
    """Return the digits as a number and the letters after them ("012A" is 12, "a"), or None for anything else."""
    match = _NUMBER.fullmatch(text.strip())
    return (int(match[1]), match[2].lower()) if match else None


def normal_number(text: str) -> str | None:
    """Return the number without padding ("012A" is "12a"), or None where the text is no case number."""
    parts = split_number(text)
    return f"{parts[0]}{parts[1]}" if parts else None


def number_order(text: str) -> tuple[int, str]:
    """Return what to sort a number by; text that is no case number comes first."""
    return split_number(text) or (0, text)
