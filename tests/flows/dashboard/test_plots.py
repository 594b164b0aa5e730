"""Where the shapes of plots stand."""

import pytest

from scanpipe.flows.dashboard.plots import Value, bars, column_plot, parts, scale_step


def value(number: float, **more: float) -> Value:
    return Value(value=number, label=str(number), title="", **more)


@pytest.mark.parametrize(("largest", "step"), [(0, 1), (4, 1), (7, 2), (40, 10), (0.11, 0.05), (680, 200), (1000, 250)])
def test_some_four_lines_of_a_scale_reach_the_largest_value(largest: float, step: float) -> None:
    assert scale_step(largest) == pytest.approx(step)


def test_columns_are_as_high_as_their_values_and_stand_on_the_base() -> None:
    plot = column_plot([value(10), value(0), value(20)], str)
    heights = [column.height for column in plot.columns]
    assert heights[0] * 2 == pytest.approx(heights[2], abs=0.2)
    assert heights[1] == 0
    assert {round(column.top + column.height, 1) for column in plot.columns} == {plot.base}
    assert plot.lines[-1].at <= min(column.top for column in plot.columns)
    assert plot.left < plot.columns[0].left < plot.columns[-1].left + plot.columns[-1].width < plot.right


def test_a_whisker_lies_within_the_plot_and_around_the_top_of_its_column() -> None:
    (column,) = column_plot([value(0.1, low=0.05, high=0.4)], str).columns
    assert column.low and column.high
    assert 0 < column.high < column.top < column.low


def test_not_every_one_of_many_columns_has_a_label() -> None:
    assert [mark.text for mark in column_plot([value(n) for n in range(20)], str).labels] == [
        "0",
        "3",
        "6",
        "9",
        "12",
        "15",
        "18",
    ]


def test_nothing_makes_an_empty_plot() -> None:
    assert column_plot([], str).columns == ()
    assert bars([]) == ()


def test_the_longest_bar_or_whisker_fills_its_room() -> None:
    first, second = bars([(1, 0.5, 4), (2, None, None)])
    assert (first.length, first.low, first.high, second.length) == (25, 12.5, 100, 50)


def test_parts_follow_each_other_and_empty_ones_are_left_out() -> None:
    assert [(part.kind, part.left, part.width) for part in parts(8, accepted=2, processed=0, captured=4)] == [
        ("accepted", 0, 25),
        ("captured", 25, 50),
    ]
    assert parts(0, accepted=0) == ()
