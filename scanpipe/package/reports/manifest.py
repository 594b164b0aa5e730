"""The manifest of a delivered book: every file with its digest, and what each page was made from and with."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from scanpipe.errors import PackageError
from scanpipe.messages import _, lazy
from scanpipe.package.paper_area import PageFigures, PagePaper
from scanpipe.package.reports.case_rules import rule_text
from scanpipe.sandbox import limited
from scanpipe.system.os_errors import describe
from scanpipe.system.plain_files import read_plain
from scanpipe.vocabularies.reasons import reason_text

MANIFEST_NAME = "manifest.json"
_MAX_BYTES = 64 * 1024 * 1024
_Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_FileName = Annotated[str, msgspec.Meta(pattern=r"^(?!\.{1,2}$)[^/\\\x00-\x1f\x7f]{1,255}$")]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class PageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A page within a PDF: its label in the book, the digest of its capture, the recipe and the image it became."""

    page: str
    capture: str
    recipe: str
    image: str


class FileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the delivery: in the ZIP, or beside it (the ZIP itself, the workbook, front and back matter)."""

    name: _FileName
    place: Literal["zip", "beside"]
    sha256: _Digest
    size: _Count
    pages: tuple[PageRecord, ...] = ()


class PageChange(msgspec.Struct, frozen=True, kw_only=True):
    """A page that was made anew since the revision before: why, by whom and for which ticket, where someone said so."""

    page: str
    decision: str = ""
    reason: str = ""
    note: str = ""
    person: str = ""
    ticket: str = ""

    @property
    def why(self) -> str:
        """Reason, note, who gave them, and the ticket, as far as they are known: "faded, the name (Lan, CV 17)"."""
        reason = ", ".join(text for text in (reason_text(self.reason), self.note) if text)
        said = ", ".join(text for text in (self.person, self.ticket) if text)
        return f"{reason} ({said})" if reason and said else reason or said


class FileChange(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came, went, or has other bytes than in the revision before."""

    name: str
    what: Literal["added", "removed", "changed"]
    pages: tuple[PageChange, ...] = ()


class Amended(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of the book, by its name in the journal, or "place" for pages called otherwise: before and after.

    Rules stand as `case_rules` writes them.
    """

    what: str
    before: str
    after: str
    person: str = ""
    reason: str = ""
    ticket: str = ""

    def __str__(self) -> str:
        said = ", ".join(text for text in (self.person, self.ticket, self.reason) if text)
        before, after = (rule_text(text) if self.what == "rule" else text for text in (self.before, self.after))
        line = f"{term_text(self.what)}: {before or '–'} → {after or '–'}"
        return f"{line} ({said})" if said else line


def term_text(code: str) -> str:
    """Return what a statement of a book is called; one that is not known stays as it is written."""
    texts = {
        "place": _("pages"),
        "opened": _("date opened"),
        "closed": _("date closed"),
        "pages": _("pages stated"),
        "cases": _("cases stated"),
        "first_number": _("number of the first case"),
        "front": _("front pages"),
        "back": _("back pages"),
        "rule": _("rule for cases"),
        "convention": _("naming convention"),
        "recipe": _("recipe"),
        "spreads": _("spreads"),
        "due": _("due date"),
    }
    return texts.get(code, code)


class TicketRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that asked for a change: its number and day, and who approved it."""

    number: str
    dated: date
    approved_by: str
    note: str = ""

    def __str__(self) -> str:
        text = _("{number} of {day}, approved by {person}").format(
            number=self.number, day=f"{self.dated:%d/%m/%Y}", person=self.approved_by
        )
        return f"{text} ({self.note})" if self.note else text


class CountChange(msgspec.Struct, frozen=True, kw_only=True):
    """How many pages a PDF has now and had before; `name` is "" where the whole book is meant."""

    name: str
    before: int
    after: int

    def __str__(self) -> str:
        name = self.name or _("whole book")
        return f"{name}: {self.before} → {self.after}"


class CellChange(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of the workbook that people type, by its case and its column: before and after."""

    case: str
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.case}, {self.column}: {self.before or '–'} → {self.after or '–'}"


class TypedChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What people typed since: how many empty cells of each column were `filled`, and which cells `changed`."""

    filled: dict[str, int] = {}
    changed: tuple[CellChange, ...] = ()

    @property
    def filled_text(self) -> str:
        """How many cells were filled in, by column."""
        return ", ".join(f"{column} ({count})" for column, count in self.filled.items())


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is different from the revision `against`.

    `amended` says what the book states otherwise, and what moved; `tickets` for which letters; `counts` are the numbers
    of pages that are not what they were; `typed` what people typed.
    """

    against: int
    files: tuple[FileChange, ...]
    amended: tuple[Amended, ...] = ()
    tickets: tuple[TicketRecord, ...] = ()
    counts: tuple[CountChange, ...] = ()
    typed: TypedChanges = TypedChanges()


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery of one book. `recipes` maps an id to its name, `tools` a program to its version.

    `pages` are all pages of the book, also those that are in no PDF, with the size of their paper; with `iso_sizes` a
    size close to one of ISO 216 counts as that one. `figures` are what that comes to; None in manifests of old.
    `workbook_rows` is the digest of what scanpipe wrote into the workbook, `changes` None in a first revision.
    """

    format: Literal[1] = 1
    unit_code: str
    unit_list: str
    unit_name: str
    kind: str
    year: int
    volume: int
    revision: Annotated[int, msgspec.Meta(ge=1)]
    convention: str
    confidence: str
    recipes: dict[str, str]
    tools: dict[str, str]
    files: tuple[FileRecord, ...]
    pages: tuple[PagePaper, ...] = ()
    iso_sizes: bool = False
    figures: PageFigures | None = None
    workbook_rows: str = ""
    changes: Changes | None = None

    @property
    def in_pdfs(self) -> tuple[str, ...]:
        """The label of each page of each PDF."""
        return tuple(page.page for file in self.files for page in file.pages)


def encode_manifest(manifest: Manifest) -> bytes:
    """Return canonical JSON: keys sorted, UTF-8, indented by two, a line break at the end."""
    plain = msgspec.to_builtins(manifest)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2).encode() + b"\n"


@limited(error=PackageError)
def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        PackageError: no such file, or not a manifest.
    """
    try:
        return msgspec.json.decode(read_plain(path, most=_MAX_BYTES), type=Manifest)
    except (OSError, ValueError, RecursionError) as error:
        raise PackageError(
            lazy("{path} cannot be read as a manifest ({error}).", path=path, error=describe(error))
        ) from error
