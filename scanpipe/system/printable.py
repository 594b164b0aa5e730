r"""Text that may be shown: names of files and ZIP members are anybody's, and may move a cursor or forge lines.

Each character that is not to be seen is written as \u and four hex digits, which JSON and TOML read back as that
character. A byte of a name that is no UTF-8, which Python keeps as a lone surrogate, is written as \x and two.
"""

import re

# Control characters (Unicode Cc), marks that turn the direction of writing (UAX 9), separators of lines, surrogates.
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(f"[\x00-\x1f\x7f-\x9f{_DIRECTIONS}\u2028\u2029\ud800-\udfff]")
_HIDDEN_IN_LINES = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_DIRECTIONS}\u2028\u2029\ud800-\udfff]")


def printable(text: str, *, lines: bool = False) -> str:
    """Return `text` with what is not to be seen spelled out; with `lines`, line breaks and tabs stay."""
    if text.isprintable():  # nearly all texts, and so it is told ten times as fast
        return text
    return (_HIDDEN_IN_LINES if lines else _HIDDEN).sub(_spelled, text)


def escaped(document: str) -> str:
    """Return a JSON document with what is not to be seen as JSON escapes, bytes of names that are no UTF-8 included."""
    return _HIDDEN_IN_LINES.sub(_escape, document)


def _spelled(found: re.Match[str]) -> str:
    byte = ord(found[0]) - 0xDC00  # PEP 383
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else _escape(found)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
