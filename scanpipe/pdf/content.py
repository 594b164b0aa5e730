"""What a page of a PDF draws, in order, found by following its content streams and forms (ISO 32000-1, 8 and 9).

Only what matters of a scan is told apart: images and where they stand, text that is seen or not, and paths. Clips and
the boxes of forms are not looked at: what they cut away counts as drawn.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, Page, Stream

from scanpipe.messages import lazy
from scanpipe.pdf.events import (
    Event,
    ImagePlaced,
    LayerDrawn,
    NotThere,
    NotUnderstood,
    PathPainted,
    StreamRead,
    TextShown,
)
from scanpipe.pdf.streams import BeyondBounds, Budget, unpacked

MAX_IMAGES: Final = 10_000
"""The most images of a page that are followed."""

_MAX_DEPTH = 12  # of forms within forms
_MAX_FORMS = 1000
_MAX_GLYPHS = 10_000
_SHOWS_TEXT = frozenset({"Tj", "TJ", "'", '"'})
_BEGINS_PATH = frozenset({"m", "re"})  # a path begins with one of them; painting none paints nothing
_PAINTS_PATH = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"})
_FILLS_GREY_OR_RGB, _FILLS_OTHERWISE = frozenset({"g", "rg"}), frozenset({"k", "cs", "sc", "scn"})
_CHANGES_STATE = frozenset({"cm", "gs", "Tr", "Tf"}) | _FILLS_GREY_OR_RGB | _FILLS_OTHERWISE
_OTHERS = frozenset({"q", "Q", "BDC", "Do", "n", "sh", "BI", "ID", "EI"})
_OPERATORS = " ".join(sorted(_OTHERS | _SHOWS_TEXT | _BEGINS_PATH | _PAINTS_PATH | _CHANGES_STATE))
_UNPAINTED = frozenset({3, 7})  # modes in which text is not painted (9.3.6)
_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The graphics state. `glyphs`: whether those of a Type 3 font paint, which heeds no mode (9.3.6); None: others."""

    matrix: Matrix
    text_mode: int = 0
    black: bool = True
    glyphs: bool | None = None

    @property
    def paints_text(self) -> bool:
        return self.text_mode not in _UNPAINTED if self.glyphs is None else self.glyphs


def follow_page(page: Page, budget: Budget | None = None) -> Iterator[Event]:
    """Yield what a page draws.

    Args:
        page: of an open PDF.
        budget: bytes of content that may be unpacked; without one there is no such bound, and all filters are read.

    Raises:
        BeyondBounds: more content, forms or images than a scan has, or forms within forms.
        pikepdf.PdfError: content that cannot be parsed.
        zlib.error: content that cannot be unpacked.
    """
    yield from _Follower(budget).page(page)


def masks_of(image: Stream) -> list[Stream]:
    """Return the images through which an image is seen (8.9.6)."""
    return [mask for mask in (image.get(Name.Mask), image.get(Name.SMask)) if isinstance(mask, Stream)]


