"""The list of known stations and their public keys: a table that a person keeps, made on the first use."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from scanpipe.errors import UsageError
from scanpipe.messages import lazy
from scanpipe.system.fsio import write_atomic
from scanpipe.system.os_errors import describe
from scanpipe.system.plain_files import read_plain

_TITLES = ("station", "key")
_HEX_DIGITS = 64


def read_stations(path: Path) -> dict[str, str] | None:
    """Return the keys of known stations by their names; None where there is no list yet.

    Raises:
        UsageError: it cannot be read, or a row of it is wrong.
    """
    if not path.exists():
        return None
    try:
        rows = list(csv.reader(io.StringIO(read_plain(path).decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(lazy("{path} cannot be read: {reason}.", path=path, reason=describe(error))) from error
    for line, row in enumerate(rows, start=1):
        if row and row != list(_TITLES) and not (len(row) == len(_TITLES) and len(row[1]) == _HEX_DIGITS):
            raise UsageError(
                lazy("{path}, line {line}: it does not have the name of a station and its key.", path=path, line=line)
            )
    return {row[0]: row[1] for row in rows if row and row != list(_TITLES)}


def write_stations(path: Path, keys: Mapping[str, str]) -> None:
    """Write the list."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((_TITLES, *sorted(keys.items())))
    write_atomic(path, text.getvalue().encode())
