"""Made-up registrations: names, places and dates drawn by lot; no person is meant."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Trịnh", "Lương", "Mai", "Cao")
_BOYS = ("Đức Anh", "Minh Quân", "Gia Bảo", "Hữu Phước", "Quốc Khánh", "Tuấn Kiệt", "Văn Mạnh", "Thế Vĩnh", "Hải Đăng")
_GIRLS = ("Thị Thảo", "Khánh Huyền", "Ngọc Ánh", "Thùy Dương", "Quỳnh Như", "Phương Uyên", "Hồng Nhung", "Mỹ Lệ")
_MEN = ("Văn Thắng", "Xuân Trường", "Đình Cường", "Công Thành", "Hữu Nghĩa", "Bá Tường", "Ngọc Sỹ", "Viết Hưởng")
_WOMEN = ("Thị Hằng", "Thị Tuyết", "Thị Bưởi", "Thị Ngần", "Thị Phượng", "Thị Mỹ", "Thị Cẩm Tú", "Thị Vượng")
_HOMES = (
    "xã Quảng Thắng, TP. Thanh Hóa, Thanh Hóa",
    "xã Hoằng Lộc, Hoằng Hóa, Thanh Hóa",
    "xã Đông Lĩnh, Đông Sơn, Thanh Hóa",
    "xã Thiệu Dương, Thiệu Hóa, Thanh Hóa",
    "thị trấn Nông Cống, Nông Cống, Thanh Hóa",
    "xã Hải Thượng, Tĩnh Gia, Thanh Hóa",
)
_BIRTHPLACES = (
    "Bệnh viện Phụ sản Thanh Hóa",
    "Bệnh viện Đa khoa tỉnh Thanh Hóa",
    "Trạm y tế phường Đông Thọ, TP. Thanh Hóa",
    "Bệnh viện Đa khoa TP. Thanh Hóa",
)
_STREETS = ("Thành Thái", "Trần Phú", "Lê Hoàn", "Đội Cung", "Nguyễn Trãi", "Bà Triệu", "Hàm Nghi", "Đông Quang")
_PEOPLES = ("Kinh",) * 12 + ("Mường", "Mường", "Thái", "Thổ")

_UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A mother or father as the register has them."""

    name: str
    born: str
    people: str
    home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """One registration of a birth."""

    number: str
    registered: date
    child: str
    girl: bool
    born: date
    birthplace: str
    people: str
    origin: str
    mother: Parent
    father: Parent
    applicant_is_mother: bool
    identity: str

    @property
    def applicant(self) -> str:
        """Who came to register the birth."""
        return self.mother.name if self.applicant_is_mother else self.father.name


def birth(rng: np.random.Generator, number: str, registered: date) -> Birth:
    """Return a made-up registration under `number`, made on the day `registered`."""
    girl = bool(rng.random() < 0.5)
    family, people = _pick(rng, _FAMILY), _pick(rng, _PEOPLES)
    home = f"Số {rng.integers(2, 180)} {_pick(rng, _STREETS)}, phường Đông Thọ, TP. Thanh Hóa"
    mother_people = people if rng.random() < 0.8 else _pick(rng, _PEOPLES)
    return Birth(
        number=number,
        registered=registered,
        child=f"{family} {_pick(rng, _GIRLS if girl else _BOYS)}",
        girl=girl,
        born=registered - timedelta(days=int(rng.integers(3, 58))),
        birthplace=_pick(rng, _BIRTHPLACES),
        people=people,
        origin=_pick(rng, _HOMES),
        mother=Parent(
            name=f"{_pick(rng, _FAMILY)} {_pick(rng, _WOMEN)}",
            born=str(rng.integers(1978, 1990)),
            people=mother_people,
            home=home,
        ),
        father=Parent(
            name=f"{family} {_pick(rng, _MEN)}", born=str(rng.integers(1974, 1988)), people=people, home=home
        ),
        applicant_is_mother=bool(rng.random() < 0.4),
        identity=f"CMND số 17{rng.integers(1000000, 9999999)}, Công an tỉnh Thanh Hóa cấp",
    )


def person(rng: np.random.Generator) -> str:
    """Return the name of an official, made up."""
    return f"{_pick(rng, _FAMILY)} {_pick(rng, _MEN if rng.random() < 0.5 else _WOMEN)}"


def _pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]


def in_words(day: date) -> str:
    """Return a date as it is written out on a form: "ngày mười lăm, tháng ba, năm hai nghìn không trăm mười"."""
    month = {1: "một", 4: "tư"}.get(day.month, number_in_words(day.month))
    tail = number_in_words(day.year % 100) if day.year % 100 >= 10 else f"linh {_UNITS[day.year % 100]}"
    hundreds = f"{_UNITS[day.year // 1000]} nghìn {_UNITS[day.year // 100 % 10]} trăm"
    return f"ngày {number_in_words(day.day)}, tháng {month}, năm {hundreds} {tail}"


def number_in_words(number: int) -> str:
    """Return 0..99 in Vietnamese."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _UNITS[ones]
    head = "mười" if tens == 1 else f"{_UNITS[tens]} mươi"
    if ones == 0:
        return head
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, _UNITS[ones])
    return f"{head} {last}"
