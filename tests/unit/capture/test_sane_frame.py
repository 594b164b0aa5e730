import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.capture.sane_frame import Frame, check_readable, page_rows
from scanpipe.capture.sane_protocol import Fault


def frame(**changes: object) -> Frame:
    usual: dict[str, object] = {
        "layout": "gray", "last": True, "width": 10, "lines": 4, "depth": 8, "bytes_per_line": 10,
    }  # fmt: skip
    return Frame(**{**usual, **changes})  # type: ignore[arg-type]


def snapped(stream: bytes, row: int) -> tuple[bytes, int]:
    """What python-sane's snap makes of a stream: whole rows of `row` bytes, the tail dropped."""
    height = len(stream) // row
    return stream[: height * row], height


@settings(deadline=None, derandomize=True)
@given(
    width=st.integers(1, 40),
    lines=st.integers(1, 30),
    padding=st.integers(0, 60),
    colour=st.booleans(),
    known=st.booleans(),
)
def test_rows_come_back_exact_whatever_the_padding(width: int, lines: int, padding: int, colour: bool, known: bool):
    row = width * (3 if colour else 1)
    truth = [bytes((y * 31 + x * 7) % 251 for x in range(row)) for y in range(lines)]
    announced = frame(
        layout="color" if colour else "gray",
        width=width,
        lines=lines if known else -1,
        bytes_per_line=row + padding,
    )
    check_readable(announced, depth=8)
    data, height = snapped(b"".join(line + b"\xee" * padding for line in truth), row)
    got = b"".join(page_rows(announced, data, height=height))
    # Rows that are nothing but padding can only come where the number of lines is not known.
    kept = len(got) // row
    assert got == b"".join(truth)[: len(got)]
    assert lines - 1 <= kept <= lines


@settings(deadline=None, derandomize=True)
@given(lines=st.integers(2, 30), missing=st.integers(1, 5), padding=st.integers(0, 9))
def test_missing_rows_are_never_a_page(lines: int, missing: int, padding: int):
    announced = frame(lines=lines, bytes_per_line=10 + padding)
    data, height = snapped(b"\x01" * (10 + padding) * max(0, lines - missing), 10)
    with pytest.raises(Fault) as caught:
        page_rows(announced, data, height=height)
    assert caught.value.failed.fault == "incomplete"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"depth": 16, "bytes_per_line": 20}, "refused"),
        ({"layout": "red", "last": False}, "refused"),
        ({"last": False}, "refused"),
        ({"layout": "unknown format"}, "refused"),
        ({"bytes_per_line": 9}, "incomplete"),
        ({"width": 0, "bytes_per_line": 0}, "incomplete"),
        ({"width": 70_000, "lines": 70_000, "bytes_per_line": 70_000}, "refused"),
    ],
)
def test_what_snap_cannot_read_soundly_is_refused_before_it_is_tried(changes: dict[str, object], fault: str):
    with pytest.raises(Fault) as caught:
        check_readable(frame(**changes), depth=8)
    assert caught.value.failed.fault == fault


def test_more_rows_than_announced_are_no_page():
    with pytest.raises(Fault):
        page_rows(frame(), b"\x00" * 50, height=5)


def test_a_page_without_rows_is_no_page():
    with pytest.raises(Fault):
        page_rows(frame(lines=-1), b"", height=0)
