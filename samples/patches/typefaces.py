"""Typefaces and words: what is written, in letters of many hands and presses."""

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from PIL import ImageFont

_OWN = Path(__file__).parents[1] / "fonts"
_LATIN = "etaoinshrdlucmfwypvbgkjqxz"
_CAPITALS = "ABCDEFGHIJKLMNOPRSTUVWÉÀ"
_MARKED = "ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
_FRENCH = "éèêàùçôîï"
_RANGES = {
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщыьэюя",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "devanagari": "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """A font file, and the script that it is used for: latin, vietnamese, cyrillic, arabic or devanagari."""

    path: str
    script: str
    letters: str

    def word(self, rng: np.random.Generator) -> str:
        """Return letters that look like a word, or a number."""
        if rng.random() < 0.15 and self.script in {"latin", "vietnamese"}:
            digits = "0123456789"
            return "".join(rng.choice(list(digits), int(rng.integers(1, 6)))) + str(
                rng.choice(["", ".", ",", "-", "/"])
            )
        letters = self.letters
        length = int(np.clip(rng.poisson(5), 1, 12))
        # Letters that come first are more frequent, as in a language.
        places = (len(letters) * rng.random(length) ** 1.6).astype(int)
        word = "".join(letters[place] for place in places)
        if self.script not in {"latin", "vietnamese"}:
            return word
        if rng.random() < 0.2:
            word = str(rng.choice(list(_CAPITALS))) + word[1:]
        return word + str(rng.choice(["", "", "", "", ".", ",", ";", ":", "'", "!"]))


def typefaces(folder: Path) -> tuple[tuple[Typeface, ...], tuple[Typeface, ...]]:
    """Return the faces that look written and those that look printed, of a folder of Fontsource packages.

    Raises:
        FileNotFoundError: there are none.
    """
    written: list[Typeface] = []
    printed: list[Typeface] = []
    for package in sorted(folder.glob("*/")):
        for script in ("latin", "cyrillic", "arabic", "devanagari"):
            for path in sorted(package.glob(f"files/*-{script}-400-normal.woff"))[:1]:
                (printed if package.name in _PRINTED else written).append(_face(path, script))
    if not (written and printed):
        raise FileNotFoundError(folder)
    for path in sorted(_OWN.glob("*.ttf")):
        (printed if path.stem.startswith("serif") else written).extend([_face(path, "vietnamese")] * 2)
    return tuple(written), tuple(printed)


def _face(path: Path, script: str) -> Typeface:
    with TTFont(path, lazy=True) as opened:
        known = opened.getBestCmap()
    wanted = {"latin": _LATIN + _FRENCH, "vietnamese": _LATIN[:14] + _MARKED}.get(script) or _RANGES[script]
    letters = "".join(letter for letter in wanted if ord(letter) in known)
    return Typeface(path=str(path), script=script, letters=letters)


_PRESSES = """
special-elite cutive-mono im-fell-english im-fell-dw-pica im-fell-double-pica unifrakturcook unifrakturmaguntia
uncial-antiqua courier-prime old-standard-tt playfair-display eb-garamond libre-baskerville crimson-text
libre-caslon-text cormorant-garamond sorts-mill-goudy gfs-didot oldenburg almendra amarante kelly-slab amiri
noto-sans-devanagari hind be-vietnam-pro lora merriweather tinos
"""
_PRINTED = frozenset(_PRESSES.split())


@functools.lru_cache(maxsize=256)
def font(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    """Return a font at a size."""
    return ImageFont.truetype(path, size_px)
