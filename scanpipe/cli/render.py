"""Data on standard output, everything else on standard error."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

import click
import msgspec

from scanpipe.errors import ScanpipeError
from scanpipe.messages import _


def show_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode())


def show_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under headers, numbers to the right, columns as wide as they need."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max([len(header), *(len(row[i]) for row in cells)]) for i, header in enumerate(headers)]
    right = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(headers))]
    for line in [list(headers), *cells]:
        fields = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)]
        click.echo("  ".join(fields).rstrip())


def say(text: str) -> None:
    """Tell the person something that is not data."""
    click.echo(text, err=True)


def show_error(error: ScanpipeError) -> None:
    """Print what happened and, on a line of its own, what to do."""
    click.secho(_("Error: {message}").format(message=error.message), err=True, fg="red")
    if error.remedy:
        click.echo(error.remedy, err=True)


class Progress:
    """A bar with pages a minute and the time left; plain lines where standard error is no terminal."""

    def __init__(self, total: int, bar: Any) -> None:
        self.total, self.done = total, 0
        self._bar = bar
        self._since = monotonic()

    def advance(self) -> None:
        """One more page is done."""
        self.done += 1
        self._bar.update(1, _("{rate:.1f} pages a minute").format(rate=self.rate))

    @property
    def rate(self) -> float:
        """Pages a minute since the start."""
        return 60 * self.done / max(monotonic() - self._since, 1e-3)


@contextmanager
def progress(total: int, label: str) -> Iterator[Progress]:
    """Yield a progress display of `total` pages on standard error."""
    with click.progressbar(
        length=total, label=label, file=sys.stderr, show_pos=True, show_eta=True, item_show_func=lambda text: text
    ) as bar:
        yield Progress(total, bar)
