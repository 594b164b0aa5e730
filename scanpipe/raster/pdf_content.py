"""What a page of a PDF shows: which images, how large, in which place, and whether there is anything else."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import pikepdf

_DEEPEST_FORM = 4
_MOST_IMAGES = 10_000
_INVISIBLE_TEXT = 3
_SHOWS_TEXT = frozenset(("Tj", "TJ", "'", '"'))
_PAINTS = frozenset(("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh"))
_FILL_COLOURS = frozenset(("k", "cs", "sc", "scn"))
_QUIET_ANNOTATIONS = frozenset(("/Link", "/Popup"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedImage:
    """An image and the matrix that places its unit square on the page, in points; an inline image has no stream.

    `black` tells whether an image mask is painted in black there.
    """

    width: int
    height: int
    matrix: pikepdf.Matrix
    stream: pikepdf.Stream | None
    black: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """The images of a page, and the streams that were read.

    `more` tells whether text, lines, annotations or anything else is seen, `lost` whether something that it names is
    not there.
    """

    images: tuple[PlacedImage, ...]
    more: bool
    lost: bool
    streams: tuple[pikepdf.Stream, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    matrix: pikepdf.Matrix
    text_mode: int = 0
    black: bool = True


@dataclass(slots=True)
class _Seen:
    more: bool = False
    lost: bool = False
    streams: dict[tuple[int, int], pikepdf.Stream] = field(default_factory=dict)

    def add(self, stream: pikepdf.Stream) -> None:
        self.streams.setdefault(stream.objgen if any(stream.objgen) else (-1, len(self.streams)), stream)


def page_content(page: pikepdf.Page) -> PageContent:
    """Read a page's content streams and forms; what is not understood counts as something else that is seen."""
    seen = _Seen(more=any(note.get("/Subtype") not in _QUIET_ANNOTATIONS for note in page.obj.get("/Annots", ())))
    contents: Any = page.obj.get("/Contents", ())
    for stream in [contents] if isinstance(contents, pikepdf.Stream) else contents:
        seen.add(stream)
    start = _State(matrix=pikepdf.Matrix())
    images = tuple(islice(_images(page, page.resources, start, seen, depth=0), _MOST_IMAGES))
    return PageContent(images=images, more=seen.more, lost=seen.lost, streams=tuple(seen.streams.values()))


def _images(content: Any, resources: Any, state: _State, seen: _Seen, *, depth: int) -> Iterator[PlacedImage]:
    base, saved = state, list[_State]()
    for instruction in pikepdf.parse_content_stream(content):
        name = str(instruction.operator)
        try:
            if name == "q":
                saved.append(state)
            elif name == "Q":
                state = saved.pop() if saved else base
            elif name == "Do":
                named = resources.get("/XObject", {}).get(str(instruction.operands[0]))
                yield from _shown(named, resources, state, seen, depth=depth)
            elif isinstance(instruction, pikepdf.ContentStreamInlineImage):
                image = instruction.iimage
                yield _placed(image.width, image.height, state, None)
            else:
                state = _after(name, instruction.operands, state)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            seen.more = True
        seen.more = seen.more or name in _PAINTS or (name in _SHOWS_TEXT and state.text_mode != _INVISIBLE_TEXT)


def _after(name: str, operands: Any, state: _State) -> _State:
    """Return the graphics state after an operator that changes it."""
    if name == "cm":
        return replace(state, matrix=pikepdf.Matrix(*(float(number) for number in operands)) @ state.matrix)
    if name == "Tr":
        return replace(state, text_mode=int(operands[0]))
    if name in ("g", "rg"):
        return replace(state, black=not any(float(number) for number in operands))
    return replace(state, black=False) if name in _FILL_COLOURS else state


def _shown(shown: Any, resources: Any, state: _State, seen: _Seen, *, depth: int) -> Iterator[PlacedImage]:
    if not isinstance(shown, pikepdf.Stream):
        seen.lost = True
    elif shown.Subtype == "/Image":
        seen.add(shown)
        for mask in (shown.get("/SMask"), shown.get("/Mask")):
            if isinstance(mask, pikepdf.Stream):
                seen.add(mask)
        yield _placed(int(shown.Width), int(shown.Height), state, shown)
    elif shown.Subtype != "/Form" or depth >= _DEEPEST_FORM:
        seen.more = True
    else:
        seen.add(shown)
        own = pikepdf.Matrix(*(float(number) for number in shown.get("/Matrix", (1, 0, 0, 1, 0, 0))))
        within = replace(state, matrix=own @ state.matrix)
        yield from _images(shown, shown.get("/Resources", resources), within, seen, depth=depth + 1)


def _placed(width: int, height: int, state: _State, stream: pikepdf.Stream | None) -> PlacedImage:
    return PlacedImage(width=width, height=height, matrix=state.matrix, stream=stream, black=state.black)
