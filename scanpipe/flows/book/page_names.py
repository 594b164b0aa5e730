"""Which pages of a book a person means: by labels, by the name of a PDF, or by the number of a case."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath

from scanpipe.errors import ConventionError, UsageError
from scanpipe.flows.book.books import BookFacts
from scanpipe.model import CaseKey, Page, Part, parse_pages
from scanpipe.package.naming.case_number import normal_number
from scanpipe.package.naming.convention import Convention
from scanpipe.package.workbook.reader import SLASHED
from scanpipe.system.fsio import nfc

_PDF = ".pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookNames:
    """What the names mean that a book has for its pages.

    Attributes:
        convention: how its PDFs are named.
        pages: its pages, scanned or not.
        files: the pages of its PDFs and cases, by key.
        years: the years in which a case number stands in the book.
    """

    convention: Convention
    pages: frozenset[Page]
    files: Mapping[str, tuple[Page, ...]]
    years: Mapping[str, frozenset[int]]

    def of_file(self, name: str) -> tuple[Page, ...]:
        """Return the pages of a PDF or case, `KS.2010.01.011`, `KS.2010.01.011.pdf`, `12a/2010`; none if unknown."""
        return self.files.get(_key(name), ())

    def of_case(self, name: str) -> tuple[Page, ...]:
        """Return the pages of a case whose year may be left out where its number stands in one year; none if unknown.

        To be asked where it is sure that a number is that of a case, and not of a page.
        """
        number = normal_number(name)
        years = self.years.get(number, frozenset()) if number else frozenset()
        return self.of_file(f"{number}/{min(years)}") if len(years) == 1 else self.of_file(name)

    def of_any(self, name: str) -> tuple[Page, ...]:
        """Return the pages of a label, a range of them (3-7), a PDF or a case; none if the book does not know them all.

        A bare number is a page.
        """
        try:
            pages = parse_pages([name])
        except UsageError:
            return self.of_file(name)
        return pages if self.pages.issuperset(pages) else ()

    def is_pdf(self, name: str) -> bool:
        """Return whether this can only be the name of a PDF, of whatever book."""
        looks_so = name.casefold().endswith(_PDF) or _is_pdf_name(self.convention, name)
        return looks_so or bool(self.of_file(name) and not SLASHED.fullmatch(name))


def book_names(facts: BookFacts, convention: Convention) -> BookNames:
    """Return the names that a book has for its pages; receivers report packages by PDF and by case."""
    files: defaultdict[str, tuple[Page, ...]] = defaultdict(tuple)
    years: defaultdict[str, frozenset[int]] = defaultdict(frozenset)
    for part in (Part.FRONT, Part.BACK):
        matter = tuple(state.page for state in facts.pages if state.page.part is part)
        files[_key(convention.matter_name(facts.book.id, part))] = matter
    for found in facts.sets.sets:
        for name in (convention.pdf_name(facts.book.id, found.key), str(found.key)):
            files[_key(name)] += found.pages
        years[_number(found.key)] |= {found.key.year}
    pages = frozenset(state.page for state in facts.pages)
    return BookNames(convention=convention, pages=pages, files=dict(files), years=dict(years))


def named_pages(names: BookNames, typed: Sequence[str]) -> tuple[Page, ...]:
    """Return the pages that a person names one by one, each once.

    Raises:
        UsageError: a name is no label, no PDF and no case of the book.
    """
    pages: list[Page] = []
    for name in typed:
        pages += names.of_file(name) or parse_pages([name])
    return tuple(dict.fromkeys(pages))


def _is_pdf_name(convention: Convention, name: str) -> bool:
    try:
        convention.parse_pdf_name(name + _PDF)
    except ConventionError:
        return False
    return True


def _number(key: CaseKey) -> str:
    return normal_number(key.number) or key.number


def _key(name: str) -> str:
    """Return a name as names are compared: without folder, ending, padding, or difference of capitals."""
    text = nfc(name).strip().casefold()
    number, slash, year = text.rpartition("/")
    if slash and year.isdecimal():
        return f"{normal_number(number) or number}/{int(year)}"
    return PureWindowsPath(text).name.removesuffix(_PDF)
