"""The naming convention, wholly as data: file names that render and parse, codes, limits, workbook columns.

The ministry's annex (công văn 1437/BTP-CNTT of 25/04/2019) could not be had, so a convention says how sure it is
(`confidence`) and on what evidence (`sources`). ZIPs are flat and their PDFs stored, whatever the convention.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from scanpipe.errors import ConventionError
from scanpipe.messages import _
from scanpipe.model import BookId, CaseKey, Part
from scanpipe.package.case_number import normal_number
from scanpipe.package.template import check_template, parse, render

_BOOK = frozenset({"kind", "year", "volume"})
_CODE = "^[A-Z]{1,8}$"
_MAX_LENGTH = 120


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Templates of file names (see `template`); `pdf_other_year` is for a case of another year than its book's."""

    pdf: str
    pdf_other_year: str
    matter: str
    zip: str
    workbook: str

    def __post_init__(self) -> None:
        """Refuse, as ValueError, a template that could not be parsed back."""
        check_template(self.pdf, needed=_BOOK | {"number"}, suffix=".pdf")
        check_template(self.pdf_other_year, needed=_BOOK | {"number", "case_year"}, suffix=".pdf")
        check_template(self.matter, needed=_BOOK | {"part"}, suffix=".pdf")
        check_template(self.zip, needed=_BOOK, suffix=".zip")
        check_template(self.workbook, needed=_BOOK, suffix=".xlsx")


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a code stands for: "sure" where it is certain, "seen" where it was met in use."""

    vietnamese: str
    english: str
    evidence: Literal["sure", "seen"]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a PDF must keep to; `kb_per_a4` (of 1000 bytes) is a budget, overstepping it is a warning."""

    kb_per_a4: Annotated[int, msgspec.Meta(ge=10, le=100_000)] = 100
    min_dpi: Annotated[int, msgspec.Meta(ge=50, le=1200)] = 200
    colour: bool = True
    pdfa: bool = True


class Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The workbook columns that scanpipe fills in and checks."""

    serial: str = "STT"
    number: str = "so"
    volume: str = "quyenSo"
    page: str = "trangSo"
    date: str = "ngayDangKy"
    place: str = "noiDangKy"


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The workbook of one kind of book: its sheet, its columns in order, and lines for the sheet of notes."""

    confidence: str
    sheet: str
    notes_sheet: str
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()


class WorkbookRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Workbooks: least digits in "01/2010", the columns filled in, a layout by kind and one for all other kinds."""

    number_width: Annotated[int, msgspec.Meta(ge=1, le=6)] = 2
    volume_width: Annotated[int, msgspec.Meta(ge=1, le=6)] = 2
    columns: Columns = Columns()
    layouts: dict[str, Layout]
    other: Layout

    def __post_init__(self) -> None:
        """Refuse, as ValueError, a layout with columns missing or named twice."""
        filled = msgspec.structs.astuple(self.columns)
        for layout in (*self.layouts.values(), self.other):
            missing = [name for name in filled if name not in layout.columns]
            if missing or len(set(layout.columns)) < len(layout.columns):
                text = _("Sheet {sheet}: columns must be named once each, and {names} be among them.")
                raise ValueError(text.format(sheet=layout.sheet, names=", ".join(filled)))

    def layout(self, kind: str) -> Layout:
        """Return the layout for a kind of book."""
        return self.layouts.get(kind, self.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookName:
    """What a file name tells of its book; `unit_code` only where the template holds it."""

    kind: str
    year: int
    volume: int
    unit_code: str | None = None

    def agrees_with(self, book: "BookId | BookName") -> bool:
        """Whether both may be the same book: units count only where both tell theirs."""
        same_unit = None in (self.unit_code, book.unit_code) or self.unit_code == book.unit_code
        return same_unit and (self.kind, self.year, self.volume) == (book.kind, book.year, book.volume)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseName:
    """What the name of a case's PDF tells."""

    book: BookName
    key: CaseKey


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterName:
    """What the name of a PDF of front or back matter tells."""

    book: BookName
    part: Part


