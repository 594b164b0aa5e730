"""Data on standard output, everything else on standard error."""

import json
import logging
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from threading import Event, Thread
from time import monotonic
from typing import Any

import click
import msgspec

from scanpipe.errors import ScanpipeError
from scanpipe.messages import _
from scanpipe.system.printable import escaped, printable

PULSE_S = 30.0
"""How often a log is told that work goes on."""


def show_json(value: Any, *, line: bool = False) -> None:
    """Print one JSON document, or a line of many; names that are no UTF-8 keep their bytes as lone surrogates."""
    plain = msgspec.to_builtins(value, enc_hook=str, str_keys=True)
    click.echo(escaped(json.dumps(plain, ensure_ascii=False, indent=None if line else 2)))


def tell(text: str, *, lines: bool = False) -> None:
    """Print data: one line, or with `lines` as many as the text has."""
    click.echo(printable(text, lines=lines))


def show_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under headers, numbers to the right, columns as wide as they need."""
    cells = [[printable(str(cell)) for cell in row] for row in rows]
    widths = [max([len(header), *(len(row[i]) for row in cells)]) for i, header in enumerate(headers)]
    right = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(headers))]
    lines = []
    for line in [list(headers), *cells]:
        fields = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)]
        lines.append("  ".join(fields).rstrip())
    click.echo("\n".join(lines))


@dataclass(slots=True)
class _Said:
    """When something was last said, by the clock that never goes back."""

    at: float = 0.0


_last_said = _Said()


def say(text: str, *, lines: bool = False) -> None:
    """Tell the person something that is not data: one line, or with `lines` as many as the text has."""
    click.echo(printable(text, lines=lines), err=True)
    _last_said.at = monotonic()


def show_error(error: ScanpipeError) -> None:
    """Print what happened and, on a line of its own, what to do."""
    message = printable(_("Error: {message}").format(message=error.text), lines=True)
    click.secho(message, err=True, fg="red")
    if error.remedy:
        click.echo(printable(str(error.remedy), lines=True), err=True)


def show_usage(error: click.ClickException) -> None:
    """Print what click has against the words of a command."""
    shown = StringIO()
    error.show(shown)
    click.echo(printable(shown.getvalue(), lines=True), err=True, nl=False)


class LogFormat(logging.Formatter):
    """Log records, in which nothing hides or moves."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        return printable(super().format(record), lines=True)


@contextmanager
def pulse(line: Callable[[], str]) -> Iterator[None]:
    """Say `line()` every half a minute within the block, so that a log shows that work goes on.

    A terminal needs no such lines, and none is said where something else was just told. The line is made in a thread of
    its own while papers may be in the making in another language: it puts nothing into words itself.
    """
    if sys.stderr.isatty():
        yield
        return
    ended = Event()
    thread = Thread(target=_beat, args=(line, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(line: Callable[[], str], ended: Event) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # signals are for the thread that works
    while not ended.wait(PULSE_S):
        if monotonic() - _last_said.at >= PULSE_S:
            say(line())


class Progress:
    """Pages done so far; `doing` is what else is under way, as a phrase to follow them."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.doing = total, 0, ""
        self._since = monotonic()

    def advance(self) -> None:
        """One more page is done."""
        self.done += 1

    @property
    def rate(self) -> float:
        """Pages a minute since the start."""
        return 60 * self.done / max(monotonic() - self._since, 1e-3)


@contextmanager
def progress(total: int, label: str, *, rated: str = "") -> Iterator[Progress]:
    """Yield a progress display of `total` things: a bar with rate and time left, or a line now and then in a log.

    Args:
        total: how many.
        label: what they are.
        rated: the words of their rate; pages by default.
    """
    rated = rated or _("{rate:.1f} pages a minute")
    line = _("{label}: {done} of {total}, {rated}{doing}").replace("{rated}", rated)
    if not sys.stderr.isatty():
        shown = Progress(total)
        with pulse(lambda: line.format(label=label, done=shown.done, total=total, rate=shown.rate, doing=shown.doing)):
            yield shown
        return
    with click.progressbar(
        length=total, label=label, file=sys.stderr, show_pos=True, show_eta=True, item_show_func=lambda text: text
    ) as bar:
        yield _Bar(total, lambda rate: bar.update(1, rated.format(rate=rate)))


class _Bar(Progress):
    """Progress that moves a bar."""

    def __init__(self, total: int, move: Callable[[float], None]) -> None:
        super().__init__(total)
        self._move = move

    def advance(self) -> None:
        super().advance()
        self._move(self.rate)
