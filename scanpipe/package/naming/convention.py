"""The naming convention, wholly as data: file names that render and parse, codes, limits, ZIPs, workbook columns.

The ministry's annex (công văn 1437/BTP-CNTT of 25/04/2019) could not be had, so a convention says how sure it is
(`confidence`) and on what evidence (`sources`).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from scanpipe.errors import ConventionError
from scanpipe.messages import lazy
from scanpipe.model import BookId, CaseKey, Part
from scanpipe.package.naming.case_number import normal_number
from scanpipe.package.naming.limits import Kind, Limits, Names, ZipRules
from scanpipe.package.naming.template import parse, render, render_folder
from scanpipe.package.naming.workbook_layout import WorkbookRules

_CODE = "^[A-Z]{1,8}$"
_MAX_LENGTH = 120


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipName:
    """What the name of a ZIP tells; `part` counts from 1, and is None for a ZIP that holds the whole book."""

    book: BookName
    part: int | None = None


class Convention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One convention file.

    `matter_location` is where front and back matter go: beside the ZIP, into it, or only into the report. `based_on`
    names the convention that it shares everything else with. The methods raise ConventionError where a name cannot be
    made or read.
    """

    name: str
    confidence: str
    based_on: str = ""
    sources: tuple[str, ...] = ()
    matter_location: Literal["beside", "zip", "listed"] = "beside"
    names: Names
    kinds: dict[Annotated[str, msgspec.Meta(pattern=_CODE)], Kind]
    limits: Limits = Limits()
    zip: ZipRules = ZipRules()
    workbook: WorkbookRules

    def pdf_name(self, book: BookId | BookName, key: CaseKey) -> str:
        """Return the name of a case's PDF: `KS.2010.01.012a.pdf`."""
        other = key.year != book.year
        template = self.names.pdf_other_year if other else self.names.pdf
        return self._render(template, book, number=normal_number(key.number) or key.number, case_year=key.year)

    def matter_name(self, book: BookId | BookName, part: Part) -> str:
        """Return the name of the PDF that holds the pages before (front) or after (back) the cases."""
        if part is Part.BODY:
            raise ConventionError(lazy("Body pages belong to cases, not to front or back matter."))
        return self._render(self.names.matter, book, part=part.value)

    def zip_name(self, book: BookId | BookName, part: int | None = None) -> str:
        """Return the name of the book's ZIP, or of one of its parts, counted from 1."""
        if part is None:
            return self._render(self.names.zip, book)
        return self._render(self.names.zip_part, book, zip_part=part)

    def folder(self, book: BookId | BookName) -> str:
        """Return the folder within the ZIP that its files lie in, "/" at its end, or "" where the ZIP is flat."""
        try:
            return render_folder(self.names.folder, _fields(book))
        except (ValueError, KeyError) as error:
            raise _no_name(book, error) from error

    def workbook_name(self, book: BookId | BookName) -> str:
        """Return the name of the book's workbook."""
        return self._render(self.names.workbook, book)

    def parse_pdf_name(self, name: str) -> CaseName:
        """Read the name of a case's PDF; capitals in the suffix and in a number's letters are accepted."""
        case_name = self._parse_case(name)
        if case_name is None:
            raise _not_a_name(name, self.names.pdf)
        return case_name

    def parse_matter_name(self, name: str) -> MatterName:
        """Read the name of a PDF of front or back matter."""
        fields = parse(self.names.matter, name)
        if fields is None or fields["part"] not in (Part.FRONT, Part.BACK):
            raise _not_a_name(name, self.names.matter)
        return MatterName(book=self._book(fields, name), part=Part(fields["part"]))

    def parse_zip_name(self, name: str) -> ZipName:
        """Read the name of a book's ZIP, or of a part of it."""
        for template in (self.names.zip, self.names.zip_part):
            fields = parse(template, name)
            if fields:
                part = fields.get("zip_part")
                return ZipName(book=self._book(fields, name), part=int(part) if part else None)
        raise _not_a_name(name, self.names.zip)

    def parse_workbook_name(self, name: str) -> BookName:
        """Read the name of a book's workbook."""
        fields = parse(self.names.workbook, name)
        if fields is None:
            raise _not_a_name(name, self.names.workbook)
        return self._book(fields, name)

    def _render(self, template: str, book: BookId | BookName, **values: str | int) -> str:
        self._check_kind(book.kind, book_label(book))
        try:
            name = render(template, {**_fields(book), **values})
        except (ValueError, KeyError) as error:
            raise _no_name(book, error) from error
        if len(name) > _MAX_LENGTH:
            raise ConventionError(lazy("The file name {name} is too long.", name=name))
        return name

    def _parse_case(self, name: str) -> CaseName | None:
        case_names: set[CaseName] = set()
        for template in (self.names.pdf, self.names.pdf_other_year):
            fields = parse(template, name)
            number = normal_number(fields["number"]) if fields else None
            if fields and number:
                book = self._book(fields, name)
                key = CaseKey(year=int(fields.get("case_year", book.year)), number=number)
                case_names.add(CaseName(book=book, key=key))
        if len(case_names) > 1:
            raise ConventionError(
                lazy("The file name {name!r} has two meanings.", name=name),
                remedy=lazy("Make the templates 'pdf' and 'pdf_other_year' of the convention more different."),
            )
        return next(iter(case_names), None)

    def _book(self, fields: dict[str, str], name: str) -> BookName:
        self._check_kind(fields["kind"], name)
        volume = int(fields["volume"])
        if not volume:
            raise ConventionError(lazy("{name}: volume numbers begin with 1.", name=name))
        return BookName(kind=fields["kind"], year=int(fields["year"]), volume=volume, unit_code=fields.get("unit"))

    def _check_kind(self, kind: str, name: str) -> None:
        if kind not in self.kinds:
            raise ConventionError(
                lazy("{name}: the convention has no kind of book {kind!r}.", name=name, kind=kind),
                remedy=lazy("Use {kinds}, or add the code to the convention.", kinds=", ".join(self.kinds)),
            )


def book_label(book: BookId | BookName) -> str:
    """Return how a book is called in messages: `KS.2010.01`."""
    return f"{book.kind}.{book.year:04d}.{book.volume:02d}"


def _fields(book: BookId | BookName) -> dict[str, str | int]:
    fields: dict[str, str | int] = {"kind": book.kind, "year": book.year, "volume": book.volume}
    return fields if book.unit_code is None else {**fields, "unit": book.unit_code}


def _no_name(book: BookId | BookName, error: Exception) -> ConventionError:
    text = lazy("Cannot make a file name for {book}: {error}")
    return ConventionError(text.format(book=book_label(book), error=error))


def _not_a_name(name: str, template: str) -> ConventionError:
    return ConventionError(lazy("The file name {name!r} does not match {template}.", name=name, template=template))
