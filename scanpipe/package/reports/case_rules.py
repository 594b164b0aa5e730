"""How a report names the rule that makes a book's cases: as a code in the manifest, in words where people read it."""

import re
from collections.abc import Iterator
from typing import Final

from scanpipe.messages import _, counted
from scanpipe.model import IndexRow, PageSetRule

_MOST: Final = 12  # rows named; a report is no list of a whole book
_CODE: Final = re.compile(
    r"(?P<kind>pages|cases|index|starts):(?P<count>\d+)(?P<rows>( [^ ]+@\d+(-\d+)?)*)(?P<more> …)?"
)


def rule_code(rule: PageSetRule, other: PageSetRule | None = None) -> str:
    """Return a rule as `pages:2`, or `starts:97 12a/2010@14`.

    Where both rules list their cases, the ones that the other does not list so are named.
    """
    if not rule.rows:
        return f"{rule.kind}:{rule.count}"
    rows = [row for row in rule.rows if row not in other.rows] if other and other.rows else []
    more = [" …"] if len(rows) > _MOST else []
    return "".join([f"{rule.kind}:{len(rule.rows)}", *(f" {_row_code(row)}" for row in rows[:_MOST]), *more])


def rule_text(code: str) -> str:
    """Return a rule of `rule_code` in words; what is no such code stays as it is written."""
    match = _CODE.fullmatch(code)
    if match is None:
        return code
    named = ", ".join(_row_texts(match["rows"].split())) + ("…" if match["more"] else "")
    return f"{_kind_text(match['kind'], int(match['count']))}" + (f": {named}" if named else "")


def _row_code(row: IndexRow) -> str:
    number = row.number if row.year is None else f"{row.number}/{row.year}"
    return f"{number}@{row.first}" + (f"-{row.last}" if row.last > row.first else "")


def _row_texts(codes: list[str]) -> Iterator[str]:
    for code in codes:
        case, _at, pages = code.partition("@")
        yield _("case {case} from page {page}").format(case=case, page=pages)


def _kind_text(kind: str, count: int) -> str:
    match kind:
        case "pages":
            return counted("{n} page for each case", "{n} pages for each case", count)
        case "cases":
            return counted("{n} case on each page", "{n} cases on each page", count)
        case "index":
            return counted("page index of {n} case", "page index of {n} cases", count)
        case _:
            return counted("first page of {n} case", "first pages of {n} cases", count)
