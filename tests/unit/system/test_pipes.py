"""Lines out of a child's pipe: each once, whole, in order; what ends the waiting has a name."""

import os

import pytest

from scanpipe.system.pipes import Lines, TimedOut
from scanpipe.system.timeouts import TimeLimit


def test_lines_come_one_by_one_however_they_were_written() -> None:
    ours, theirs = os.pipe()
    lines = Lines(ours)
    os.write(theirs, b"one\ntwo\nth")
    assert [lines.take(TimeLimit(5)), lines.take(TimeLimit(5))] == [b"one", b"two"]
    with pytest.raises(TimedOut) as raised:
        lines.take(TimeLimit(60), soon := TimeLimit(0.05))
    assert raised.value.limit is soon
    os.write(theirs, b"ree\n")
    assert lines.take(TimeLimit(5)) == b"three"
    os.close(theirs)
    with pytest.raises(EOFError):
        lines.take(TimeLimit(5))
    os.close(ours)


def test_a_line_has_a_bound() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"x" * 3000)
    with pytest.raises(OverflowError):
        Lines(ours).take(TimeLimit(5), most=1000)
    os.close(theirs)
    os.close(ours)
