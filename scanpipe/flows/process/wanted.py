"""Which pages of a book a person means by a verdict."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import PageUnknown
from scanpipe.flows.book.books import BookFacts, convention_of
from scanpipe.flows.book.page_lists import PageList, listed_pages, read_page_list
from scanpipe.flows.book.page_names import book_names, named_pages
from scanpipe.flows.book.plan import CapturedPage
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The pages that a person means: those typed, and those of a list."""

    typed: Sequence[str]
    listed: PageList | None

    def __bool__(self) -> bool:
        return bool(self.typed or self.listed)


def wanted_pages(typed: Sequence[str], listed: Path | None) -> Wanted:
    """Return what a person names; a list is read before the step that must be quick."""
    return Wanted(typed=typed, listed=read_page_list(listed) if listed else None)


def pages_meant(station: Station, facts: BookFacts, wanted: Wanted) -> tuple[Page, ...]:
    """Return the pages of a book that a person means, each once.

    Raises:
        UsageError: a name does not belong to the book.
    """
    names = book_names(facts, convention_of(station, facts.book))
    listed = listed_pages(wanted.listed, names) if wanted.listed else ()
    return tuple(dict.fromkeys(named_pages(names, wanted.typed) + listed))


def scanned_pages(facts: BookFacts, wanted: Sequence[Page]) -> tuple[CapturedPage, ...]:
    """Return pages with what they show.

    Raises:
        PageUnknown: one has no picture.
    """
    known = {state.page: state for state in facts.captured}
    refuse_unknown(facts, wanted, known)
    return tuple(known[page] for page in wanted)


def refuse_unknown(facts: BookFacts, wanted: Iterable[Page], known: Collection[Page]) -> None:
    """Refuse pages that are not known.

    Raises:
        PageUnknown: there are such.
    """
    unknown = [page.label for page in wanted if page not in known]
    if unknown:
        raise PageUnknown(
            lazy("{book} has no scanned page {pages}.", book=facts.book.id, pages=", ".join(unknown)),
            remedy=lazy("Run 'scanpipe book show {book}' to list its pages.", book=facts.book.id),
        )
