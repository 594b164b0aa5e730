"""What a page of a PDF shows, as a package is judged by it: its pictures, whether there is text, what lies over them.

Resolution is that of a picture as placed on the page (ISO 32000-1, 8.3 and 8.9).
"""

import math
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Matrix, Name

from scanpipe.package.verify.decoding import ImageDecoder
from scanpipe.pdf.content import follow_page, masks_of
from scanpipe.pdf.events import Event, ImagePlaced, NotUnderstood, PathPainted, TextShown
from scanpipe.pdf.page_box import POINTS_PER_INCH, user_unit
from scanpipe.pdf.streams import Budget
from scanpipe.raster import MM_PER_INCH

_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedImage:
    """A picture as placed on a page: its pixels, the millimetres that its sides take, and whether it can be decoded.

    `box_mm` is where it lies: left, bottom, right, top of the box around it.
    """

    width: int
    height: int
    colour: bool
    width_mm: float
    height_mm: float
    box_mm: tuple[float, float, float, float]
    decodable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What is seen of a page: pictures placed, whether text was shown, and whether they are painted over."""

    placed_images: tuple[PlacedImage, ...]
    text: bool
    overpainted: bool


@dataclass(slots=True, kw_only=True)
class _ContentInterpreter:
    decoder: ImageDecoder
    mm_per_unit: float
    placed_images: list[PlacedImage] = field(default_factory=list)
    text: bool = False
    overpainted: bool = False

    def add(self, event: Event) -> None:
        match event:
            case ImagePlaced(stream=pikepdf.Stream()):
                self.placed_images.append(self._placed_image(event))
            case TextShown(visible=visible):
                self.text = True
                self._overpaint(seen=visible)
            case ImagePlaced() | PathPainted():
                self._overpaint(seen=True)
            case NotUnderstood(error=error):
                raise error

    def _overpaint(self, *, seen: bool) -> None:
        # What is painted before a picture lies under it, as the white ground does that many programs paint.
        self.overpainted = self.overpainted or (seen and bool(self.placed_images))

    def _placed_image(self, image: ImagePlaced) -> PlacedImage:
        """Return a picture as placed; one drawn through a finer mask shows the mask's pixels (ISO 32000-1, 8.9.6.3)."""
        assert image.stream is not None
        matrix, scale = image.matrix, self.mm_per_unit
        seen = [image.stream, *masks_of(image.stream)]
        return PlacedImage(
            width=max(int(picture.get(Name.Width, 0)) for picture in seen),
            height=max(int(picture.get(Name.Height, 0)) for picture in seen),
            colour=self.decoder.has_colour(image.stream),
            width_mm=math.hypot(matrix.a, matrix.b) * scale,
            height_mm=math.hypot(matrix.c, matrix.d) * scale,
            box_mm=_box(matrix, scale),
            decodable=all(self.decoder.is_decodable(picture) for picture in seen),
        )


def page_content(page: pikepdf.Page, budget: Budget, decoder: ImageDecoder) -> PageContent:
    """Follow a page to its end.

    Raises:
        BeyondBounds, PackageError: it holds far more than a scan.
        Exception: whatever a damaged page leads to.
    """
    seen = _ContentInterpreter(decoder=decoder, mm_per_unit=mm_per_unit(page))
    for event in follow_page(page, budget):
        seen.add(event)
    return PageContent(placed_images=tuple(seen.placed_images), text=seen.text, overpainted=seen.overpainted)


def mm_per_unit(page: pikepdf.Page) -> float:
    """Return how many millimetres a unit of the page is."""
    return MM_PER_INCH / POINTS_PER_INCH * user_unit(page)


def _box(matrix: Matrix, scale: float) -> tuple[float, float, float, float]:
    """Return the box around the unit square that a picture fills, as `matrix` places it."""
    across, up = zip(*map(matrix.transform, _CORNERS), strict=True)
    return min(across) * scale, min(up) * scale, max(across) * scale, max(up) * scale
