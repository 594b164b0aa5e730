"""The newest capture as a thumbnail: only where the terminal shows real pictures, and never in the way."""

import io
import json
import os
import select
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.widget import Widget
from textual.widgets import Static

from scanpipe.console.state import KeptPage
from scanpipe.console.thumbnail import SmallPictures
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.pictures.screen import Masters
from scanpipe.flows.station import Station
from tests.console.conftest import BOOK, Desk, at_the_desk

_DETECT = """
import json, sys, time
from scanpipe.console.terminal_pictures import picture_widget
began = time.monotonic()
found = picture_widget()
seconds = time.monotonic() - began
print(json.dumps([found and found.__module__, "textual_image" in sys.modules, seconds]), file=sys.stderr)
"""


class Picture(Static):
    """Stands for a widget of textual-image."""

    image: io.BytesIO | None = None


def shown(desk: Desk) -> io.BytesIO | None:
    image: io.BytesIO | None = desk.app.screen.query_one(Picture).image
    return image


@pytest.mark.parametrize("size", [(100, 30), (120, 40)])
def test_the_newest_capture_stands_beside_the_map(opened: Station, size: tuple[int, int]) -> None:
    seen: list[bytes] = []

    async def operator(desk: Desk) -> None:
        part = desk.app.screen.query_one("#thumbnail")
        assert not part.display
        for page in ("1", "2"):
            await desk.scan("space")
            await desk.shows("strip", f"page {page}")
            await desk.until(lambda: shown(desk) and shown(desk).getvalue() not in seen)  # type: ignore[union-attr]
            seen.append(shown(desk).getvalue())  # type: ignore[union-attr]
        await desk.until(lambda: part.display and part.region.width >= 20)
        middle = desk.app.screen.query_one("#middle").region
        assert middle.contains_region(part.region)
        await desk.press("f1")
        assert not part.display
        await desk.press("f1")
        assert part.display

    at_the_desk(opened, operator, book=BOOK, size=size, picture=Picture)
    facts = [state.facts for state in book_facts(opened, BOOK).captured]
    masters = Masters(opened.folder)
    assert seen == [masters.jpeg(fact.digest, dpi=fact.dpi, width=400) for fact in facts]
    assert Image.open(io.BytesIO(seen[-1])).width <= 400


def test_a_small_terminal_has_no_room_for_it(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.scan("space")
        await desk.shows("status", "1 of 4")
        assert not desk.app.screen.query_one("#thumbnail").display
        assert shown(desk) is None

    at_the_desk(opened, operator, book=BOOK, size=(80, 24), picture=Picture)


def test_without_pictures_the_screen_has_no_part_for_them(opened: Station) -> None:
    async def operator(desk: Desk) -> None:
        await desk.scan("space")
        assert not desk.app.screen.query("#thumbnail")

    at_the_desk(opened, operator, book=BOOK)


@pytest.mark.parametrize("kind", ["SixelImage", "TGPImage"])
def test_the_widgets_of_textual_image_take_such_pictures(opened: Station, kind: str) -> None:
    widget: type[Widget] = getattr(pytest.importorskip("textual_image.widget"), kind)

    async def operator(desk: Desk) -> None:
        await desk.scan("space")
        part = desk.app.screen.query_one("#thumbnail")
        await desk.until(lambda: part.display and desk.app.screen.query_one("#picture").region.height > 3)
        await desk.scan("space")
        assert part.region.contains_region(desk.app.screen.query_one("#picture").region)

    at_the_desk(opened, operator, book=BOOK, picture=widget)


def test_of_the_pictures_that_wait_only_the_newest_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []
    begun, go_on = threading.Event(), threading.Event()

    def jpeg(_masters: object, digest: str, **_how: Any) -> bytes:
        begun.set()
        assert go_on.wait(20)
        return digest.encode()

    monkeypatch.setattr(Masters, "jpeg", jpeg)
    last = threading.Event()

    def tell(picture: bytes) -> None:
        made.append(picture)
        if picture == b"4":
            last.set()

    pictures = SmallPictures(tmp_path, tell=tell)
    pictures.make(_kept("1"))
    assert begun.wait(20)
    for digest in "234":
        pictures.make(_kept(digest))
    go_on.set()
    assert last.wait(20)
    pictures.close()
    assert made == [b"1", b"4"]


def _kept(digest: str) -> KeptPage:
    facts: dict[str, Any] = {"paper": "A4", "a4": 1.0, "dpi": 300.0, "flags": (), "capture": 1, "seconds": 0.0}
    return KeptPage(pages=(), cases=(), digest=digest, clock="", **facts)


class Answering:
    """A terminal that a program asks what it is; an empty answer is none."""

    def __init__(self, answer: bytes, *, kind: str = "xterm-256color", kitty: bytes = b"") -> None:
        self.asked = b""
        ours, theirs = os.openpty()  # both stay open: a terminal whose program has ended is read to its end
        environment = {**os.environ, "TERM": kind}
        run = subprocess.Popen(
            [sys.executable, "-c", _DETECT], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=environment
        )
        termios.tcsetwinsize(theirs, (30, 100))
        answers = {b"\x1b[c": answer, b"\x1b[16t": b"\x1b[6;20;10t", b"AAAA\x1b\\": kitty}
        ends = time.monotonic() + 60
        while run.poll() is None and time.monotonic() < ends:
            if select.select([ours], [], [], 0.02)[0]:
                asked = os.read(ours, 4096)
                self.asked += asked
                os.write(ours, b"".join(said for question, said in answers.items() if asked.endswith(question)))
        said = run.communicate(timeout=60)[1]
        os.close(ours)
        os.close(theirs)
        self.widget, self.imported, self.seconds = json.loads(said)


def _quick(answer: bytes, **how: Any) -> Answering:
    """Return a terminal that answered in time: on a busy computer the test itself is slow now and then."""
    tries = (Answering(answer, **how) for _try in range(6))
    return next(terminal for terminal in tries if terminal.widget)


def test_a_terminal_with_sixels_gets_pictures() -> None:
    pytest.importorskip("textual_image")
    terminal = _quick(b"\x1b[?62;4;22c")
    assert terminal.widget == "textual_image.widget.sixel"
    assert b"\x1b_G" not in terminal.asked


def test_kitty_gets_pictures_by_its_own_protocol() -> None:
    pytest.importorskip("textual_image")
    terminal = _quick(b"\x1b[?62;c", kind="xterm-kitty", kitty=b"\x1b_Gi=1;OK\x1b\\")
    assert terminal.widget == "textual_image.widget"


@pytest.mark.parametrize("answer", [b"", b"\x1b[?1;2c"])
def test_a_terminal_that_is_silent_or_has_no_pictures_is_asked_once_and_gets_none(answer: bytes) -> None:
    pytest.importorskip("textual_image")
    terminal = Answering(answer)
    assert (terminal.widget, terminal.imported) == (None, False)
    assert terminal.asked == b"\x1b[c"
    assert terminal.seconds < 3


@pytest.mark.parametrize("kind", ["linux", "dumb", ""])
def test_a_terminal_that_cannot_have_pictures_is_not_even_asked(kind: str) -> None:
    assert Answering(b"\x1b[?62;4c", kind=kind).asked == b""


def test_where_there_is_no_terminal_nothing_is_asked_or_imported() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _DETECT], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60
    )
    assert run.stdout == b""
    assert json.loads(run.stderr)[:2] == [None, False]
