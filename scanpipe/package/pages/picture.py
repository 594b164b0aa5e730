"""A page's picture in the form in which a PDF embeds it."""

from dataclasses import dataclass
from typing import Literal

from scanpipe.package.paper_area import A4_MM2, BYTES_PER_KB
from scanpipe.raster import Pixels

Encoding = Literal["lossless", "jpeg", "jpeg2000", "layers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture and where on the page it lies.

    Attributes:
        data: a JPEG 2000 file; of a base that is the whole page, a PNG, JPEG or JBIG2 file as well.
        width: in pixels.
        height: in pixels.
        colour: three channels, else one.
        box_mm: left, top, width and height on the page, which it may overlap at the right and below.
    """

    data: bytes
    width: int
    height: int
    colour: bool
    box_mm: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedForeground:
    """The text mask as a JBIG2 stream, and the colour of what it lets through; both cover the page from its corner."""

    mask: bytes
    width: int
    height: int
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPage:
    """A page as it goes into a PDF: one picture, or background, foreground drawn over it through a mask, and patches.

    Attributes:
        size_mm: of the paper.
        encoding: how it was made small.
        base: the page, or its background.
        foreground: the colour of the ink, and the mask that it is drawn through.
        patches: coloured seals and signatures.
        over_budget: it is larger than its share of the budget.
        defects: what the fidelity check found, nothing where it passed: see `fidelity.check_fidelity`.
    """

    size_mm: tuple[float, float]
    encoding: Encoding
    base: Picture
    foreground: MaskedForeground | None = None
    patches: tuple[Picture, ...] = ()
    over_budget: bool = False
    defects: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of all its pictures."""
        pictures = (self.base, *self.patches, *((self.foreground.picture,) if self.foreground else ()))
        return sum(len(picture.data) for picture in pictures) + (len(self.foreground.mask) if self.foreground else 0)

    @property
    def kb_per_a4(self) -> float:
        """Kilobytes (of 1000 bytes) for each A4 sheet's worth of paper."""
        width_mm, height_mm = self.size_mm
        return self.size / BYTES_PER_KB / (width_mm * height_mm / A4_MM2)


def picture_at(data: bytes, pixels: Pixels, box_mm: tuple[float, float, float, float]) -> Picture:
    """Return a coded picture of these pixels (h, w[, 3]), at its place."""
    height, width = pixels.shape[:2]
    return Picture(data=data, width=width, height=height, colour=pixels.ndim == 3, box_mm=box_mm)
