"""Whether the terminal shows real pictures: it is asked before the console starts, with a limit, and only once."""

import importlib.util
import logging
import os
import re
import sys
import termios
import time
import tty
from select import select
from typing import Any, Final

log = logging.getLogger(__name__)

PictureWidget = type[Any]
"""A widget of textual-image: its attribute `image` takes a stream of an image file, or None."""

_ASKED: Final = "\x1b[c"
_ANSWER: Final = re.compile(rb"\x1b\[\?([\d;]*)c")
_SIXEL: Final = b"4"
_LONGEST_S: Final = 1.0  # an answer that comes later would be taken for keys
_QUICK_S: Final = 0.08  # textual-image asks again, and waits 0.1 s
_KITTY: Final = frozenset({"xterm-kitty", "xterm-ghostty"})
_DUMB: Final = frozenset({"", "dumb", "linux"})


def picture_widget() -> PictureWidget | None:
    """Return the widget that shows pictures in this terminal by sixels or kitty's protocol; None: it shows none.

    A terminal is asked what it is, which every terminal understands. kitty's own question is for terminals that name
    themselves so: others may print it. What was typed meanwhile is lost.
    """
    terminal = os.environ.get("TERM", "")
    if terminal in _DUMB or not _at_a_terminal() or importlib.util.find_spec("textual_image") is None:
        return None
    features = _features()
    if features is None or not (_SIXEL in features or terminal in _KITTY):
        return None
    return _detected()


def _at_a_terminal() -> bool:
    streams = (sys.__stdin__, sys.__stdout__)
    return all(stream is not None and stream.isatty() for stream in streams)


def _features() -> list[bytes] | None:
    """Return the numbers by which a terminal says what it can do; None where it is silent or slow."""
    assert sys.__stdin__ and sys.__stdout__
    keyboard = sys.__stdin__.fileno()
    before = termios.tcgetattr(keyboard)
    tty.setcbreak(keyboard, termios.TCSANOW)
    try:
        sys.__stdout__.write(_ASKED)
        sys.__stdout__.flush()
        return _heard(keyboard)
    finally:
        termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)


def _heard(keyboard: int) -> list[bytes] | None:
    heard, began = b"", time.monotonic()
    while (left := began + _LONGEST_S - time.monotonic()) > 0 and select([keyboard], [], [], left)[0]:
        heard += os.read(keyboard, 256)
        if answer := _ANSWER.search(heard):
            return answer[1].split(b";") if time.monotonic() - began < _QUICK_S else None
    return None


def _detected() -> PictureWidget | None:
    """Import textual-image, which asks the terminal itself, and take what it found unless that is no real picture."""
    assert sys.__stdin__
    try:
        from textual_image.renderable import Image, SixelImage, TGPImage
        from textual_image.widget import SixelImage as SixelWidget
        from textual_image.widget import TGPImage as KittyWidget
    except Exception as error:  # the console starts whatever a terminal answers
        log.warning("no pictures in this terminal: %r", error)
        return None
    finally:
        termios.tcflush(sys.__stdin__.fileno(), termios.TCIFLUSH)  # the rest of a late answer is not keys
    found: PictureWidget | None = {SixelImage: SixelWidget, TGPImage: KittyWidget}.get(Image)
    return found
