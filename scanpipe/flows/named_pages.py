"""Which pages of a book a person means: by labels, by the name of a PDF, or by the number of a case."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from scanpipe.errors import UsageError
from scanpipe.flows.books import BookFacts
from scanpipe.fsio import nfc
from scanpipe.model import Page, Part, parse_pages
from scanpipe.package.naming.case_number import normal_number
from scanpipe.package.naming.convention import Convention


def named_pages(facts: BookFacts, convention: Convention, names: Sequence[str]) -> tuple[Page, ...]:
    """Return the pages named, each once: `3-7`, `KS.2010.01.011` or `KS.2010.01.011.pdf`, `12a/2010`.

    Receivers report packages by PDF and by case: all pages of it are meant.

    Raises:
        UsageError: a name is none of these.
    """
    known = _by_name(facts, convention)
    pages: list[Page] = []
    for name in names:
        try:
            pages += parse_pages([name])
        except UsageError:
            if _key(name) not in known:
                raise
            pages += known[_key(name)]
    return tuple(dict.fromkeys(pages))


def _by_name(facts: BookFacts, convention: Convention) -> Mapping[str, tuple[Page, ...]]:
    book = facts.book.id
    named = {}
    for part in (Part.FRONT, Part.BACK):
        if matter := tuple(state.page for state in facts.pages if state.page.part is part):
            named[_key(convention.matter_name(book, part))] = matter
    for found in facts.sets.sets:
        for name in (convention.pdf_name(book, found.key), str(found.key)):
            named[_key(name)] = named.get(_key(name), ()) + found.pages
    return named


def _key(name: str) -> str:
    """Return a name as names are compared: without folder, ending, padding, or difference of capitals."""
    text = nfc(name).strip().casefold()
    number, slash, year = text.rpartition("/")
    if slash and year.isdecimal():
        return f"{normal_number(number) or number}/{int(year)}"
    return PurePosixPath(text).name.removesuffix(".pdf")
