"""Ruled tables of a birth register: two cases side by side on A4, or one case a line across an open spread."""

from collections.abc import Sequence

import numpy as np

from samples import hands, seals
from samples.canvas import Canvas
from samples.forms import SEAL_BOTTOM, SEAL_TOP, VOLUME, Office
from samples.hands import Hand
from samples.people import Birth

_ITEMS = (
    ("Số", 9.0),
    ("Ngày đăng ký", 10.0),
    ("Họ và tên", 17.0),
    ("Giới tính", 9.0),
    ("Ngày, tháng, năm sinh", 10.0),
    ("Nơi sinh", 17.0),
    ("Dân tộc", 9.0),
    ("Quốc tịch", 9.0),
    ("Quê quán", 17.0),
    ("Họ và tên mẹ", 16.0),
    ("Năm sinh, dân tộc", 9.0),
    ("Họ và tên cha", 16.0),
    ("Năm sinh, dân tộc", 9.0),
    ("Nơi thường trú", 25.0),
    ("Người đi khai sinh", 16.0),
    ("Quan hệ với trẻ", 9.0),
)
_COLUMNS = (
    ("Số", 15.0),
    ("Ngày đăng ký", 25.0),
    ("Họ và tên", 40.0),
    ("Giới tính", 15.0),
    ("Ngày, tháng, năm sinh", 26.0),
    ("Nơi sinh", 36.0),
    ("Dân tộc, quốc tịch", 24.0),
    ("Họ và tên cha", 32.0),
    ("Họ và tên mẹ", 32.0),
    ("Nơi thường trú", 38.0),
    ("Người đi khai sinh", 33.0),
    ("Người ký", 34.0),
    ("Ghi chú", 22.0),
)
_GUTTER_AFTER = 6
_LABEL_MM, _CASE_MM = 36.0, 70.0


def _values(case: Birth) -> tuple[str, ...]:
    return (
        f"{case.number}/{case.registered.year}",
        f"{case.registered:%d/%m/%Y}",
        case.child,
        "Nữ" if case.girl else "Nam",
        f"{case.born:%d/%m/%Y}",
        case.birthplace,
        case.people,
        "Việt Nam",
        case.origin,
        case.mother.name,
        f"{case.mother.born}, {case.mother.people}",
        case.father.name,
        f"{case.father.born}, {case.father.people}",
        case.father.home,
        case.applicant,
        "Mẹ đẻ" if case.applicant_is_mother else "Cha đẻ",
    )


def cell(
    canvas: Canvas, text: str, box: tuple[float, float, float, float], office: Office, rng: np.random.Generator
) -> None:
    """Write `text` by hand into the cell `box` (x, y, width, height in mm), on as many lines as it takes."""
    x, y, width, height = box
    broken = hands.wrap(office.hand, text, width - 3, canvas.dpi)
    pitch = min(7.5, (height - 2) / len(broken))
    first = y + height / 2 + 1.6 - pitch * (len(broken) - 1) / 2
    for step, line in enumerate(broken):
        indent = float(rng.uniform(1.2, 2.5))
        hands.write(canvas, line, x + indent, first + pitch * step, office.hand, rng, room_mm=width - indent - 1)


def table(canvas: Canvas, cases: Sequence[Birth], office: Office, rng: np.random.Generator, *, page_stamp: str) -> None:
    """Draw two cases side by side on an A4 page."""
    seals.number(canvas, page_stamp, 180, 14, rng)
    canvas.write("SỔ ĐĂNG KÝ KHAI SINH", 105, 19, 14, font="serif-bold", anchor="middle")
    canvas.write(f"Quyển số {VOLUME}", 105, 25, 10.5, font="serif-italic", anchor="middle")
    left, top = 18.0, 29.0
    values = [_values(case) for case in cases]
    y = top
    for number, (label, height) in enumerate(_ITEMS):
        canvas.rule(left, y, left + _LABEL_MM + 2 * _CASE_MM, y)
        _printed(canvas, label, (left, y, _LABEL_MM, height))
        for column, case in enumerate(values):
            cell(canvas, case[number], (left + _LABEL_MM + _CASE_MM * column, y, _CASE_MM, height), office, rng)
        y += height
    bottom = y + 41
    for ruled in (y, bottom):
        canvas.rule(left, ruled, left + _LABEL_MM + 2 * _CASE_MM, ruled)
    for x in (left, left + _LABEL_MM, left + _LABEL_MM + _CASE_MM, left + _LABEL_MM + 2 * _CASE_MM):
        canvas.rule(x, top, x, bottom)
    _printed(canvas, "Người ký, chức vụ", (left, y, _LABEL_MM, 41))
    for column in range(len(cases)):
        _signed(canvas, left + _LABEL_MM + _CASE_MM * column, y, office, rng)


