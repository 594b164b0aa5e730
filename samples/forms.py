"""The form of a birth register, A4 upright: one registration a page, signed and sealed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from samples import hands, seals
from samples.canvas import Canvas
from samples.hands import Hand
from samples.people import Birth, in_words, person

LEFT, RIGHT = 24.0, 194.0
SEAL_TOP, SEAL_BOTTOM = "UBND PHƯỜNG ĐÔNG THỌ", "TP. THANH HÓA"
UNIT = "PHƯỜNG ĐÔNG THỌ"
VOLUME = "01/2010"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who keeps the register: the clerk, who writes and signs, and the one who signs for the People's Committee."""

    hand: Hand
    clerk: str
    signer: str
    signer_hand: Hand
    chairman: bool = False

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Office":
        """Return an office drawn by lot."""
        return cls(
            hand=Hand.drawn(rng),
            clerk=person(rng),
            signer=person(rng),
            signer_hand=Hand.drawn(rng),
            chairman=bool(rng.random() < 0.4),
        )

    @property
    def signer_title(self) -> str:
        """The printed title above the signature."""
        return "CHỦ TỊCH" if self.chairman else "PHÓ CHỦ TỊCH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A printed label and what is written after it; `share` is its part of the line's width."""

    label: str
    value: str
    share: float = 1.0


def row(
    canvas: Canvas,
    fields: Sequence[Entry],
    y: float,
    hand: Hand,
    rng: np.random.Generator,
    *,
    left: float = LEFT,
    right: float = RIGHT,
) -> None:
    """Draw one line of a form: labels, dotted leaders, handwriting over them."""
    total = sum(item.share for item in fields)
    x = left
    for item in fields:
        end = x + (right - left) * item.share / total
        begin = x + canvas.write(item.label, x, y, 11.5) + 1.5
        if item.value:
            canvas.dots(begin, end - 2, y + 0.6)
            lift, indent = rng.uniform(0.2, 1.2), rng.uniform(1, 5)
            indent = min(indent, max(0.5, end - begin - hands.width_mm(hand, item.value, canvas.dpi) - 2))
            hands.write(canvas, item.value, begin + indent, y - lift, hand, rng, room_mm=end - begin - indent - 1)
        x = end


def form(canvas: Canvas, case: Birth, office: Office, rng: np.random.Generator, *, page_stamp: str) -> None:
    """Draw a registration: who was born, mother, father, who came, signatures and seal."""
    seals.number(canvas, page_stamp, 176, 15, rng)
    canvas.write("ĐĂNG KÝ KHAI SINH", 105, 25, 16, font="serif-bold", anchor="middle")
    y = 35.0
    for fields in _form_rows(case):
        if isinstance(fields, str):
            canvas.write(fields, LEFT, y + 1, 11.5, font="serif-bold")
            y += 8.2
            continue
        row(canvas, fields, y, office.hand, rng)
        y += 8.6
    _kind_of_registration(canvas, y, office.hand, rng)
    signatures(canvas, y + 10, office, rng, applicant=case.applicant)
    _later_notes(canvas, y + 60)


def _form_rows(case: Birth) -> list[str | list[Entry]]:
    day, born = case.registered, case.born
    rows: list[str | list[Entry]] = [
        [Entry(label="Số:", value=f"{case.number}/{day.year}"), Entry(label="Quyển số:", value=VOLUME)],
        [Entry(label="Ngày đăng ký:", value=f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}")],
        "PHẦN GHI VỀ NGƯỜI ĐƯỢC KHAI SINH",
        [
            Entry(label="Họ và tên:", value=case.child.upper(), share=2.2),
            Entry(label="Giới tính:", value="Nữ" if case.girl else "Nam"),
        ],
        [Entry(label="Ngày, tháng, năm sinh:", value=f"{born:%d/%m/%Y}")],
        [Entry(label="(Ghi bằng chữ):", value=in_words(born))],
        [Entry(label="Nơi sinh:", value=case.birthplace)],
        [Entry(label="Dân tộc:", value=case.people), Entry(label="Quốc tịch:", value="Việt Nam")],
        [Entry(label="Quê quán:", value=case.origin)],
        "PHẦN GHI VỀ CHA, MẸ",
    ]
    for who, parent in (("mẹ", case.mother), ("cha", case.father)):
        rows.append(
            [
                Entry(label=f"Họ và tên {who}:", value=parent.name, share=2.2),
                Entry(label="Năm sinh:", value=parent.born),
            ]
        )
        rows.append([Entry(label="Dân tộc:", value=parent.people), Entry(label="Quốc tịch:", value="Việt Nam")])
        rows.append([Entry(label="Nơi thường trú/tạm trú:", value=parent.home)])
    relation = "Mẹ đẻ" if case.applicant_is_mother else "Cha đẻ"
    return [
        *rows,
        "PHẦN GHI VỀ NGƯỜI ĐI KHAI SINH",
        [Entry(label="Họ và tên:", value=case.applicant, share=1.4), Entry(label="Quan hệ với trẻ:", value=relation)],
        [Entry(label="Giấy tờ tùy thân:", value=case.identity)],
    ]


def _kind_of_registration(canvas: Canvas, y: float, hand: Hand, rng: np.random.Generator) -> None:
    chosen = int(rng.choice(3, p=(0.8, 0.15, 0.05)))
    x = LEFT + canvas.write("Loại đăng ký:", LEFT, y, 11.5) + 6
    for position, text in enumerate(("Đúng hạn", "Quá hạn", "Đăng ký lại")):
        canvas.box(x, y - 3.4, 3.8, 3.8)
        if position == chosen:
            hands.write(canvas, "x", x + 0.9, y - 0.1, replace(hand, size_mm=6.5), rng)
        x += 6 + canvas.write(text, x + 6, y, 11.5) + 12


def signatures(canvas: Canvas, y: float, office: Office, rng: np.random.Generator, *, applicant: str | None) -> None:
    """Draw the columns of those who sign, their names, and the seal over the last signature."""
    columns = [(46.0, "NGƯỜI ĐI KHAI SINH", applicant, Hand.drawn(rng))] if applicant else []
    columns.append((105.0, "CÁN BỘ TƯ PHÁP HỘ TỊCH", office.clerk, office.hand))
    columns.append((164.0, office.signer_title, office.signer, office.signer_hand))
    canvas.write("TM. ỦY BAN NHÂN DÂN", 164, y, 10, font="serif-bold", anchor="middle")
    for x, title, name, hand in columns:
        canvas.write(title, x, y + 4.6, 9.5, font="serif-bold", anchor="middle")
        canvas.write("(Ký, ghi rõ họ tên)", x, y + 8.8, 9, font="serif-italic", anchor="middle")
        hands.sign(canvas, name, x + rng.uniform(-3, 3), y + 20, hand.colour, rng)
        wide = hands.width_mm(hand, name, canvas.dpi)
        hands.write(canvas, name, x - min(wide, 46) / 2, y + 35, hand, rng, room_mm=46)
    seals.seal(canvas, 147 + rng.uniform(-2, 3), y + 19 + rng.uniform(-2, 3), rng, top=SEAL_TOP, bottom=SEAL_BOTTOM)


def _later_notes(canvas: Canvas, y: float) -> None:
    canvas.write("Ghi chú những thay đổi sau này:", LEFT, y, 11, font="serif-italic")
    for line in range(1, 5):
        if y + 7.5 * line < 287:
            canvas.dots(LEFT, RIGHT, y + 7.5 * line)
