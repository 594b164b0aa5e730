"""How paper is counted: its ISO size, its area in sheets of A4, and what the pages of a delivery come to; pure.

Every area is rounded to the hundredth for each page, so that all sums, of a book, of a paper size, of several books,
are those of the figures that are shown.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, TypeAlias

import msgspec

A4_MM2: Final = 210 * 297
BYTES_PER_KB: Final = 1000
"""The unit of the budget, which is told in kB for each A4."""

ISO_MM: Final = {"A2": (420, 594), "A3": (297, 420), "A4": (210, 297), "A5": (148, 210), "A6": (105, 148)}
"""ISO 216, short side before long."""
_ISO_A4: Final = {"A2": 4.0, "A3": 2.0, "A4": 1.0, "A5": 0.5, "A6": 0.25}
_TOLERANCE: Final = 0.03  # of each side: binding takes some of a page, and its edges are found to a few millimetres
SizeMm: TypeAlias = tuple[float, float]
"""Width and height in millimetres."""
_Millimetres = Annotated[float, msgspec.Meta(ge=0, le=100_000)]


class PagePaper(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a book, by its label, and the size of its paper."""

    page: str
    width_mm: _Millimetres
    height_mm: _Millimetres

    @property
    def paper(self) -> str:
        """The name of its paper size."""
        return paper_name(self.width_mm, self.height_mm)

    def a4(self, *, iso_sizes: bool) -> float:
        """Return its area in sheets of A4."""
        return a4_of(self.width_mm, self.height_mm, iso_sizes=iso_sizes)


class PageFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How many pages there are, and their area in sheets of A4.

    `pages` and `a4` count each page of the book once, `pages_in_pdfs` and `a4_in_pdfs` as often as it stands in a PDF:
    a page that several cases share is in the PDF of each. The first two are None where nothing tells which pages of
    PDFs are one and the same.
    """

    pages: int | None
    a4: float | None
    pages_in_pdfs: int
    a4_in_pdfs: float


NO_FIGURES: Final = PageFigures(pages=None, a4=None, pages_in_pdfs=0, a4_in_pdfs=0.0)


def page_figures(papers: Sequence[PagePaper], in_pdfs: Iterable[str], *, iso_sizes: bool) -> PageFigures:
    """Return the figures of a book.

    Args:
        papers: its pages.
        in_pdfs: the label of each page of each PDF.
        iso_sizes: whether a size close to one of ISO 216 counts as that one.

    Raises:
        ValueError: a PDF has a page that the book has not, or the book a page twice; the message is its label.
    """
    a4 = {paper.page: paper.a4(iso_sizes=iso_sizes) for paper in papers}
    labels = tuple(in_pdfs)
    odd = [label for label in labels if label not in a4]
    if odd or len(a4) < len(papers):
        raise ValueError(", ".join(odd or (paper.page for paper in papers)))
    placed = [a4[label] for label in labels]
    return PageFigures(
        pages=len(papers), a4=round(sum(a4.values()), 2), pages_in_pdfs=len(placed), a4_in_pdfs=round(sum(placed), 2)
    )


def a4_of(width_mm: float, height_mm: float, *, iso_sizes: bool) -> float:
    """Return an area in sheets of A4, to the hundredth; with `iso_sizes`, what is close to A3 counts as two."""
    name = _iso_name(width_mm, height_mm) if iso_sizes else ""
    return _ISO_A4[name] if name else round(width_mm * height_mm / A4_MM2, 2)


def paper_name(width_mm: float, height_mm: float) -> str:
    """Return the ISO size that a page is of, on its side or not, else its sides to the centimetre: "25 × 35 cm"."""
    short, long = sorted((width_mm, height_mm))
    return _iso_name(short, long) or f"{short / 10:.0f} × {long / 10:.0f} cm"


def _iso_name(width_mm: float, height_mm: float) -> str:
    """Return the size of ISO 216 that both sides are within 3 % of, "" where there is none."""
    short, long = sorted((width_mm, height_mm))
    for name, (iso_short, iso_long) in ISO_MM.items():
        if abs(short / iso_short - 1) <= _TOLERANCE and abs(long / iso_long - 1) <= _TOLERANCE:
            return name
    return ""
