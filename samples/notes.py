"""The other pages of a birth register, A4 upright: later notes, the cover, the closing statement."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from samples import hands, seals
from samples.canvas import Canvas
from samples.forms import LEFT, RIGHT, SEAL_BOTTOM, SEAL_TOP, UNIT, VOLUME, Entry, Office, row, signatures
from samples.hands import Hand
from samples.people import Birth


def lines(canvas: Canvas, case: Birth, office: Office, rng: np.random.Generator, *, page_stamp: str) -> None:
    """Draw a page of later notes on a case: handwriting on ruled lines, signed and sealed."""
    seals.number(canvas, page_stamp, 176, 15, rng)
    canvas.write("PHẦN GHI CHÚ NHỮNG THAY ĐỔI SAU NÀY", 105, 26, 14, font="serif-bold", anchor="middle")
    row(
        canvas,
        [
            Entry(
                label="Tiếp theo trường hợp đăng ký khai sinh số:",
                value=f"{case.number}/{case.registered.year}",
                share=2,
            ),
            Entry(label="Quyển số:", value=VOLUME),
        ],
        36,
        office.hand,
        rng,
    )
    ruled = [47 + 8.4 * step for step in range(22)]
    for y in ruled:
        canvas.rule(LEFT, y + 1.2, RIGHT, y + 1.2, width_mm=0.15)
    pen = iter(ruled)
    for note in _notes_on(case, rng):
        for line in hands.wrap(office.hand, note, RIGHT - LEFT - 8, canvas.dpi):
            hands.write(canvas, line, LEFT + rng.uniform(1, 3), next(pen), office.hand, rng, room_mm=RIGHT - LEFT - 4)
        hands.sign(canvas, office.clerk, 165, next(pen) - 1, office.hand.colour, rng)
        next(pen)
    signatures(canvas, 236, office, rng, applicant=None)


def _notes_on(case: Birth, rng: np.random.Generator) -> list[str]:
    year = case.registered.year
    day = date(year + 1, int(rng.integers(1, 12)), int(rng.integers(1, 28)))
    return [
        f"Ngày {day:%d/%m/%Y}: căn cứ Quyết định số {rng.integers(3, 60):02d}/QĐ-UBND của UBND phường Đông Thọ về việc "
        f"cải chính hộ tịch cho {case.child}: năm sinh của mẹ trước đây ghi {int(case.mother.born) + 1}, "
        f"nay cải chính thành {case.mother.born}.",
        f"Ngày {date(year + 3, 5, int(rng.integers(3, 28))):%d/%m/%Y}: cấp bản sao trích lục từ sổ gốc cho "
        f"{case.applicant}, số lượng {rng.integers(2, 6):02d} bản, để nộp hồ sơ vào trường mầm non.",
        f"Bổ sung hộ tịch: quê quán của cha là {case.origin}; ghi theo Sổ hộ khẩu do gia đình xuất trình. "
        "Người ghi chú đã đối chiếu với bản chính.",
    ]


def cover(canvas: Canvas, office: Office, rng: np.random.Generator, *, opened: date, closed: date) -> None:
    """Draw the cover: authority, title, volume, opening and closing days, seal."""
    canvas.box(15, 15, 180, 267, width_mm=1.1)
    canvas.box(17.5, 17.5, 175, 262, width_mm=0.3)
    canvas.write("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 105, 34, 15, font="serif-bold", anchor="middle")
    canvas.write("Độc lập - Tự do - Hạnh phúc", 105, 42, 14, font="serif-bold", anchor="middle")
    canvas.rule(76, 45, 134, 45, width_mm=0.4)
    for y, text in ((68, "ỦY BAN NHÂN DÂN"), (77, UNIT), (86, "THÀNH PHỐ THANH HÓA - TỈNH THANH HÓA")):
        canvas.write(text, 105, y, 15, anchor="middle")
    canvas.write("SỔ ĐĂNG KÝ", 105, 126, 36, font="serif-bold", anchor="middle")
    canvas.write("KHAI SINH", 105, 145, 42, font="serif-bold", anchor="middle")
    hand = replace(office.hand, size_mm=office.hand.size_mm * 1.25)
    rows = (
        ("Quyển số:", VOLUME),
        ("Mở sổ ngày:", f"{opened:%d} tháng {opened:%m} năm {opened:%Y}"),
        ("Khóa sổ ngày:", f"{closed:%d} tháng {closed:%m} năm {closed:%Y}"),
    )
    for step, (label, value) in enumerate(rows):
        row(canvas, [Entry(label=label, value=value)], 182 + 13 * step, hand, rng, left=58, right=158)
    seals.number(canvas, f"KS {opened:%Y} - 01", 24, 274, rng)
    seals.seal(canvas, 140, 238, rng, top=SEAL_TOP, bottom=SEAL_BOTTOM)
    canvas.write("Mã số TP/HT-KS", 187, 274, 10, font="serif-italic", anchor="right")


def notes(
    canvas: Canvas,
    office: Office,
    rng: np.random.Generator,
    *,
    pages: int,
    cases: Sequence[str],
    opened: date,
    closed: date,
) -> None:
    """Draw the closing page: how many pages and events the book holds, as the law demands."""
    canvas.write("PHẦN KHÓA SỔ", 105, 40, 17, font="serif-bold", anchor="middle")
    rows = (
        [
            Entry(label="Sổ này có:", value=f"{pages:02d}"),
            Entry(label="trang,", value=f"{len(cases):02d}"),
            Entry(label="sự kiện hộ tịch", value="", share=0.8),
        ],
        [
            Entry(label="Ghi từ số:", value=f"{cases[0]}/{opened.year}"),
            Entry(label="đến số:", value=f"{cases[-1]}/{opened.year}"),
        ],
        [
            Entry(label="Mở sổ ngày:", value=f"{opened:%d/%m/%Y}"),
            Entry(label="Khóa sổ ngày:", value=f"{closed:%d/%m/%Y}"),
        ],
        [
            Entry(
                label="Các số trùng, số phụ:", value=", ".join(case for case in cases if not case.isdigit()) or "Không"
            )
        ],
        [Entry(label="Các trang bỏ trống, ghi sai đã gạch bỏ:", value="Không")],
    )
    for step, fields in enumerate(rows):
        row(canvas, fields, 58 + 11.5 * step, office.hand, rng)
    where = f"Đông Thọ, ngày {closed:%d} tháng {closed:%m} năm {closed:%Y}"
    hands.write(canvas, where, 108, 124, office.hand, rng, room_mm=84)
    signatures(canvas, 134, office, rng, applicant=None)
    canvas.write("Xác nhận của Phòng Tư pháp:", LEFT, 190, 11.5, font="serif-italic")
    for line in range(1, 10):
        canvas.dots(LEFT, RIGHT, 190 + 9 * line)
    hands.write(
        canvas, "Đã kiểm tra, sổ ghi chép đầy đủ, đúng quy định.", LEFT + 4, 198, Hand.drawn(rng), rng, room_mm=160
    )
