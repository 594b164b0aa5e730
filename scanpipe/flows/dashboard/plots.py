"""Plots as shapes: where columns, bars and their whiskers stand. Templates draw them, in words of their own.

A number is shown beside each bar; columns have a table beside them. So nobody needs the shapes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 8, 10, 24
_STEPS = (1, 2, 2.5, 5, 10)
_LINES = 4
_WIDEST = 40.0
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a column stands for: its height, the interval around it, its label, and what a pointer over it is told."""

    value: float
    label: str
    title: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column in units of the drawing; `low` and `high` are the ends of its whisker, if it has one."""

    left: float
    width: float
    top: float
    height: float
    title: str
    low: float | None
    high: float | None

    @property
    def middle(self) -> float:
        """Where its middle is, from the left."""
        return self.left + self.width / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A line of the scale, or a label below the columns: where it stands, and its text."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlot:
    """Columns over a scale, within WIDTH x HEIGHT; `left` to `right` are its sides, `base` is where they stand."""

    columns: tuple[Column, ...]
    lines: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    base: float = HEIGHT - _BOTTOM


def column_plot(values: Sequence[Value], text: Callable[[float], str]) -> ColumnPlot:
    """Return a plot of values in their order; `text` puts numbers of the scale into words."""
    largest = max((value.high or value.value for value in values), default=0.0)
    step = scale_step(largest)
    top = step * max(1, ceil(largest / step - 1e-9))
    base, height = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP

    def down(value: float) -> float:
        return round(base - height * value / top, 1)

    room = (WIDTH - _LEFT - _RIGHT) / max(1, len(values))
    width = round(min(_WIDEST, room * 0.7), 1)
    columns = tuple(
        Column(
            left=round(_LEFT + room * (place + 0.5) - width / 2, 1),
            width=width,
            top=down(value.value),
            height=round(base - down(value.value), 1),
            title=value.title,
            low=None if value.low is None else down(value.low),
            high=None if value.high is None else down(value.high),
        )
        for place, value in enumerate(values)
    )
    every = max(1, -(-len(values) // _MOST_LABELS))
    return ColumnPlot(
        columns=columns,
        lines=tuple(Mark(at=down(step * n), text=text(step * n)) for n in range(round(top / step) + 1)),
        labels=tuple(
            Mark(at=column.middle, text=value.label)
            for column, value in list(zip(columns, values, strict=True))[::every]
        ),
    )


def scale_step(largest: float) -> float:
    """Return the distance of the lines of a scale, so that some four of them reach the largest value."""
    if largest <= 0:
        return 1.0
    least = largest / _LINES
    power = 10.0 ** floor(log10(least))
    return next(power * step for step in _STEPS if power * step >= least * (1 - 1e-9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar in hundredths of the longest; `low` and `high` are the ends of its whisker, if it has one."""

    length: float
    low: float | None = None
    high: float | None = None


def bars(values: Sequence[tuple[float, float | None, float | None]]) -> tuple[Bar, ...]:
    """Return bars of values with their intervals, so that the longest fills its room."""
    largest = max((high or value for value, _low, high in values), default=0.0) or 1.0

    def share(value: float | None) -> float | None:
        return None if value is None else round(100 * value / largest, 1)

    return tuple(
        Bar(length=round(100 * value / largest, 1), low=share(low), high=share(high)) for value, low, high in values
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a bar that is divided, in hundredths of it."""

    kind: str
    left: float
    width: float


def parts(total: int, **counts: int) -> tuple[Part, ...]:
    """Return the parts of a whole, one after the other; what they leave is left."""
    found, left = [], 0.0
    for kind, count in counts.items():
        width = 100 * count / total if total else 0.0
        if count > 0:
            found.append(Part(kind=kind, left=round(left, 2), width=round(width, 2)))
        left += width
    return tuple(found)
