r"""Text that may be shown: names of files and ZIP members are anybody's, and may move a cursor or forge lines.

Each character that is not to be seen is written as \u and four hex digits, which JSON and TOML read back as that
character. Bytes of a name that are no UTF-8, which Python keeps as lone surrogates, are written so, too.
"""

import re

# Control characters (Unicode Cc), marks that turn the direction of writing (UAX 9), separators of lines, surrogates.
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(f"[\x00-\x1f\x7f-\x9f{_DIRECTIONS}\u2028\u2029\ud800-\udfff]")
_HIDDEN_IN_LINES = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_DIRECTIONS}\u2028\u2029\ud800-\udfff]")


def printable(text: str, *, lines: bool = False) -> str:
    """Return `text` with what is not to be seen spelled out; with `lines`, line breaks and tabs stay."""
    return (_HIDDEN_IN_LINES if lines else _HIDDEN).sub(lambda found: f"\\u{ord(found[0]):04x}", text)
