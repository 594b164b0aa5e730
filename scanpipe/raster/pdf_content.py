"""What a page of a PDF shows, as far as its scan may be taken out of it: which images, and whether there is more."""

from dataclasses import dataclass, field
from typing import assert_never

import pikepdf

from scanpipe.pdf.content import follow_page, masks_of
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
from scanpipe.pdf.streams import BeyondBounds

_QUIET_ANNOTATIONS = frozenset(("/Link", "/Popup"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """The images of a page, and the streams that were read.

    `more` tells whether text, lines, annotations or anything else is seen, `lost` whether something that it names is
    not there.
    """

    images: tuple[ImagePlaced, ...]
    more: bool
    lost: bool
    streams: tuple[pikepdf.Stream, ...]


@dataclass(slots=True, kw_only=True)
class _Seen:
    more: bool
    lost: bool = False
    images: list[ImagePlaced] = field(default_factory=list)
    streams: dict[tuple[int, int], pikepdf.Stream] = field(default_factory=dict)

    def add(self, event: Event, *, layers_hidden: bool) -> None:
        match event:
            case ImagePlaced():
                self._add_image(event)
            case StreamRead(stream=stream):
                self._add_stream(stream)
            case TextShown(visible=visible):
                self.more = self.more or visible
            case LayerDrawn(plain=plain):
                self.more = self.more or layers_hidden or not plain
            case PathPainted() | NotUnderstood():
                self.more = True
            case NotThere():
                self.lost = True
            case _:
                assert_never(event)

    def _add_image(self, image: ImagePlaced) -> None:
        for stream in [] if image.stream is None else [image.stream, *masks_of(image.stream)]:
            self._add_stream(stream)
        if image.width > 0 and image.height > 0:
            self.images.append(image)
        else:
            self.more = True

    def _add_stream(self, stream: pikepdf.Stream) -> None:
        self.streams.setdefault(stream.objgen if any(stream.objgen) else (-1, len(self.streams)), stream)


def page_content(page: pikepdf.Page, *, layers_hidden: bool = False) -> PageContent:
    """Follow a page; what is not understood, or too much of, counts as something else that is seen.

    Args:
        page: of an open PDF.
        layers_hidden: whether a layer of the document may be hidden; then what belongs to one counts as more, too.
    """
    seen = _Seen(more=any(note.get("/Subtype") not in _QUIET_ANNOTATIONS for note in page.obj.get("/Annots", ())))
    try:
        for event in follow_page(page):
            seen.add(event, layers_hidden=layers_hidden)
    except BeyondBounds:
        seen.more = True
    return PageContent(images=tuple(seen.images), more=seen.more, lost=seen.lost, streams=tuple(seen.streams.values()))
