"""What the files of a book will be called, shown while the book is being opened."""

from dataclasses import dataclass

from scanpipe.flows.book.conventions import load_convention
from scanpipe.flows.station import Station
from scanpipe.model import BookId, CaseKey, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNames:
    """The names: ZIP, workbook, the PDFs of the first and the last case ("" where no total is stated), the cover."""

    archive: str
    workbook: str
    first: str
    last: str
    front: str


def file_names(station: Station, book: BookId, *, first_number: int = 1, cases: int | None = None) -> FileNames:
    """Return what the files of a book will be called by the station's convention.

    Raises:
        ConfigError: the convention cannot be read.
        ConventionError: it has no name for such a book.
    """
    convention = load_convention(station.settings.deliver.convention, station.folder)

    def pdf(number: int) -> str:
        return convention.pdf_name(book, CaseKey(year=book.year, number=str(number)))

    return FileNames(
        archive=convention.zip_name(book),
        workbook=convention.workbook_name(book),
        first=pdf(first_number),
        last=pdf(first_number + cases - 1) if cases else "",
        front=convention.matter_name(book, Part.FRONT),
    )


def kinds(station: Station) -> dict[str, str]:
    """Return the kinds of book of the station's convention: the code, and what it is called in Vietnamese."""
    convention = load_convention(station.settings.deliver.convention, station.folder)
    return {code: kind.vietnamese for code, kind in convention.kinds.items()}
