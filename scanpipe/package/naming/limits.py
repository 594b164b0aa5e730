"""The rules of a convention, but those of its workbook: templates of names, kinds of book, limits, ZIPs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final, Literal

import msgspec

from scanpipe.errors import WrongKey
from scanpipe.package.naming.template import check_folder, check_template

_BOOK = frozenset({"kind", "year", "volume"})
_MORE = {
    "pdf": frozenset({"number"}),
    "pdf_other_year": frozenset({"number", "case_year"}),
    "matter": frozenset({"part"}),
    "zip_part": frozenset({"zip_part"}),
}
_SUFFIXES = {
    "pdf": ".pdf",
    "pdf_other_year": ".pdf",
    "matter": ".pdf",
    "zip": ".zip",
    "zip_part": ".zip",
    "workbook": ".xlsx",
}
LEAST_DPI: Final = 50


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Templates of file names (see `template`).

    `pdf_other_year` is for a case of another year than its book's, `zip_part` for the ZIPs of a book that one may not
    hold, `folder` for where the PDFs lie within the ZIP ("" where it is flat).
    """

    pdf: str
    pdf_other_year: str
    matter: str
    zip: str
    zip_part: str
    workbook: str
    folder: str = ""

    def __post_init__(self) -> None:
        """Refuse, as WrongKey, a template that could not be parsed back."""
        for key, suffix in _SUFFIXES.items():
            with _named(key):
                check_template(getattr(self, key), needed=_BOOK | _MORE.get(key, frozenset()), suffix=suffix)
        with _named("folder"):
            check_folder(self.folder, allowed=_BOOK)


@contextmanager
def _named(key: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise WrongKey(key, str(error)) from error


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a code stands for: "sure" where it is certain, "seen" where it was met in use."""

    vietnamese: str
    english: str
    evidence: Literal["sure", "seen"]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a PDF must keep to; `kb_per_a4` (of 1000 bytes) is a budget, overstepping it is a warning."""

    kb_per_a4: Annotated[int, msgspec.Meta(ge=10, le=100_000)] = 100
    min_dpi: Annotated[int, msgspec.Meta(ge=LEAST_DPI, le=1200)] = 200
    colour: bool = True
    pdfa: bool = True


class ZipRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How ZIPs are packed; `max_mb` (of 1,000,000 bytes) is the largest that is taken, 0 where any is."""

    packing: Literal["stored", "deflated"] = "stored"
    max_mb: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0

    @property
    def max_bytes(self) -> int | None:
        """The largest ZIP that is taken, None where any is."""
        return self.max_mb * 1_000_000 or None
