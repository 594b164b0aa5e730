"""Frozen values: what a book, a page and a page set are. No pixels, no I/O; change means a new value."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, Self

from scanpipe.errors import UsageError
from scanpipe.messages import lazy


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The issuing authority as of registration: a code is unique only within the version of its list."""

    code: str
    list_version: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookId:
    """What tells one book from another: `14758/KS.2010.01`, in full `14758@2025-07-01/KS.2010.01`.

    Unit codes were re-used, so the version of the unit list is part of the identity.
    """

    unit_code: str
    unit_list: str = ""
    kind: str
    year: int
    volume: int

    @property
    def label(self) -> str:
        """The short name, unique within a unit: `KS.2010.01`."""
        return f"{self.kind}.{self.year:04d}.{self.volume:02d}"

    @property
    def unit_folder(self) -> str:
        """The unit as one path part, unique over all lists: `14758@2025-07-01`."""
        return f"{self.unit_code}@{self.unit_list}" if self.unit_list else self.unit_code

    @property
    def full_name(self) -> str:
        """The name that is unique on a station: `14758@2025-07-01/KS.2010.01`."""
        return f"{self.unit_folder}/{self.label}"

    def __str__(self) -> str:
        return f"{self.unit_code}/{self.label}"


class Part(StrEnum):
    """Where in a book a page stands."""

    FRONT = "front"
    BODY = "body"
    BACK = "back"


_LETTERS = {Part.FRONT: "F", Part.BODY: "", Part.BACK: "B"}
_PARTS = {letter: part for part, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A slot in a book; its label is `F1` (front matter), `12` (body) or `B1` (back matter)."""

    part: Part
    number: int

    @property
    def label(self) -> str:
        """The name a person types and reads."""
        return f"{_LETTERS[self.part]}{self.number}"

    def __str__(self) -> str:
        return self.label

    @classmethod
    def parse(cls, label: str) -> Self:
        """Read a label back.

        Raises:
            UsageError: the text is no page label.
        """
        match = re.fullmatch(r"([FB]?)0*([1-9][0-9]{0,4})", label.strip().upper())
        if not match:
            raise UsageError(
                lazy("{label!r} is not a valid page.", label=label),
                remedy=lazy("Use 1, 2, ... for body pages, F1 for front matter, B1 for back matter."),
            )
        return cls(part=_PARTS[match[1]], number=int(match[2]))


Region = Literal["", "left", "right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A page and what of a capture shows it: all of it, or the left or right half of a spread."""

    page: Page
    region: Region = ""


def parse_pages(labels: Iterable[str]) -> tuple[Page, ...]:
    """Read page labels and ranges of them (3-7, F1-F2), each page once, in the order given.

    Raises:
        UsageError: a text is neither, or a range runs backwards or from one part of the book to another.
    """
    pages: list[Page] = []
    for label in labels:
        first, _dash, last = label.partition("-")
        low, high = Page.parse(first), Page.parse(last or first)
        if low.part is not high.part or low.number > high.number:
            raise UsageError(
                lazy("{label!r} is not a valid range of pages.", label=label),
                remedy=lazy("Use, for example, 3-7 or F1-F2."),
            )
        pages += [Page(part=low.part, number=number) for number in range(low.number, high.number + 1)]
    return tuple(dict.fromkeys(pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKey:
    """A registration case within a book: the number is unique only with its year, and is text ("12a")."""

    year: int
    number: str

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSet:
    """The pages of one case, in reading order; a page may belong to several sets."""

    key: CaseKey
    pages: tuple[Page, ...]
    registered: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """A case and the body pages it stands on, first and last included; or only its first page, which is `last` too."""

    number: str
    first: int
    last: int
    registered: date | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSetRule:
    """How body pages make cases: N pages a case, N cases a page, a page index, or the first page of each case.

    The rows of "starts" name first pages: a case goes on to before the next first page. They follow the captures they
    were stated about. Those of "index" quote the numbers of the paper.
    """

    kind: Literal["pages", "cases", "index", "starts"] = "pages"
    count: int = 1
    rows: tuple[IndexRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A register: its identity and what it states about itself (the newest statement counts).

    `pages` and `cases` are the totals that a closed book states; `front` and `back` count cover and note pages.
    With `spreads` "split" each capture of the body shows two pages side by side. `due` is the day by which the
    receiver wants it.
    """

    id: BookId
    unit_name: str = ""
    opened: date | None = None
    closed: date | None = None
    pages: int | None = None
    cases: int | None = None
    first_number: int = 1
    front: int = 0
    back: int = 0
    rule: PageSetRule = PageSetRule()
    convention: str = "default"
    recipe: str = "default"
    spreads: Literal["keep", "split"] = "keep"
    due: date | None = None

    @property
    def unit(self) -> Unit:
        """The issuing authority as of registration."""
        return Unit(code=self.id.unit_code, list_version=self.id.unit_list, name=self.unit_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as read: its box in pixels of the enhanced page (left, top, width, height) and confidence 0-100."""

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float
    line: int
