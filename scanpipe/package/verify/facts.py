"""What a PDF holds, as far as a package is judged by it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanpipe.package.paper_area import A4_MM2

if TYPE_CHECKING:
    from scanpipe.package.pages.signing import Signature


_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """A picture on a page: its pixels, how many of them come to an inch, whether it has colour, what it covers.

    `decodable` tells whether it can be decoded to its end.
    """

    width: int
    height: int
    dpi: float
    colour: bool
    cover: float
    decodable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """A page: its size in millimetres, its pictures, whether it holds text, and whether they are painted over."""

    width_mm: float
    height_mm: float
    images: tuple[ImageFacts, ...]
    text: bool
    overpainted: bool = False

    @property
    def dpi(self) -> float:
        """The least resolution among the best pictures that together cover half of the page; 0 where none do."""
        covered = 0.0
        for image in sorted(self.images, key=lambda image: image.dpi, reverse=True):
            covered += image.cover
            if covered >= _HALF:
                return image.dpi
        return 0.0

    @property
    def colour(self) -> bool:
        """Whether any picture has colour."""
        return any(image.colour for image in self.images)

    @property
    def decodable(self) -> bool:
        """Whether all its pictures can be decoded."""
        return all(image.decodable for image in self.images)

    @property
    def a4_equivalents(self) -> float:
        """How many A4 sheets the page amounts to."""
        return self.width_mm * self.height_mm / A4_MM2


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """A PDF: its version, titles, pages, what it says of PDF/A, and what has no place in a register's scan.

    `external_parts` tells whether a part of it lies in another file, `earlier_pages` whether it was added to and still
    holds other pages of before, `clean_boundaries` whether it begins with its header and ends with its end-of-file
    marker (ISO 19005-2, 6.1).
    """

    version: str
    titles: tuple[str, ...]
    pages: tuple[PageFacts, ...]
    pdfa_part: int | None
    pdfa_conformance: str
    output_intent: bool
    encrypted: bool
    active: bool
    has_overlay_annotations: bool
    attachments: bool
    external_parts: bool = False
    hidden_layers: bool = False
    earlier_pages: bool = False
    clean_boundaries: bool = True
    signatures: "tuple[Signature, ...]" = ()

    @property
    def a4_equivalents(self) -> float:
        """How many A4 sheets all pages amount to."""
        return sum(page.a4_equivalents for page in self.pages)