def _signed(canvas: Canvas, x: float, y: float, office: Office, rng: np.random.Generator) -> None:
    canvas.write(office.signer_title, x + _CASE_MM / 2, y + 5, 9.5, font="serif-bold", anchor="middle")
    hands.sign(canvas, office.signer, x + _CASE_MM / 2 + 6, y + 19, office.signer_hand.colour, rng)
    hands.write(canvas, office.signer, x + 24, y + 37, office.signer_hand, rng, room_mm=_CASE_MM - 26)
    seals.seal(canvas, x + 24, y + 20 + rng.uniform(-2, 2), rng, top=SEAL_TOP, bottom=SEAL_BOTTOM)


def _printed(canvas: Canvas, text: str, box: tuple[float, float, float, float], *, size_pt: float = 10.0) -> None:
    """Print a label into a cell, centred, on two lines where one is too narrow."""
    x, y, width, height = box
    words = text.split()
    room = width / (size_pt * 0.175)
    halves = (
        [text] if len(text) <= room else [" ".join(words[: -(len(words) // 2)]), " ".join(words[-(len(words) // 2) :])]
    )
    first = y + height / 2 + 1.2 - 2.1 * (len(halves) - 1)
    for step, part in enumerate(halves):
        canvas.write(part, x + width / 2, first + 4.2 * step, size_pt, font="serif-bold", anchor="middle")


def spread_table(
    canvas: Canvas, cases: Sequence[Birth], office: Office, rng: np.random.Generator, *, page_stamp: str
) -> None:
    """Draw a table across an open A3 spread: one case a line, the columns running over the gutter."""
    seals.number(canvas, page_stamp, 388, 14, rng)
    canvas.write("SỔ ĐĂNG KÝ KHAI SINH", 105, 20, 15, font="serif-bold", anchor="middle")
    canvas.write(f"Quyển số {VOLUME}", 315, 20, 12, font="serif-italic", anchor="middle")
    edges = _column_edges()
    top, head, line = 30.0, 15.0, 44.0
    bottom = top + head + line * 5
    for number, (label, width) in enumerate(_COLUMNS):
        _printed(canvas, label, (edges[number], top, width, head), size_pt=9.5)
        _printed(canvas, str(number + 1), (edges[number], top + head - 5, width, 5), size_pt=7)
    for y in [top, top + head, *(top + head + line * step for step in range(1, 6))]:
        for first, last in ((0, _GUTTER_AFTER), (_GUTTER_AFTER + 1, -1)):
            canvas.rule(edges[first], y, edges[last] + _COLUMNS[last][1], y)
    for x in [*edges, edges[_GUTTER_AFTER] + _COLUMNS[_GUTTER_AFTER][1], edges[-1] + _COLUMNS[-1][1]]:
        canvas.rule(x, top, x, bottom)
    for step, case in enumerate(cases[:5]):
        _case_line(canvas, case, edges, top + head + line * step, line, office, rng)


def _column_edges() -> list[float]:
    """Return the left edge of each column; the right page starts anew beyond the gutter."""
    edges, x = [], 16.0
    for number, (_label, width) in enumerate(_COLUMNS):
        edges.append(x)
        x = 215.0 if number == _GUTTER_AFTER else x + width
    return edges


def _case_line(
    canvas: Canvas, case: Birth, edges: list[float], y: float, height: float, office: Office, rng: np.random.Generator
) -> None:
    both = (
        f"{case.number}",
        f"{case.registered:%d/%m/%Y}",
        case.child,
        "Nữ" if case.girl else "Nam",
        f"{case.born:%d/%m/%Y}",
        case.birthplace,
        f"{case.people}, Việt Nam",
        f"{case.father.name}, sinh {case.father.born}, {case.father.people}",
        f"{case.mother.name}, sinh {case.mother.born}, {case.mother.people}",
        case.father.home,
    )
    for number, text in enumerate(both):
        cell(canvas, text, (edges[number], y, _COLUMNS[number][1], height - 2), office, rng)
    hand = Hand.drawn(rng)
    hands.sign(canvas, case.applicant, edges[10] + 16, y + 16, hand.colour, rng, size_mm=24)
    hands.write(canvas, case.applicant, edges[10] + 1.5, y + 36, hand, rng, room_mm=30)
    hands.sign(canvas, office.signer, edges[11] + 18, y + 17, office.signer_hand.colour, rng, size_mm=26)
    hands.write(canvas, office.signer, edges[11] + 1.5, y + 37, office.signer_hand, rng, room_mm=31)
    seals.seal(canvas, edges[11] + 11, y + 19 + rng.uniform(-2, 2), rng, top=SEAL_TOP, bottom=SEAL_BOTTOM)
