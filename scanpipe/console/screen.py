"""What all screens have: the banner of a practice station on top, and errors shown in words."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from scanpipe.errors import ScanpipeError
from scanpipe.flows.station import Station
from scanpipe.messages import _
from scanpipe.state.connection import sqlite_errors_named
from scanpipe.system.fsio import of_the_station

if TYPE_CHECKING:
    from scanpipe.console.app import ConsoleApp


class ConsoleScreen(Screen[None]):
    """A screen of the console."""

    @property
    def console(self) -> "ConsoleApp":
        """The application."""
        return cast("ConsoleApp", self.app)

    def banner(self) -> Iterator[Widget]:
        """Yield the banner of a practice station."""
        if self.console.station.settings.practice:
            text = _("PRACTICE - nothing here is real, nothing is delivered")
            yield Static(Text(text), classes="practice")


@contextmanager
def errors_named(station: Station) -> Iterator[None]:
    """Turn what the journal and the disk say into errors that a screen shows: the console goes on.

    Raises:
        StateError: one of its kinds: the disk is full or fails, the journal is damaged or locked for too long.
    """
    try:
        with sqlite_errors_named(station.journal.path):
            yield
    except OSError as error:
        raise of_the_station(error) from error


def error_text(error: ScanpipeError) -> Text:
    """Return what went wrong and what to do."""
    text = Text().append(f" {error.text} ", style="bold white on red")
    return text.append(f"\n {error.remedy}", style="bold") if error.remedy else text


def clicked(style: str, action: str) -> Style:
    """Return a style of text that does an action of Textual when it is clicked; "" does nothing."""
    return Style.parse(style) + Style(meta={"@click": action} if action else None)


def key_line(pairs: Sequence[tuple[str, str]], *, width: int, names: Mapping[str, str]) -> Text:
    """Return keys with what they do, in lines of that width; a key stands in one line with its name.

    Args:
        pairs: keys, as they are written on keyboards, and what they do.
        width: how many cells a line has.
        names: what Textual calls the keys that may be clicked.
    """
    text, used = Text(), 0
    for key, name in pairs:
        click = f"app.simulate_key({names[key]!r})" if key in names else ""
        needed = cell_len(key) + cell_len(name) + 4
        if used and used + needed > width:
            text.append("\n")
            used = 0
        text.append(f" {key} ", style=clicked("bold reverse", click)).append(f" {name} ", style=clicked("", click))
        used += needed
    return text
