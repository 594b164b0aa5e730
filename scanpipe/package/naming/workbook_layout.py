"""The rules of a convention for its workbook: columns in order, what is filled in, what a filled-in one must hold."""

from typing import Annotated

import msgspec

from scanpipe.errors import WrongKey
from scanpipe.messages import _

_Sheet = Annotated[str, msgspec.Meta(pattern=r"^[^\\/*?:\[\]]{1,31}$")]
_Values = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The workbook columns that scanpipe fills in and checks, without blanks and line breaks around and in them."""

    serial: str = "STT"
    number: str = "so"
    volume: str = "quyenSo"
    page: str = "trangSo"
    date: str = "ngayDangKy"
    place: str = "noiDangKy"


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The workbook of one kind of book: its sheet, its columns in order, and lines for the sheet of notes."""

    confidence: str
    sheet: _Sheet
    notes_sheet: _Sheet
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """The columns as they are told apart: blanks and line breaks in a header do not count."""
        return tuple(" ".join(column.split()) for column in self.columns)


class WorkbookRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Workbooks: least digits in "01/2010", the columns filled in, a layout by kind and one for all other kinds.

    What a filled-in one must hold where its sheet has the columns: `dates` are those that should have the form
    27.10.2008, `codes` the values that are allowed, `final` the states in which a case may be handed over. Typed rows
    that are of no case of the book are kept on the `unmatched_sheet`.
    """

    number_width: Annotated[int, msgspec.Meta(ge=1, le=6)] = 2
    volume_width: Annotated[int, msgspec.Meta(ge=1, le=6)] = 2
    columns: Columns = Columns()
    dates: tuple[str, ...] = ()
    codes: dict[str, _Values] = {}
    final: dict[str, _Values] = {}
    unmatched_sheet: _Sheet = "Khong khop"
    layouts: dict[str, Layout]
    other: Layout

    def __post_init__(self) -> None:
        """Refuse, as WrongKey, a layout with columns missing or named twice."""
        layouts = {f"layouts.{kind}": layout for kind, layout in self.layouts.items()}
        for key, layout in {**layouts, "other": self.other}.items():
            missing = [name for name in msgspec.structs.astuple(self.columns) if name not in layout.headers]
            if missing:
                text = _("'columns' lacks {names}. Add them, or give their headers in [workbook.columns].")
                raise WrongKey(key, text.format(names=", ".join(missing)))
            twice = [name for name in dict.fromkeys(layout.headers) if layout.headers.count(name) > 1]
            if twice:
                raise WrongKey(key, _("'columns' lists {names} more than once.").format(names=", ".join(twice)))

    def layout(self, kind: str) -> Layout:
        """Return the layout for a kind of book."""
        return self.layouts.get(kind, self.other)

    def own_columns(self, kind: str, *, than: str) -> frozenset[str]:
        """Return the columns of one kind's layout that another's does not have."""
        return frozenset(self.layout(kind).headers) - frozenset(self.layout(than).headers)
