"""What is seen of a page of a PDF, and how large it is (ISO 32000-1, 14.11.2)."""

import pikepdf
from pikepdf import Name, Object

POINTS_PER_INCH = 72.0

PageBox = tuple[float, float, float, float]
"""Left, bottom, right, top, in units of the page."""


def user_unit(page: pikepdf.Page) -> float:
    """Return how many points a unit of the page is."""
    return float(page.obj.get(Name.UserUnit, 1))


def visible_box(page: pikepdf.Page) -> PageBox:
    """Return what is seen of a page: what its crop box leaves of its medium."""
    media, crop = _corners(page.mediabox), _corners(page.cropbox)
    left, bottom = (max(media[side], crop[side]) for side in (0, 1))
    right, top = (min(media[side], crop[side]) for side in (2, 3))
    return left, bottom, right, top


def _corners(box: Object) -> PageBox:
    x, y, u, v = (float(value) for value in box.as_list())
    return min(x, u), min(y, v), max(x, u), max(y, v)
