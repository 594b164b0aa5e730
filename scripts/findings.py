"""Write docs/findings.md anew from the closed vocabularies: `make docs`."""

import textwrap
from collections.abc import Iterable
from pathlib import Path

from scanpipe.messages import language_context
from scanpipe.vocabularies.findings import GROUPS, FindingRow
from scanpipe.vocabularies.flags import FLAGS, Flag
from scanpipe.vocabularies.obstacles import NOTED, STOPPING, ObstacleRow
from scanpipe.vocabularies.reasons import REASONS, Reason

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "findings.md"
WIDTH = 116
OBSTACLE_GROUPS = {
    "What stands between a book and its delivery?": STOPPING,
    "What is noted about a book without stopping a delivery?": NOTED,
}
HEAD = """\
# Findings, obstacles, flags and reasons

This page is made from `scanpipe/vocabularies` by `make docs`; a test keeps it complete.

- A **finding** is about a package: `scanpipe verify` and `scanpipe deliver` report it. An error refuses the package; a
  warning is for a person to judge.
- An **obstacle** stands between a book and its delivery, or is noted: `scanpipe book show` and the night list it.
- A **flag** asks a person to look at a page. A policy may tolerate it (`tolerated_flags` in `station.toml`), unless it
  means that a part of the page may be lost.
- A **reason** says why a person sent a page back.
"""


def page() -> str:
    """Return the document as Markdown."""
    with language_context("en"):
        parts = [HEAD]
        for group, rows in GROUPS.items():
            parts += [f"## What can be wrong with {group}?\n", *map(_finding, rows)]
        for question, obstacles in OBSTACLE_GROUPS.items():
            parts += [f"## {question}\n", *map(_obstacle, obstacles)]
        parts += ["## What can a page be flagged for?\n", _list(map(_flag, FLAGS.values()))]
        parts += ["## Why is a page sent back?\n", _list(map(_reason, REASONS.values()))]
    return "\n".join(parts)


def _finding(row: FindingRow) -> str:
    told = f"{' or '.join(row.severities).capitalize()}. {row.cause}"
    parts = (f"### `{row.code}`", _wrapped(told), _wrapped(f"Way out: {row.remedy}"))
    return "\n\n".join(parts) + "\n"


def _obstacle(row: ObstacleRow) -> str:
    told = f"Told as: {row.text.source}." + (" A night leaves the book to a person." if row.night else "")
    return "\n\n".join((f"### `{row.code}`", _wrapped(told), _wrapped(f"Way out: {row.remedy}"))) + "\n"


def _flag(row: Flag) -> str:
    when = {"capture": "captured", "enhance": "enhanced", "ocr": "read"}
    found = " or ".join(when[origin] for origin in row.origin)
    notes = f"found when {found}; {'only a person accepts the page' if row.loss else 'tolerable'}"
    damage = "; counts as paper in a bad state" if row.damage else ""
    return f"`{row.code}` ({notes}{damage}): {row.text}"


def _reason(row: Reason) -> str:
    notes = f"fault of the {row.fault}; usually: {row.remedy}{'; a defect of the operator' if row.defect else ''}"
    return f"`{row.code}` (key {row.key}; {notes}): {row.text}. {row.definition}"


def _list(items: Iterable[str]) -> str:
    return "\n".join(_wrapped(item, "- ") for item in items) + "\n"


def _wrapped(text: str, lead: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False)


def main() -> None:
    """Write the document."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