class Convention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One convention file. `matter`: where front and back matter go: beside the ZIP, into it, or only into the report.

    The methods raise ConventionError where a name cannot be made or read.
    """

    name: str
    confidence: str
    sources: tuple[str, ...] = ()
    matter: Literal["beside", "zip", "listed"] = "beside"
    names: Names
    kinds: dict[Annotated[str, msgspec.Meta(pattern=_CODE)], Kind]
    limits: Limits = Limits()
    workbook: WorkbookRules

    def pdf_name(self, book: BookId | BookName, key: CaseKey) -> str:
        """Return the name of a case's PDF: `KS.2010.01.012a.pdf`."""
        other = key.year != book.year
        template = self.names.pdf_other_year if other else self.names.pdf
        return self._render(template, book, number=normal_number(key.number) or key.number, case_year=key.year)

    def matter_name(self, book: BookId | BookName, part: Part) -> str:
        """Return the name of the PDF that holds the pages before (front) or after (back) the cases."""
        if part is Part.BODY:
            raise ConventionError(_("Body pages belong to cases, not to front or back matter."))
        return self._render(self.names.matter, book, part=part.value)

    def zip_name(self, book: BookId | BookName) -> str:
        """Return the name of the book's ZIP."""
        return self._render(self.names.zip, book)

    def workbook_name(self, book: BookId | BookName) -> str:
        """Return the name of the book's workbook."""
        return self._render(self.names.workbook, book)

    def parse_pdf_name(self, name: str) -> CaseName:
        """Read the name of a case's PDF; capitals in the suffix and in a number's letters are accepted."""
        found = self._parse_case(name)
        if found is None:
            raise _not_a_name(name, self.names.pdf)
        return found

    def parse_matter_name(self, name: str) -> MatterName:
        """Read the name of a PDF of front or back matter."""
        fields = parse(self.names.matter, name)
        if fields is None or fields["part"] not in (Part.FRONT, Part.BACK):
            raise _not_a_name(name, self.names.matter)
        return MatterName(book=self._book(fields, name), part=Part(fields["part"]))

    def parse_zip_name(self, name: str) -> BookName:
        """Read the name of a book's ZIP."""
        fields = parse(self.names.zip, name)
        if fields is None:
            raise _not_a_name(name, self.names.zip)
        return self._book(fields, name)

    def parse_workbook_name(self, name: str) -> BookName:
        """Read the name of a book's workbook."""
        fields = parse(self.names.workbook, name)
        if fields is None:
            raise _not_a_name(name, self.names.workbook)
        return self._book(fields, name)

    def _render(self, template: str, book: BookId | BookName, **values: str | int) -> str:
        self._check_kind(book.kind, book_label(book))
        if book.unit_code is not None:
            values["unit"] = book.unit_code
        try:
            name = render(template, {"kind": book.kind, "year": book.year, "volume": book.volume, **values})
        except (ValueError, KeyError) as error:
            text = _("No file name can be made for {book}: {error}")
            raise ConventionError(text.format(book=book_label(book), error=error)) from error
        if len(name) > _MAX_LENGTH:
            raise ConventionError(_("The file name {name} is too long.").format(name=name))
        return name

    def _parse_case(self, name: str) -> CaseName | None:
        found = []
        for template in (self.names.pdf, self.names.pdf_other_year):
            fields = parse(template, name)
            number = normal_number(fields["number"]) if fields else None
            if fields and number:
                book = self._book(fields, name)
                key = CaseKey(year=int(fields.get("case_year", book.year)), number=number)
                found.append(CaseName(book=book, key=key))
        if len(found) > 1:
            raise ConventionError(
                _("The file name {name!r} can be read in two ways.").format(name=name),
                remedy=_("Make the templates 'pdf' and 'pdf_other_year' of the convention differ more."),
            )
        return found[0] if found else None

    def _book(self, fields: dict[str, str], name: str) -> BookName:
        self._check_kind(fields["kind"], name)
        volume = int(fields["volume"])
        if not volume:
            raise ConventionError(_("{name}: volumes are counted from 1.").format(name=name))
        return BookName(kind=fields["kind"], year=int(fields["year"]), volume=volume, unit_code=fields.get("unit"))

    def _check_kind(self, kind: str, name: str) -> None:
        if kind not in self.kinds:
            raise ConventionError(
                _("{name}: there is no kind of book {kind!r}.").format(name=name, kind=kind),
                remedy=_("Use {kinds}, or add the code to the convention.").format(kinds=", ".join(self.kinds)),
            )


def book_label(book: BookId | BookName) -> str:
    """Return how a book is called in messages: `KS.2010.01`."""
    return f"{book.kind}.{book.year:04d}.{book.volume:02d}"


def _not_a_name(name: str, template: str) -> ConventionError:
    return ConventionError(
        _("The file name {name!r} does not have the form {template}.").format(name=name, template=template)
    )
