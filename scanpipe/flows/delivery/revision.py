"""A revision of a book before it is written: its PDFs, its workbook, and what both were made from."""

from dataclasses import dataclass, fields
from typing import Self

import msgspec

from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import ProcessedPage
from scanpipe.flows.delivery.documents import Document
from scanpipe.flows.workbook.workbooks import Workbook, rows_digest
from scanpipe.package.naming.convention import Convention
from scanpipe.package.paper_area import PageFigures, PagePaper, page_figures
from scanpipe.package.reports.manifest import PageRecord
from scanpipe.package.workbook.issued_rows import IssuedRows
from scanpipe.raster import MM_PER_INCH


class _Size(msgspec.Struct, frozen=True):
    """The part of an enhancement's report that says how large the page is and how large its paper."""

    size_px: tuple[int, int]
    dpi: float
    paper_mm: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionPlan:
    """What decides whether a revision is due: its PDFs, and the rows that scanpipe writes into its workbook.

    `number` counts the revisions from 1.
    """

    facts: BookFacts
    convention: Convention
    documents: tuple[Document, ...]
    rows: IssuedRows
    number: int
    iso_sizes: bool

    @property
    def folder(self) -> str:
        """The folder within its ZIPs that PDFs lie in, "/" at its end, or ""."""
        return self.convention.folder(self.facts.book.id)

    def zip_names(self, count: int) -> tuple[str, ...]:
        """Return the names of its ZIPs, of which there are `count`."""
        book = self.facts.book.id
        parts = (None,) if count == 1 else range(1, count + 1)
        return tuple(self.convention.zip_name(book, part) for part in parts)

    @property
    def workbook_name(self) -> str:
        """The name of its workbook."""
        return self.convention.workbook_name(self.facts.book.id)

    @property
    def digests(self) -> dict[str, str]:
        """What two revisions are compared by: every PDF, and what scanpipe knows of the workbook; name to digest."""
        digests = {document.name: document.digest for document in self.documents}
        return {**digests, self.workbook_name: rows_digest(self.rows)}

    @property
    def paper_sizes(self) -> tuple[PagePaper, ...]:
        """The size of each page's paper, as it was measured on the scan."""
        return tuple(map(_paper_size, self.facts.processed))

    @property
    def figures(self) -> PageFigures:
        """How many pages there are, and their area, once and in PDFs."""
        labels = (state.page.label for document in self.documents for state in document.states)
        return page_figures(self.paper_sizes, labels, iso_sizes=self.iso_sizes)

    @property
    def page_records(self) -> dict[str, tuple[PageRecord, ...]]:
        """The pages of each PDF, by its name."""
        return {document.name: tuple(map(page_record, document.states)) for document in self.documents}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(RevisionPlan):
    """Everything that a revision of a book is made of."""

    workbook: Workbook

    @classmethod
    def of(cls, plan: RevisionPlan, workbook: Workbook) -> Self:
        """Return the revision of a plan that is due."""
        return cls(**{field.name: getattr(plan, field.name) for field in fields(plan)}, workbook=workbook)


def page_record(state: ProcessedPage) -> PageRecord:
    """Return what a page of a PDF was made from."""
    return PageRecord(
        page=state.page.label, capture=state.facts.digest, recipe=state.version.recipe, image=state.version.image
    )


def _paper_size(state: ProcessedPage) -> PagePaper:
    """Return the paper of a page; where its report does not tell, the size of the enhanced page."""
    size = msgspec.json.decode(state.version.report, type=_Size)
    width, height = size.paper_mm or tuple(side * MM_PER_INCH / size.dpi for side in size.size_px)
    return PagePaper(page=state.page.label, width_mm=round(width, 1), height_mm=round(height, 1))
