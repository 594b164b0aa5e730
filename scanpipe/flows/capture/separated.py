"""Which case begins where, by the separator sheets among the pages of a book; pure.

What a sheet says is not trusted over the open book: the sheet of another book, one that was met before, one out of
order and one that cannot be read begin no case, and stop the run. A sheet that is missing shows in the numbers, or in
a case that is longer than all before it. Only the front of a sheet is read: with a two-sided source the caller passes
over its back, which is no page either.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from scanpipe.capture.separators import SeparatorSheet
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Book, CaseKey, Page, Part
from scanpipe.package.cases.case_edits import case_rows, key_of
from scanpipe.package.naming.case_number import number_order, split_number

Start: TypeAlias = tuple[Page, CaseKey]

_MOST_PAGES = 99999
_CASES_TO_JUDGE_BY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Begins:
    """A case begins with the page that is captured next."""

    key: CaseKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The cover sheet of the open book: pages follow that belong to no case yet, or the first separator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A sheet that begins no case; a person looks at the stack before it goes on."""

    reason: LazyText


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Between two cases a separator may be missing, by their numbers or by the length of the first.

    Attributes:
        after: the case before the gap; None where the book begins with it.
        before: the case that begins.
        reason: what shows it.
    """

    after: CaseKey | None
    before: CaseKey
    reason: LazyText


Reading: TypeAlias = Begins | Cover | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTracker:
    """The open book, and the first page of each case so far, in the order of the pages."""

    book: Book
    starts: tuple[Start, ...] = ()

    @property
    def surplus(self) -> bool:
        """Whether more cases have begun than the book states."""
        return self.book.cases is not None and len(self.starts) > self.book.cases

    def read(self, sheet: SeparatorSheet, next_page: Page | None) -> "tuple[CaseTracker, Reading, Missing | None]":
        """Return what a sheet means before the page that is captured next (None: the book is full).

        A sheet that is read again before the same page, as after a crash, means the same again.
        """
        if refusal := self._foreign(sheet):
            return self, Refused(reason=refusal), None
        if sheet.separator and sheet.separator.case is None:
            return self, Cover(), None
        if next_page is None or next_page.part is not Part.BODY:
            return self, Refused(reason=_no_body_page(next_page)), None
        key = sheet.separator.case if sheet.separator else None
        key = key or self._begun_on(next_page) or self._next_key(next_page)
        if (next_page, key) in self.starts:
            return self, Begins(key=key), None
        if refusal := self._out_of_place(key, next_page):
            return self, Refused(reason=refusal), None
        starts = list(self.starts)
        insort(starts, (next_page, key), key=lambda start: start[0].number)
        return replace(self, starts=tuple(starts)), Begins(key=key), self._missing(key, next_page)

    def _foreign(self, sheet: SeparatorSheet) -> LazyText | None:
        """Return why a sheet is not heeded at all."""
        if sheet.damaged or not (sheet.separator or sheet.patch):
            return lazy("This separator sheet cannot be read. Print it again: scanpipe separators BOOK.")
        if sheet.separator and sheet.separator.book != self.book.id.full_name:
            return lazy(
                "This separator sheet belongs to {other}. The open book is {book}.",
                other=sheet.separator.book,
                book=self.book.id.full_name,
            )
        return None

    def _out_of_place(self, key: CaseKey, page: Page) -> LazyText | None:
        """Return why a case cannot begin on a page."""
        if self.book.rule.kind == "index":
            return self._against_index(key, page)
        if there := next((first for first, other in self.starts if other == key), None):
            return lazy("The separator sheet of case {case} was read before page {page} already.", case=key, page=there)
        if taken := self._begun_on(page):
            return lazy(
                "No page was scanned between the separator sheets of {first} and {then}.", first=taken, then=key
            )
        if key.year < self.book.id.year:
            return lazy("Case {case} is older than the book {book}.", case=key, book=self.book.id)
        before, after = (
            self._before(page),
            next((other for first, other in self.starts if first.number > page.number), None),
        )
        for early, late in ((before, key), (key, after)):
            if early and late and _order(early) > _order(late):
                return lazy(
                    "The separator sheet of case {late} comes after that of case {early}. Check their order.",
                    late=late,
                    early=early,
                )
        return None

    def _against_index(self, key: CaseKey, page: Page) -> LazyText | None:
        rows = [row for row in case_rows(self.book, _MOST_PAGES).rows if key_of(row) == key]
        if not rows:
            return lazy("The page index of the book has no case {case}.", case=key)
        if all(row.first != page.number for row in rows):
            return lazy(
                "By the page index, case {case} begins on page {page}, not on page {next}.",
                case=key,
                page=rows[0].first,
                next=page,
            )
        return None

    def _missing(self, key: CaseKey, page: Page) -> Missing | None:
        """Return what shows that a sheet between the case before and this one was not read."""
        before = self._before(page)
        if not _follows(before, key, first_number=self.book.first_number, year=self.book.id.year):
            if before is None:
                reason = lazy("The first case is {case}. A separator sheet before it may be missing.", case=key)
            else:
                reason = lazy(
                    "A separator sheet between {after} and {before} may be missing: the numbers do not follow.",
                    after=before,
                    before=key,
                )
            return Missing(after=before, before=key, reason=reason)
        lengths = [
            later[0].number - first[0].number for first, later in zip(self.starts, self.starts[1:], strict=False)
        ]
        length = page.number - max(
            (first.number for first, _key in self.starts if first.number < page.number), default=0
        )
        if before and length > _longest_expected(self.book, lengths):
            reason = lazy(
                "A separator sheet between {after} and {before} may be missing: {after} has {pages} pages.",
                after=before,
                before=key,
                pages=length,
            )
            return Missing(after=before, before=key, reason=reason)
        return None

    def _begun_on(self, page: Page) -> CaseKey | None:
        return next((key for first, key in self.starts if first == page), None)

    def _before(self, page: Page) -> CaseKey | None:
        return next((key for first, key in reversed(self.starts) if first.number < page.number), None)

    def _next_key(self, page: Page) -> CaseKey:
        """Return the number that a sheet without data gives: the one after the last."""
        if before := self._before(page):
            return CaseKey(year=before.year, number=str(number_order(before.number)[0] + 1))
        return CaseKey(year=self.book.id.year, number=str(self.book.first_number))


def case_tracker(book: Book) -> CaseTracker:
    """Return where a book stands by what is stated about it: first pages of cases, if they are stated at all."""
    if book.rule.kind != "starts":
        return CaseTracker(book=book)
    rows = sorted(case_rows(book, _MOST_PAGES).rows, key=lambda row: row.first)
    return CaseTracker(book=book, starts=tuple((Page(part=Part.BODY, number=row.first), key_of(row)) for row in rows))


def _no_body_page(page: Page | None) -> LazyText:
    if page is None:
        return lazy("The book is full, so no case can begin.")
    return lazy("No case can begin on page {page}. State how many pages come before page 1 (--front).", page=page)


def _order(key: CaseKey) -> tuple[int, tuple[int, str]]:
    return key.year, number_order(key.number)


def _follows(before: CaseKey | None, key: CaseKey, *, first_number: int, year: int) -> bool:
    """Tell whether nothing can be between two numbers: 12 and 13, 12 and 12a, 12b and 13; 1 begins a year."""
    number, letters = split_number(key.number) or (0, "")
    if before is None or before.year != key.year:
        return number == (first_number if before is None and key.year == year else 1) and not letters
    last, last_letters = split_number(before.number) or (0, "")
    if number == last:
        return letters == (chr(ord(last_letters[-1]) + 1) if last_letters else "a")
    return number == last + 1 and not letters


def _longest_expected(book: Book, lengths: Sequence[int]) -> int:
    """Return how many pages a case has at most: by the rule of the book, or as the cases so far have."""
    if book.rule.kind == "pages" and book.rule.count > 1:  # one page a case is what a book says that says nothing
        return book.rule.count
    return max(lengths) if len(lengths) >= _CASES_TO_JUDGE_BY else _MOST_PAGES
