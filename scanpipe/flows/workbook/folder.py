"""The workbooks that lie in the folder of a published revision: its own, and what people saved beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import WorkbookError
from scanpipe.flows.workbook.issued import WORKBOOK, IssuedWorkbook, WorkbookContext
from scanpipe.messages import LazyText, joined, lazy
from scanpipe.package.reports.delivery_note import NOTE_WORKBOOK
from scanpipe.package.workbook.typed_cells import WorkbookStamp, read_stamp, stamp_of

_OTHER_FORMS = frozenset({".ods", ".fods", ".xls", ".xlsm", ".xlsb", ".csv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderWorkbooks:
    """The workbooks of a revision in its folder, that of its name first if it is there, and what else lies there."""

    paths: tuple[Path, ...]
    notices: tuple[LazyText, ...]


def workbooks_in_folder(context: WorkbookContext, issued: IssuedWorkbook) -> FolderWorkbooks:
    """Return the workbooks of a revision in its folder: that of its name, and those of its stamp.

    Raises:
        WorkbookError: the one of its name is of another book or revision, put in its place.
    """
    folder, book = context.station.folder / issued.delivery.folder, context.facts.book.id
    wanted, named = stamp_of(book, issued.delivery.revision), folder / issued.name
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    files = [path for path in files if path != named and not _is_other(path)]
    beside = [path for path in files if path.suffix.lower() == WORKBOOK]
    stamps = {path: _read_stamp(path) for path in beside}
    others = tuple(path for path, stamp in stamps.items() if stamp == wanted)
    notices = [_why_left(issued, path.name, stamp) for path, stamp in stamps.items() if stamp != wanted]
    notices += [
        lazy("{name}: not copied (save it as .xlsx)", name=name_in_folder(issued, path.name))
        for path in files
        if path.suffix.lower() in _OTHER_FORMS
    ]
    if not named.is_file():
        return FolderWorkbooks(paths=others, notices=tuple(notices))
    with with_move_away_hint():
        stamp = read_stamp(named)
    if stamp not in (None, wanted):
        raise WorkbookError(
            lazy(
                "{path} is not the workbook of {book}, r{revision}; its stamp names {mark}.",
                path=named,
                book=book,
                revision=issued.delivery.revision,
                mark=stamp,
            ),
            remedy=lazy(
                "Nothing was copied from it. Move it to another place. If it is a copy of the workbook of this book, "
                "give it with --index."
            ),
        )
    return FolderWorkbooks(paths=(named, *others), notices=tuple(notices))


def name_in_folder(issued: IssuedWorkbook, file: str) -> str:
    """Return what people are told a file of a revision is called."""
    return f"r{issued.delivery.revision}/{file}"


@contextmanager
def with_move_away_hint() -> Iterator[None]:
    """Tell, of a workbook in the folder of a revision, that it need not be mended."""
    try:
        yield
    except WorkbookError as error:
        way = lazy("Or move it to another place. Then the published data is copied, without later typing.")
        raise WorkbookError(error.text, remedy=joined(error.remedy, way)) from error


def _is_other(path: Path) -> bool:
    """Tell whether a file is a delivery note, or only says that Excel has the workbook open."""
    return path.name == NOTE_WORKBOOK or path.name.startswith("~$")


def _read_stamp(path: Path) -> WorkbookStamp | WorkbookError | None:
    try:
        return read_stamp(path)
    except WorkbookError as error:
        return error


def _why_left(issued: IssuedWorkbook, file: str, stamp: WorkbookStamp | WorkbookError | None) -> LazyText:
    name = name_in_folder(issued, file)
    if isinstance(stamp, WorkbookError):
        return lazy("{name}: not copied ({reason})", name=name, reason=stamp.text)
    return lazy(
        "{name} has no stamp of r{revision}: not copied (give it with --index)",
        name=name,
        revision=issued.delivery.revision,
    )
