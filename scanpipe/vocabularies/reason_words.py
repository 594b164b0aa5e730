"""Which words of receivers and reviewers mean which reason: in Vietnamese, with or without its accents, and English.

A row is a reason, and what people write for it. Longer words win over shorter ones within them: "mất nét chữ" is not
"mất nét". Where a text has accents, they count: "mờ" (faded) is not "mở" (open). Where it has none, one syllable alone
("den" is black or until) means a reason only where nothing else stands beside it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "blurred": (
        *("nhòe", "nhoè", "bị nhòe", "nhòe chữ", "mất nét", "không nét", "không rõ nét", "không sắc nét", "bị rung"),
        *("ảnh mờ", "hình mờ", "scan mờ", "quét mờ", "bản quét mờ", "ảnh bị mờ", "out nét", "mờ nhòe", "mờ nhoè"),
        *("blurred", "blurry", "blur", "out of focus", "not sharp", "unsharp", "fuzzy"),
    ),
    "cut-off": (
        *(
            "mất góc",
            "cắt góc",
            "mất mép",
            "cắt mép",
            "mất lề",
            "mất dòng",
            "mất số trang",
            "lẹm chữ",
            "lẹm góc",
            "cụt",
        ),
        *("cắt chữ", "mất chữ", "thiếu chữ", "thiếu góc", "thiếu mép", "bị cắt", "cắt mất", "mất một phần"),
        *("mất phần", "không lấy hết", "quét thiếu", "scan thiếu", "thiếu nội dung"),
        *("cut off", "cut", "cropped", "truncated", "incomplete", "clipped", "missing edge", "missing corner"),
    ),
    "skewed": (
        *("nghiêng", "bị nghiêng", "lệch", "bị lệch", "xiên", "ngược", "bị ngược", "lộn ngược", "quay ngược"),
        *("xoay ngang", "nằm ngang", "xoay sai chiều", "sai chiều", "ngược chiều", "không thẳng"),
        *("skewed", "skew", "crooked", "tilted", "rotated", "upside down", "askew", "slanted", "sideways"),
    ),
    "wrong-page": (
        *("nhầm trang", "sai trang", "trùng trang", "lặp trang", "trùng", "bị trùng", "lặp", "bị lặp", "sai thứ tự"),
        *("nhầm thứ tự", "không đúng trang", "lộn trang", "đảo trang", "nhầm số", "sai số trang", "nhầm hồ sơ"),
        *("sai hồ sơ", "nhầm trường hợp", "nhầm sổ", "không khớp", "sai số đăng ký", "sai tên tệp", "sai tên file"),
        *("wrong page", "wrong order", "duplicate", "duplicated", "twice", "another page", "misplaced", "wrong case"),
        *("wrong number", "mismatch", "out of order"),
    ),
    "faded": (
        *("mờ", "bị mờ", "quá mờ", "chữ mờ", "mực mờ", "mờ chữ", "chữ bị mờ", "mờ nhạt", "phai mực", "bị phai"),
        *("phai màu", "bay mực", "nhạt", "bị nhạt", "chữ nhạt", "mực nhạt", "khó đọc", "không đọc được"),
        *("faded", "pale", "faint", "illegible", "unreadable", "not legible", "weak ink"),
    ),
    "smudged": (
        *("lem", "lem mực", "nhem", "lem nhem", "bẩn", "bị bẩn", "vết bẩn", "ố", "bị ố", "ố vàng", "hoen ố", "vết ố"),
        *("loang", "loang mực", "nhoè mực", "nhòe mực", "mực loang", "dính bẩn", "lem bẩn", "thấm mực", "ẩm mốc"),
        *("mốc", "bị mốc", "smudged", "smudge", "smeared", "stain", "stained", "dirty", "blotted", "mould", "mold"),
    ),
    "torn": (
        *("rách", "bị rách", "giấy rách", "rách nát", "mục nát", "mối mọt", "mọt", "cháy", "bị cháy", "mất giấy"),
        *("thủng", "bị thủng", "hư hỏng"),
        *("torn", "tear", "ripped", "burnt", "burned", "eaten", "hole", "damaged paper"),
    ),
    "folded": (
        *("gấp", "bị gấp", "gấp góc", "gập", "bị gập", "gập góc", "nếp gấp", "nếp nhăn", "bị nhàu", "nhàu nát"),
        *("bị nhăn", "quăn", "quăn mép", "quăn góc", "gấp mép"),
        *("folded", "fold", "creased", "crease", "wrinkled", "curled"),
    ),
    "covered": (
        *("bị che", "che khuất", "che mất", "che chữ", "ngón tay", "dính tay", "vật che", "giấy che", "đè", "bị đè"),
        *("covered", "finger", "thumb", "hidden", "obscured", "obstructed"),
    ),
    "too-dark": (
        *("bị tối", "quá tối", "ảnh tối", "nền tối", "đen", "bị đen", "quá đen", "nền đen", "đậm quá", "quá đậm"),
        *("đen nền", "bị sạm", "dark", "too dark", "black", "underexposed"),
    ),
    "too-light": (
        *("sáng quá", "quá sáng", "trắng quá", "quá trắng", "cháy sáng", "lóa", "loá", "bị lóa", "chói", "trắng xóa"),
        *("too light", "too bright", "overexposed", "washed out", "glare"),
    ),
    "dirty-glass": (
        *("vệt", "có vệt", "vệt đen", "vệt trắng", "sọc", "có sọc", "sọc đen", "kẻ sọc", "vạch đen", "bụi", "bụi bẩn"),
        *("kính bẩn", "mặt kính bẩn", "đường kẻ lạ"),
        *("streak", "streaks", "streaky", "dust", "dirty glass", "lines across"),
    ),
    "strokes-lost": (
        *("mất nét chữ", "đứt nét", "mất dấu", "mất dấu thanh", "mất con dấu", "mất chữ ký", "thiếu nét"),
        *("mất dấu đỏ", "không có dấu", "thiếu dấu", "thiếu con dấu", "thiếu chữ ký", "mất màu dấu", "xóa mất"),
        *("strokes lost", "strokes missing", "accents lost", "seal missing", "signature missing", "broken letters"),
    ),
}
"""Reasons with their words. Each stands under one reason only."""


def reasons_in(text: str) -> tuple[str, ...]:
    """Return the codes of the reasons that a text names, in its order, each once; none where it has no known word."""
    folded, plain = _folded(text), _plain(text)
    words = _words(accents=folded != plain)
    return tuple(dict.fromkeys(words.reasons[word] for word in words.pattern.findall(folded)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What finds the words, and the reasons by words."""

    pattern: re.Pattern[str]
    reasons: dict[str, str]


@cache
def _words(*, accents: bool) -> _Words:
    written = _folded if accents else _plain
    rows = [(word, code) for code, words in WORDS.items() for word in words]
    reasons: dict[str, str] = {}
    for word, code in rows:
        reasons.setdefault(written(word), code)
    alone = set() if accents else {_plain(word) for word, _code in rows if _is_doubtful(word)}
    longest_first = sorted(reasons, key=len, reverse=True)
    forms = (_ALONE.format(re.escape(word)) if word in alone else rf"\b{re.escape(word)}\b" for word in longest_first)
    return _Words(pattern=re.compile("|".join(forms)), reasons=reasons)


_ALONE = r"(?:(?<=[,;.+/(])|(?<=[,;.+/(] )|^){}(?= ?(?:[,;.+/)]|$))"


def _is_doubtful(word: str) -> bool:
    """Whether a word without its accents is another one as well."""
    return " " not in word and _plain(word) != _folded(word)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("_", " ").split())


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", _folded(text).replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
