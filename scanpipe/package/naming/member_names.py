"""What a file name within a package must be, whatever the convention: safe on every system that unpacks it."""

import re
from collections import Counter
from collections.abc import Iterable

from scanpipe.messages import LazyText, lazy
from scanpipe.system.fsio import nfc

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = frozenset('<>:"|?*')
_MAX_LENGTH = 120


def name_problem(name: str) -> LazyText | None:
    """Return what is wrong with a member's name, or None: one flat, portable ASCII file name."""
    if not name or len(name) > _MAX_LENGTH:
        return lazy("the name is empty or longer than {length} characters", length=_MAX_LENGTH)
    if "/" in name or "\\" in name or name in (".", ".."):
        return lazy("the name contains a folder")
    if not name.isascii():
        return lazy("the name is not plain ASCII")
    if any(letter in _FORBIDDEN or not letter.isprintable() for letter in name):
        return lazy("the name contains characters that some systems do not allow")
    if _RESERVED.fullmatch(name) or name != name.strip(" ") or name.endswith("."):
        return lazy("Windows cannot store this name")
    return None


def path_problem(path: str) -> LazyText | None:
    """Return what is wrong with a member's name that may begin with folders ("a/b.pdf"), or None."""
    problems = [problem for name in path.split("/") if (problem := name_problem(name))]
    too_long = lazy("the name is empty or longer than {length} characters", length=_MAX_LENGTH)
    return problems[0] if problems else too_long if len(path) > _MAX_LENGTH else None


def name_collisions(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are one file where accents' forms and capitals do not count, each such name once."""
    listed = list(names)
    counts = Counter(_folded(name) for name in listed)
    return tuple(dict.fromkeys(name for name in listed if counts[_folded(name)] > 1))


def _folded(name: str) -> str:
    return nfc(nfc(name).casefold())
