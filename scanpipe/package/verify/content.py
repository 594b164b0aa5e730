"""Following the content streams of a PDF page: which pictures it places, how large, and whether it shows text.

Resolution is that of a picture as placed on the page (ISO 32000-1, 8.3 and 8.9), so form XObjects are followed too.
"""

import math
import zlib
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from scanpipe.errors import PackageError
from scanpipe.messages import _
from scanpipe.package.verify.decoding import Pictures

MM_PER_POINT = 25.4 / 72
UNIT_MATRIX = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MAX_FORMS = 1000
_MAX_PLACED = 10_000
_SHOW_TEXT = {"Tj", "TJ", "'", '"'}
_PAINT_ALONE = {"sh", "INLINE IMAGE"}
_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", *_PAINT_ALONE}
_PATH = {"m", "re"}  # a path begins with one of them; painting none paints nothing
_OPERATORS = " ".join(("q Q cm Do Tr n BI ID EI", *sorted(_SHOW_TEXT | _PATH | _PAINT - {"INLINE IMAGE"})))
_UNSEEN_TEXT = (3, 7)  # modes in which text is not painted (ISO 32000-1, 9.3.6)
_Matrix = tuple[float, float, float, float, float, float]


class Budget:
    """How many bytes of content may still be unpacked; a page's share counts against the document's too."""

    def __init__(self, left: int, whole: "Budget | None" = None) -> None:
        self._left = left
        self._whole = whole

    def take(self, data: bytes) -> bytes:
        """Return `data`, or refuse the document when that is more than was left."""
        self._left -= len(data)
        if self._left < 0:
            raise PackageError(_("it unpacks to far more than a scan holds"))
        return self._whole.take(data) if self._whole else data

    @property
    def left(self) -> int:
        """The bytes that may still come."""
        return min(self._left, self._whole.left) if self._whole else self._left


def unpacked(stream: Stream, budget: Budget) -> bytes:
    """Return a stream's bytes, whether plain or deflated; other filters have no place in content or metadata."""
    filters = stream.get(Name.Filter)
    names = filters.as_list() if isinstance(filters, Array) else [filters] if filters is not None else []
    data = stream.read_raw_bytes()
    if not names:
        return budget.take(data)
    if names != [Name.FlateDecode]:
        raise PackageError(_("its content is packed in a way that scans have no use for"))
    return budget.take(zlib.decompressobj().decompress(data, budget.left + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A picture as placed on a page: its pixels, the millimetres that its sides take, and whether it can be decoded.

    `box_mm` is where it lies: left, bottom, right, top of the box around it.
    """

    width: int
    height: int
    colour: bool
    width_mm: float
    height_mm: float
    box_mm: tuple[float, float, float, float]
    whole: bool


class Walk:
    """Follows content streams, and remembers pictures placed, whether text was shown, and whether they are hidden."""

    def __init__(self, budget: Budget, user_unit: float, pictures: Pictures) -> None:
        self.placed: list[Placed] = []
        self.text = False
        self.painted = False
        self._mode = 0
        self._path = False
        self._budget = budget
        self._user_unit = user_unit
        self._pictures = pictures
        self._forms = 0

    def content(self, data: bytes, resources: Object, matrix: _Matrix, depth: int) -> None:
        """Follow one content stream, drawn with `matrix`."""
        saved: list[tuple[_Matrix, int]] = []
        with pikepdf.new() as scratch:
            for instruction in pikepdf.parse_content_stream(Stream(scratch, data), _OPERATORS):
                operator = str(instruction.operator)
                operands = list(instruction.operands)
                if operator == "q":
                    saved.append((matrix, self._mode))
                elif operator == "Q":
                    matrix, self._mode = saved.pop() if saved else (matrix, self._mode)
                elif operator == "cm":
                    matrix = _product(_matrix(operands), matrix)
                elif operator == "Do":
                    self._draw(resources, str(operands[0]), matrix, depth)
                else:
                    self._mark(operator, operands)

    def _mark(self, operator: str, operands: list[Object]) -> None:
        """Follow what shows text or paints a path."""
        if operator == "Tr":
            self._mode = int(operands[0])
        elif operator in _SHOW_TEXT:
            shows = _shows(operands)
            self.text = self.text or shows
            if shows and self._mode not in _UNSEEN_TEXT:
                self._paint()
        elif operator in _PAINT and (self._path or operator in _PAINT_ALONE):
            self._paint()
        self._path = operator in _PATH or (self._path and operator not in _PAINT | {"n"})

    def _paint(self) -> None:
        # What is painted before a picture lies under it, as the white ground does that many programs paint.
        self.painted = self.painted or bool(self.placed)

    def _draw(self, resources: Object, name: str, matrix: _Matrix, depth: int) -> None:
        item = resources.get(Name.XObject, Dictionary()).get(name)
        if not isinstance(item, Stream):
            return
        if item.get(Name.Subtype) == Name.Image:
            self._count_picture()
            self.placed.append(self._place(item, matrix))
        elif item.get(Name.Subtype) == Name.Form:
            self._count_form(depth)
            inner = _product(_matrix(list(item.get(Name.Matrix, Array(list(UNIT_MATRIX))).as_list())), matrix)
            mode = self._mode
            self.content(unpacked(item, self._budget), item.get(Name.Resources, resources), inner, depth - 1)
            self._mode = mode

    def _place(self, image: Stream, matrix: _Matrix) -> Placed:
        """Return a picture as placed; one drawn through a finer mask shows the mask's pixels (ISO 32000-1, 8.9.6.3)."""
        scale = MM_PER_POINT * self._user_unit
        masks = (image.get(Name.Mask), image.get(Name.SMask))
        seen = [image, *(mask for mask in masks if isinstance(mask, Stream))]
        return Placed(
            width=max(int(picture.get(Name.Width, 0)) for picture in seen),
            height=max(int(picture.get(Name.Height, 0)) for picture in seen),
            colour=self._pictures.has_colour(image),
            width_mm=math.hypot(matrix[0], matrix[1]) * scale,
            height_mm=math.hypot(matrix[2], matrix[3]) * scale,
            box_mm=_box(matrix, scale),
            whole=all(self._pictures.is_whole(picture) for picture in seen),
        )

    def _count_form(self, depth: int) -> None:
        self._forms += 1
        if self._forms > _MAX_FORMS or not depth:
            raise PackageError(_("its pages draw far too many forms, or forms within forms"))

    def _count_picture(self) -> None:
        if len(self.placed) >= _MAX_PLACED:
            raise PackageError(_("its pages show far too many pictures"))


def _box(matrix: _Matrix, scale: float) -> tuple[float, float, float, float]:
    """Return the box around the unit square that a picture fills, as `matrix` places it."""
    a, b, c, d, e, f = matrix
    across = [e, e + a, e + c, e + a + c]
    up = [f, f + b, f + d, f + b + d]
    return min(across) * scale, min(up) * scale, max(across) * scale, max(up) * scale


def _matrix(operands: list[Object]) -> _Matrix:
    values = [float(value) for value in operands]
    if len(values) != 6 or not all(math.isfinite(value) for value in values):
        raise PackageError(_("it places a picture in an impossible way"))
    return (values[0], values[1], values[2], values[3], values[4], values[5])


def _product(first: _Matrix, then: _Matrix) -> _Matrix:
    """Return the matrix that applies `first` and `then` after it (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _shows(operands: list[Object]) -> bool:
    """Whether the operands of a show-text operator hold any characters."""
    for item in operands:
        parts = item.as_list() if isinstance(item, Array) else [item]
        if any(isinstance(part, pikepdf.String) and bytes(part) for part in parts):
            return True
    return False
