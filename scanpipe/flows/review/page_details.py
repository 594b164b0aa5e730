"""What is drawn over one page, and what happened to it."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from scanpipe.errors import PageUnknown
from scanpipe.flows.pictures.live_page import PlacedMark, placed_marks
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.ocr.words import decode_words
from scanpipe.state.captures import capture_row
from scanpipe.state.versions import StoredVersion, version_row


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSeal:
    """A seal or signature on the processed page: shares (0-1) of its width and height; how sure it is (0-1)."""

    kind: str
    colour: str
    confidence: float
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedWord:
    """A word on the processed page, as shares (0-1) of its width and height; confidence 0-100."""

    text: str
    confidence: float
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDetails:
    """What is drawn over a processed page.

    `way` lays its scan over it, in pixels of both: a, b, c, d, e, f of the matrix that takes (x, y) of the scan to
    (ax + cy + e, bx + dy + f) of the page; None where the report does not tell.
    """

    seals: tuple[PlacedSeal, ...]
    words: tuple[PlacedWord, ...]
    way: tuple[float, ...] | None = None


class _Seal(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    colour: str
    box_px: tuple[int, int, int, int]
    confidence: float


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    """What of a report has a place on the page."""

    size_px: tuple[int, int] = (0, 0)
    seals: tuple[_Seal, ...] = ()


def capture_marks(station: Station, capture: int) -> tuple[PlacedMark, ...]:
    """Return where on a capture its flags are about something.

    Raises:
        PageUnknown: there is no such capture.
    """
    row = capture_row(station.journal, capture)
    if row is None:
        raise PageUnknown(lazy("There is no such picture."))
    return tuple(placed_marks(row))


def version_details(station: Station, version: int) -> VersionDetails:
    """Return what is drawn over a processed page.

    Raises:
        PageUnknown: there is no such version.
        BlobDamaged: its words are gone, or damaged.
    """
    row = version_row(station.journal, version)
    if row is None:
        raise PageUnknown(lazy("There is no such picture."))
    report = msgspec.json.decode(row.report, type=_Report)
    if not all(report.size_px):
        return VersionDetails(seals=(), words=())
    across, down = report.size_px
    words = decode_words(station.store.get(row.words))
    return VersionDetails(
        seals=tuple(_seals(report)),
        words=tuple(
            PlacedWord(
                text=word.text,
                confidence=word.confidence,
                **_shares((word.left, word.top, word.width, word.height), across, down),
            )
            for word in words
        ),
        way=_way(station, row),
    )


def _way(station: Station, row: StoredVersion) -> tuple[float, ...] | None:
    from scanpipe.enhance.placing import for_edges, way_of
    from scanpipe.enhance.report import Report

    capture = capture_row(station.journal, row.capture)
    try:
        report = msgspec.json.decode(row.report, type=Report)
    except msgspec.ValidationError:
        return None  # of old
    way = way_of(report, (capture.width, capture.height)) if capture else None
    return None if way is None else tuple(round(float(value), 5) for value in for_edges(way).T.flat)


def _seals(report: _Report) -> Iterator[PlacedSeal]:
    for seal in report.seals:
        left, top, right, bottom = seal.box_px
        box = _shares((left, top, right - left, bottom - top), *report.size_px)
        yield PlacedSeal(kind=seal.kind, colour=seal.colour, confidence=seal.confidence, **box)


def _shares(box: tuple[int, int, int, int], across: int, down: int) -> dict[str, float]:
    left, top, width, height = box
    names = ("left", "top", "width", "height")
    shares = (left / across, top / down, width / across, height / down)
    return {name: round(share, 5) for name, share in zip(names, shares, strict=True)}
