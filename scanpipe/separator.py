"""What a separator sheet says: a book and, unless it is the book's cover sheet, the case that begins behind it.

Its code holds a text such as `SCANPIPE 14758@2025-06-30/KS.2010.01 15/2010 31`. The last field is a check number
(ISO/IEC 7064, MOD 97-10, over the bytes before it), for the text is also typed by hand, and sent by hand-held readers
that act as keyboards.

Beside the code stand the bars of a patch code (Kodak A-61599): coarse enough to be seen where no code can be read any
more.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from scanpipe.errors import UsageError
from scanpipe.messages import lazy
from scanpipe.model import CaseKey

MARK: Final = "SCANPIPE "
"""How the text of every separator begins."""

NARROW_MM: Final = 2.03
"""How wide a narrow bar of a patch code is, and each of the three spaces between its bars."""
WIDE_MM: Final = 5.08
"""How wide a wide bar of a patch code is."""
PATCH_T: Final = "NWNW"
"""The bars of a sheet without data, narrow or wide: the next case begins. Upside down it is patch 2."""
PATCH_3: Final = "WNNW"
"""The bars of a sheet with data, whichever way up it lies."""

_COVER = "-"
_TEXT = re.compile(
    r"SCANPIPE (?P<book>[!-~]{3,60}) (?:-|(?P<number>[1-9][0-9]{0,5}[a-z]{0,3})/(?P<year>[0-9]{4})) [0-9]{2}", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Separator:
    """A book by its full name (`14758@2025-06-30/KS.2010.01`), and the case; None is the cover sheet of the book."""

    book: str
    case: CaseKey | None = None

    @property
    def text(self) -> str:
        """What its code holds."""
        body = f"{MARK}{self.book} {self.case or _COVER}"
        return f"{body} {_check_number(body):02d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read it back; every single character that is wrong, and every two neighbours that changed places, are found.

        Raises:
            UsageError: it is no separator's text, or its check number is wrong.
        """
        match = _TEXT.fullmatch(text)
        if match:
            case = CaseKey(year=int(match["year"]), number=match["number"]) if match["number"] else None
            found = cls(book=match["book"], case=case)
            if found.text == text:
                return found
        raise UsageError(
            lazy("{text!r} is not a valid text of a separator sheet.", text=text),
            remedy=lazy("Scan the sheet again, or print a new one with 'scanpipe separators BOOK'."),
        )


def _check_number(body: str) -> int:
    # 256 is 62 modulo 97: neither it nor 255 is a multiple of 97, and no two printable characters are 97 apart.
    return 98 - int.from_bytes(body.encode("ascii")) * 100 % 97
