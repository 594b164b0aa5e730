"""What stands between a book and its delivery, and what is only noted: one row for each code."""

from dataclasses import dataclass
from typing import Final

from scanpipe.messages import LazyText, lazy

Value = str | int | float | LazyText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleRow:
    """One row.

    Attributes:
        code: how scripts read it.
        text: what people read, with the names of its values.
        remedy: what to do about it.
        stops: no delivery is made; otherwise it is noted.
        night: an unattended run leaves the decision to a person.
    """

    code: str
    text: LazyText
    remedy: str
    stops: bool = False
    night: bool = False


STOPPING: Final = (
    ObstacleRow(
        code="nothing-scanned",
        text=lazy("no page was scanned yet"),
        remedy="Capture the book: scanpipe capture BOOK.",
        stops=True,
    ),
    ObstacleRow(
        code="recipe-unreadable",
        text=lazy("its recipe cannot be used: {reason}"),
        remedy="Restore or correct the recipe file, or choose another recipe: scanpipe book amend BOOK --recipe NAME.",
        stops=True,
    ),
    ObstacleRow(
        code="pages-in-the-way",
        text=lazy("{status}: pages {pages}"),
        remedy="Capture missing pages, process unprocessed pages, judge waiting pages. 'scanpipe book show BOOK' lists "
        "the pages.",
        stops=True,
    ),
    ObstacleRow(
        code="rescan-awaited",
        text=lazy("page {page} must be scanned again: {reason}"),
        remedy="Scan the page again: 'scanpipe capture BOOK' asks for its sheet.",
        stops=True,
    ),
    ObstacleRow(
        code="file-awaited",
        text=lazy("page {page} waits for a readable file: {reason}"),
        remedy="Put a readable file of the same name into the folder and capture the folder again.",
        stops=True,
    ),
    ObstacleRow(
        code="sheet-failed",
        text=lazy("page {page} failed to scan: {reason}"),
        remedy="Put the sheet back and run 'scanpipe capture BOOK'.",
        stops=True,
    ),
    ObstacleRow(
        code="too-many-pages",
        text=lazy("the book has more pages than stated: {placed} found, {stated} stated"),
        remedy="State the right total (scanpipe book amend BOOK --pages N), or move pages (scanpipe book shift).",
        stops=True,
    ),
    ObstacleRow(
        code="sheet-unresolved",
        text=lazy("uncertain sheet: page {page} passed the scanner but was not kept; scan it again"),
        remedy="Put the sheet back and run 'scanpipe capture BOOK'.",
        stops=True,
    ),
    ObstacleRow(
        code="picture-unplaced",
        text=lazy(
            "no place for {picture}: if the book has more pages, run 'scanpipe book amend {book} --pages N'; "
            "otherwise run 'scanpipe book drop {book} {picture}'"
        ),
        remedy="State the total of pages, or drop the picture if it shows no page of the book.",
        stops=True,
    ),
    ObstacleRow(
        code="pages-in-no-case",
        text=lazy("pages {pages} belong to no case"),
        remedy="State which case begins there (scanpipe case split BOOK PAGE NUMBER), or correct the page index or the "
        "rule (scanpipe book amend BOOK --rule).",
        stops=True,
    ),
    ObstacleRow(
        code="case-repeated",
        text=lazy("case number {number} occurs more than once"),
        remedy="Give one of them its right number: scanpipe case renumber BOOK NUMBER NEW --page PAGE.",
        stops=True,
    ),
    ObstacleRow(
        code="case-incomplete",
        text=lazy("pages are missing from case number {number}"),
        remedy="Capture the missing pages, or correct the cases ('scanpipe case list BOOK' lists them).",
        stops=True,
    ),
    ObstacleRow(
        code="no-sample-drawn",
        text=lazy("no sample was drawn of pages {pages}"),
        remedy="Draw it: scanpipe qa plan BOOK. The night does so by itself once all pages are processed.",
        stops=True,
    ),
    ObstacleRow(
        code="sample-waiting",
        text=lazy("sample of what {operator} scanned: a person must look at pages {pages}"),
        remedy="Look at these pages and accept or reject each. 'scanpipe qa show BOOK' lists them.",
        stops=True,
    ),
    ObstacleRow(
        code="lot-failed",
        text=lazy(
            "too many defective pages in the sample of what {operator} scanned ({found}): a person must look at all "
            "the others, pages {pages}"
        ),
        remedy="Look at these pages and accept or reject each. 'scanpipe qa show BOOK' lists them.",
        stops=True,
    ),
)

NOTED: Final = (
    ObstacleRow(
        code="half-unplaced",
        text=lazy("the right half of the picture of page {page} has no page"),
        remedy="Check whether the book has one page more than stated.",
        night=True,
    ),
    ObstacleRow(
        code="total-not-stated",
        text=lazy("the total of pages is not stated: run 'scanpipe book amend {book} --pages N'"),
        remedy="Count the pages of the paper book and state the total.",
        night=True,
    ),
    ObstacleRow(
        code="cases-differ",
        text=lazy("the number of cases differs from the statement: {found} found, {stated} stated"),
        remedy="Count the cases; then correct the total or the cases (scanpipe case split, merge, renumber).",
        night=True,
    ),
    ObstacleRow(
        code="separator-missing",
        text=lazy("a separator sheet may be missing: no case begins with the number {gap}"),
        remedy="Compare with the paper book: give the case its first page (scanpipe case split). If the number was "
        "never used, deliver the book with 'scanpipe deliver'.",
        night=True,
    ),
    ObstacleRow(
        code="case-long",
        text=lazy("case {number} has {pages} pages, usual are {usual}: a separator sheet within it may be missing"),
        remedy="Compare with the paper book: split the case (scanpipe case split). If it is one, deliver the book with "
        "'scanpipe deliver'.",
        night=True,
    ),
    ObstacleRow(
        code="number-missing",
        text=lazy("no case has the number {gap}"),
        remedy="Compare with the paper book. A number that was never used needs no action.",
    ),
    ObstacleRow(
        code="page-stated",
        text=lazy("page {page}, {state}: {note}"),
        remedy="No action is needed. The report and the delivery note list the page.",
    ),
    ObstacleRow(
        code="case-lost",
        text=lazy("case {number} has no remaining page and no PDF"),
        remedy="No action is needed. The report lists the case.",
    ),
    ObstacleRow(
        code="case-lacks-pages",
        text=lazy("case {number} is delivered without pages {pages}"),
        remedy="No action is needed. The report lists the case.",
    ),
)

OBSTACLES: Final = {row.code: row for row in (*STOPPING, *NOTED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """What was found of a book: a code of the table, and its values; put into words when it is read."""

    code: str
    values: tuple[tuple[str, Value], ...] = ()

    @property
    def row(self) -> ObstacleRow:
        """Its row of the table."""
        return OBSTACLES[self.code]

    @property
    def text(self) -> LazyText:
        """What people read, with its values."""
        return self.row.text.format(**dict(self.values))

    def __str__(self) -> str:
        return str(self.text)


def obstacle(code: str, **values: object) -> Obstacle:
    """Return an obstacle; values that are neither texts nor numbers are written out.

    Raises:
        KeyError: there is no such code.
    """
    return Obstacle(code=OBSTACLES[code].code, values=OBSTACLES[code].text.format(**values).values)
