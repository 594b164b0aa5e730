"""What a page of a PDF draws, told as events (ISO 32000-1, 8 and 9)."""

from dataclasses import dataclass

from pikepdf import Matrix, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePlaced:
    """An image and the matrix that places its unit square on the page, in units of the page.

    An inline image has no stream. `black` tells whether an image mask is painted in black there.
    """

    width: int
    height: int
    matrix: Matrix
    stream: Stream | None
    black: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShown:
    """At least one character is shown; `visible` unless its mode and font paint nothing."""

    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPainted:
    """A path is filled or stroked, or a shading painted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerDrawn:
    """Something belongs to optional content (8.11.3): `plain`, to one layer, or to several by a rule over them."""

    plain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRead:
    """A stream that the page is drawn by: its content, or a form."""

    stream: Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThere:
    """An image or form is named that the page does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """An instruction that no reader could follow, and how that shows."""

    error: Exception


Event = ImagePlaced | TextShown | PathPainted | LayerDrawn | StreamRead | NotThere | NotUnderstood
