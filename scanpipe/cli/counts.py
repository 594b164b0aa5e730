"""How many there are of something, in words: "1 page", "2 pages"."""

from scanpipe.messages import ngettext


def pages(n: int) -> str:
    """Return "2 pages"."""
    return ngettext("{n} page", "{n} pages", n).format(n=n)


def cases(n: int) -> str:
    """Return "2 cases"."""
    return ngettext("{n} case", "{n} cases", n).format(n=n)


def rows(n: int) -> str:
    """Return "2 rows"."""
    return ngettext("{n} row", "{n} rows", n).format(n=n)


def files(n: int) -> str:
    """Return "2 files"."""
    return ngettext("{n} file", "{n} files", n).format(n=n)


def errors(n: int) -> str:
    """Return "2 errors"."""
    return ngettext("{n} error", "{n} errors", n).format(n=n)


def warnings(n: int) -> str:
    """Return "2 warnings"."""
    return ngettext("{n} warning", "{n} warnings", n).format(n=n)


def changes(n: int) -> str:
    """Return "2 changes"."""
    return ngettext("{n} change", "{n} changes", n).format(n=n)


def members(n: int) -> str:
    """Return "2 members"."""
    return ngettext("{n} member", "{n} members", n).format(n=n)
