"""Where in a TOML file the setting stands that msgspec, or a type's own check, refuses; pure."""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec

from scanpipe.errors import WrongKey
from scanpipe.settings.wording import in_words

_ENTRY = "..."  # what msgspec says for an entry of a table, whichever it is
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w.-]+)[\"']?\s*=")
Check = Callable[[object], object]


def locate(error: msgspec.ValidationError, settings: object, check: Check) -> tuple[str, tuple[str, ...]]:
    """Return what is wrong, in the person's words, and the key path of it.

    Args:
        error: what `check` raised.
        settings: what was checked.
        check: raises the error; called again to find the entry of a table that it is about.
    """
    message = str(error)
    reason, _at, where = message.partition(" - at `")
    if where.startswith("key` in"):  # the name of an entry itself is wrong
        where = f"{where.removeprefix('key` in')}[{_ENTRY}]"
    keys: list[str] = []
    for key in re.findall(r"\.{3}|[^.$\[\]` ]+", where):
        keys.append(_entry(settings, keys, check, message) if key == _ENTRY else key)
    if unknown := re.search(r"unknown field `([^`]*)`", reason):
        keys.append(unknown[1])
    if isinstance(error.__cause__, WrongKey):
        keys += error.__cause__.key.split(".")
    return in_words(reason.rstrip(".")), tuple(keys)


def line_of(text: str, keys: tuple[str, ...]) -> int:
    """Return the 1-based line on which the key path stands, or the deepest table found on the way; else the first."""
    best, line = (0, False), 1
    for number, path in _lines(text):
        pairs = zip(path, keys, strict=False)
        common = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(path), len(keys)))
        if (common, common == len(path)) > best and common:
            best, line = (common, common == len(path)), number
    return line


def _lines(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the lines of headers and keys with their paths; an array's tables are counted from 0."""
    table: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = tuple(header[2].split("."))
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
                table = (*table, str(counts[header[2]]))
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *key[1].split("."))


def _entry(settings: object, keys: list[str], check: Check, message: str) -> str:
    """Return the entry of the table at `keys` that is refused by itself as they all are together."""
    table = settings
    for key in keys:
        table = table.get(key) if isinstance(table, Mapping) else None
    entries = table if isinstance(table, Mapping) else {}
    for name, value in entries.items():
        try:
            check(_with(settings, keys, {name: value}))
        except msgspec.ValidationError as error:
            if str(error) == message:
                return str(name)
    return "?"


def _with(settings: object, keys: list[str], value: object) -> object:
    """Return settings with another value at `keys`."""
    if not keys or not isinstance(settings, Mapping):
        return value
    return {**settings, keys[0]: _with(settings[keys[0]], keys[1:], value)}
