"""What the importing process and its decoding child say to each other: one JSON object a line."""

import msgspec

from scanpipe.capture.checks import CaptureChecks
from scanpipe.raster.files import Reading


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Parent to child: decode page `index` of the file `path` and write its master to `target`.

    Both are as the file system has them, for a name may be no text. Without a target the pages are only counted.
    """

    path: bytes
    index: int
    target: bytes
    reading: Reading = Reading()


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Child to parent, once: it waits for work."""


class Decoded(msgspec.Struct, frozen=True, kw_only=True, tag="decoded"):
    """The master is written; the file holds `count` pages."""

    count: int
    width: int
    height: int
    dpi: float
    dpi_assumed: bool
    checks: CaptureChecks


class Counted(msgspec.Struct, frozen=True, kw_only=True, tag="counted"):
    """The file holds `count` pages; none was decoded."""

    count: int


class Bad(msgspec.Struct, frozen=True, kw_only=True, tag="bad"):
    """The page cannot be read; `count` is 0 where not even the file could be opened.

    `damaged` tells whether something of it may be had nevertheless.
    """

    count: int
    reason: str
    damaged: bool = False


class SpoolFailed(msgspec.Struct, frozen=True, kw_only=True, tag="spool_failed"):
    """The page could not be handed over, because the disk is `full` or fails; words for the operator."""

    full: bool
    message: str
    remedy: str


Answer = Ready | Decoded | Counted | Bad | SpoolFailed

_wanted: msgspec.json.Decoder[Wanted] = msgspec.json.Decoder(Wanted)
_answer: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)

decode_wanted = _wanted.decode
decode_answer = _answer.decode
encode = msgspec.json.Encoder().encode