class _Follower:
    """Follows one page; counts what it meets, and knows the Type 3 fonts that it met."""

    def __init__(self, budget: Budget | None) -> None:
        self._budget = budget
        self._forms = self._images = self._glyphs = 0
        self._fonts: dict[tuple[int, int], bool] = {}

    def page(self, page: Page) -> Iterator[Event]:
        contents = page.obj.get(Name.Contents)
        parts = contents.as_list() if isinstance(contents, Array) else [contents]
        streams = [part for part in parts if isinstance(part, Stream)]
        yield from (StreamRead(stream=stream) for stream in streams)
        content: Page | Stream | bytes = page
        if self._budget is not None:
            content = b"\n".join(unpacked(stream, self._budget) for stream in streams)
        yield from self._follow(content, page.resources, _State(matrix=Matrix()), _MAX_DEPTH)

    def _follow(self, content: Any, resources: Any, state: _State, depth: int) -> Iterator[Event]:
        saved, path = list[_State](), False
        for instruction in _instructions(content):
            name, operands = str(instruction.operator), list(instruction.operands)
            try:
                if name == "q":
                    saved.append(state)
                elif name == "Q":
                    state = saved.pop() if saved else state
                elif name in _CHANGES_STATE:
                    state = self._changed(name, operands, resources, state, depth)
                elif name == "sh" or (path and name in _PAINTS_PATH):
                    yield PathPainted()
                else:
                    yield from self._shown(instruction, operands, resources, state, depth)
            except _MALFORMED as error:
                yield NotUnderstood(error=error)
            path = name in _BEGINS_PATH or (path and name != "n" and name not in _PAINTS_PATH)

    def _shown(
        self, instruction: Any, operands: list[Any], resources: Any, state: _State, depth: int
    ) -> Iterator[Event]:
        """Show text, or what stands under a name or in the content itself."""
        name = str(instruction.operator)
        if name == "Do":
            named = resources.get(Name.XObject, Dictionary()).get(str(operands[0]))
            yield from self._draw(named, resources, state, depth)
        elif isinstance(instruction, pikepdf.ContentStreamInlineImage):
            yield self._placed(instruction.iimage.width, instruction.iimage.height, None, state)
        elif name in _SHOWS_TEXT and _has_characters(operands):
            yield TextShown(visible=state.paints_text)
        elif name == "BDC" and operands[0] == Name.OC:
            properties = resources.get(Name.Properties, Dictionary())
            yield _layer(properties.get(str(operands[1])) if isinstance(operands[1], Name) else operands[1])

    def _draw(self, item: Any, resources: Any, state: _State, depth: int) -> Iterator[Event]:
        """Draw an image or a form; a stream that is neither draws nothing."""
        if not isinstance(item, Stream):
            yield NotThere()
            return
        if Name.OC in item:
            yield _layer(item.get(Name.OC))
        if item.get(Name.Subtype) == Name.Image:
            yield self._placed(int(item.get(Name.Width, 0)), int(item.get(Name.Height, 0)), item, state)
        elif item.get(Name.Subtype) == Name.Form:
            self._forms += 1
            if self._forms > _MAX_FORMS or not depth:
                raise BeyondBounds(lazy("its pages use too many forms, or nested forms"))
            yield StreamRead(stream=item)
            own = item.get(Name.Matrix)
            within = state if own is None else replace(state, matrix=_matrix(own.as_list()) @ state.matrix)
            yield from self._follow(self._content(item), item.get(Name.Resources, resources), within, depth - 1)

    def _placed(self, width: int, height: int, stream: Stream | None, state: _State) -> ImagePlaced:
        self._images += 1
        if self._images > MAX_IMAGES:
            raise BeyondBounds(lazy("its pages show too many pictures"))
        return ImagePlaced(width=width, height=height, matrix=state.matrix, stream=stream, black=state.black)

    def _content(self, stream: Stream) -> Stream | bytes:
        return stream if self._budget is None else unpacked(stream, self._budget)

    def _changed(self, name: str, operands: list[Any], resources: Any, state: _State, depth: int) -> _State:
        """Return the graphics state after an operator that changes it."""
        if name == "cm":
            return replace(state, matrix=_matrix(operands) @ state.matrix)
        if name == "Tr":
            return replace(state, text_mode=int(operands[0]))
        if name == "Tf":
            font = resources.get(Name.Font, Dictionary()).get(str(operands[0]))
            return replace(state, glyphs=self._glyphs_paint(font, resources, depth))
        if name == "gs":
            font = resources.get(Name.ExtGState, Dictionary()).get(str(operands[0]), Dictionary()).get(Name.Font)
            return state if font is None else replace(state, glyphs=self._glyphs_paint(font[0], resources, depth))
        return replace(state, black=name in _FILLS_GREY_OR_RGB and not any(float(number) for number in operands))

    def _glyphs_paint(self, font: Any, resources: Any, depth: int) -> bool | None:
        """Return whether any glyph of a Type 3 font paints (9.6.5); None for other fonts."""
        if not isinstance(font, Dictionary) or font.get(Name.Subtype) != Name.Type3:
            return None
        if not font.is_indirect or not depth:
            return True
        if font.objgen not in self._fonts:
            self._fonts[font.objgen] = True  # for a glyph that is written in its own font
            seen = any(map(_is_seen, self._glyph_events(font, resources, depth)))
            self._fonts[font.objgen] = seen
        return self._fonts[font.objgen]

    def _glyph_events(self, font: Any, resources: Any, depth: int) -> Iterator[Event]:
        start = _State(matrix=Matrix())
        for _name, glyph in font.get(Name.CharProcs, Dictionary()).items():
            self._glyphs += 1
            if self._glyphs > _MAX_GLYPHS:
                raise BeyondBounds(lazy("its pages use too many forms, or nested forms"))
            if isinstance(glyph, Stream):
                yield from self._follow(self._content(glyph), font.get(Name.Resources, resources), start, depth - 1)


def _instructions(content: Page | Stream | bytes) -> Iterable[Any]:
    """Yield the instructions that matter here; all is parsed before the first is given."""
    if not isinstance(content, bytes):
        yield from pikepdf.parse_content_stream(content, _OPERATORS)
        return
    with pikepdf.new() as scratch:
        yield from pikepdf.parse_content_stream(Stream(scratch, content), _OPERATORS)


def _layer(layer: Any) -> LayerDrawn:
    return LayerDrawn(plain=isinstance(layer, Dictionary) and layer.get(Name.Type) == Name.OCG)


def _is_seen(event: Event) -> bool:
    if isinstance(event, TextShown):
        return event.visible
    return isinstance(event, (ImagePlaced, PathPainted, NotUnderstood))


def _matrix(operands: Iterable[Any]) -> Matrix:
    values = [float(value) for value in operands]
    if len(values) != 6 or not all(math.isfinite(value) for value in values):
        raise BeyondBounds(lazy("it has a picture at an impossible position"))
    return Matrix(*values)


def _has_characters(operands: list[Any]) -> bool:
    """Whether the operands of an operator that shows text hold any characters."""
    parts = [part for item in operands for part in (item.as_list() if isinstance(item, Array) else [item])]
    return any(isinstance(part, pikepdf.String) and bytes(part) for part in parts)
