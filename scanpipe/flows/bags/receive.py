"""A book out of a bag: checked whole before anything is written, its files first, its facts in one transaction."""

from collections.abc import Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import BookExists, PackageError
from scanpipe.flows.bags.bag import FOLDERS, STORE, BagHead, check_bag, damaged_facts, payload, read_head
from scanpipe.flows.bags.export import facts_digest, terms_of
from scanpipe.flows.delivery.reissue import make_again
from scanpipe.flows.locking import held_row, in_one_step
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy, lazy_counted
from scanpipe.model import BookId
from scanpipe.state import views
from scanpipe.state.book_rows import BookRows, blobs_of, book_rows
from scanpipe.state.books import BookRow, find_any_book
from scanpipe.state.imports import Standing, add_rows, book_id, read_rows, standing_of
from scanpipe.state.moves import add_move, newest_move
from scanpipe.state.revision_files import revision_files
from scanpipe.state.store import digest_of
from scanpipe.system.fsio import write_atomic, write_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a bag: how its facts stand to those that were here, and what a person should know."""

    book: str
    standing: Standing
    written: bool
    notices: tuple[LazyText, ...]


def import_book(station: Station, bag: Path) -> Imported:
    """Take a book over from a bag; one that is here already, as it is in the bag or further, stays as it is.

    Raises:
        BagDamaged: files of the bag are damaged or missing; nothing was written.
        StateError: a newer scanpipe wrote it.
        BookExists: the book is here with other facts.
        StationLocked: another process works on the book.
        DiskFull: no room; the book is not here, or as it was.
    """
    check_bag(bag)
    head, rows = _read_facts(bag)
    book = book_id(rows)
    found = find_any_book(station.journal, book)
    with held_row(station, found) if found else nullcontext():
        standing = _standing(station, found, rows)
        _refuse_other(station, book, standing)
        written = standing in (Standing.NEW, Standing.LATER) or (standing is Standing.SAME and _is_away(station, found))
        if written:
            _keep_files(station, bag)
            _write(station, rows, standing, head)
    notices: tuple[LazyText, ...] = ()
    if written:
        notices = (*_lost(head), *_other_terms(station, book, head))
    if standing is not Standing.EARLIER:  # an import that was killed may have left its folders to the next one
        notices += tuple(_published(station, book, bag, beside=written))
    return Imported(book=str(book), standing=standing, written=written, notices=notices)


def _keep_files(station: Station, bag: Path) -> None:
    for name, path in payload(bag, STORE).items():
        if station.store.put(path.read_bytes()) != path.name:
            raise damaged_facts(bag, name)


def _read_facts(bag: Path) -> tuple[BagHead, BookRows]:
    head, lines = read_head(bag)
    try:
        rows = read_rows(lines, journal=head.journal)
    except ValueError as error:
        raise damaged_facts(bag, str(error)) from error
    unknown = {name.rpartition("/")[2] for name in payload(bag, STORE)} - blobs_of(rows)
    if unknown:
        raise damaged_facts(bag, ", ".join(sorted(unknown)))
    return head, rows


def _standing(station: Station, found: BookRow | None, rows: BookRows) -> Standing:
    return standing_of(rows, book_rows(station.journal.db, found.row) if found else None)


def _is_away(station: Station, found: BookRow | None) -> bool:
    move = newest_move(station.journal, found.row) if found else None
    return move is not None and move.direction == "out"


def _refuse_other(station: Station, book: BookId, standing: Standing) -> None:
    """Refuse facts that do not go together with those that are here: nobody can tell which are right."""
    if standing is Standing.OTHER:
        raise BookExists(
            lazy("The book {book} is on this station with other facts than in the bag.", book=book),
            remedy=lazy(
                "Nothing was imported. Compare both with 'scanpipe history {book}'. To keep both, import the bag into "
                "another station: run 'scanpipe init DIR', then 'scanpipe --station DIR book import BAG'.",
                book=book,
            ),
        )


@in_one_step
def _write(station: Station, rows: BookRows, standing: Standing, head: BagHead) -> None:
    found = find_any_book(station.journal, book_id(rows))
    if _standing(station, found, rows) is not standing:
        _refuse_other(station, book_id(rows), Standing.OTHER)
    row = add_rows(station.journal, rows, book=found.row if found else None)
    add_move(station.journal, row, "in", facts=facts_digest(rows), host=head.host, person=station.person)


def _lost(head: BagHead) -> Iterator[LazyText]:
    if head.lost:
        yield lazy_counted(
            "{n} stored file was lost on the machine that the book comes from.",
            "{n} stored files were lost on the machine that the book comes from.",
            head.lost,
        )


def _other_terms(station: Station, book: BookId, head: BagHead) -> Iterator[LazyText]:
    found = find_any_book(station.journal, book)
    assert found is not None
    convention, recipe = terms_of(station, found.book)
    if convention != head.convention:
        yield lazy(
            "The convention {name} is not the same on this station. Copy its file into conventions/ before delivery.",
            name=found.book.convention,
        )
    if recipe != head.recipe:
        yield lazy(
            "The recipe {name} is not the same on this station. Copy its file into recipes/ before you process.",
            name=found.book.recipe,
        )


def _published(station: Station, book: BookId, bag: Path, *, beside: bool) -> Iterator[LazyText]:
    """Make the folders of its revisions again, with the workbooks that people went on in."""
    try:
        make_again(station, book.full_name)
    except PackageError as error:
        yield lazy("The published folders were not made again: {reason}", reason=error.whole)
    found = find_any_book(station.journal, book)
    assert found is not None
    deliveries = {f"r{row.revision}": row for row in views.deliveries(station.journal, found.row)}
    for name, source in payload(bag, FOLDERS).items():
        revision, _slash, file = name.partition("/")
        delivery = deliveries.get(revision)
        if delivery and "/" not in file and (folder := station.folder / delivery.folder).is_dir():
            kept = {
                each.digest for each in revision_files(station.journal, found.row, delivery.revision, "accompanying")
            }
            _lay(folder / file, source.read_bytes(), kept, beside=beside)


def _lay(path: Path, data: bytes, kept: Collection[str], *, beside: bool) -> None:
    """Write a workbook of people over one that is as it was published; else beside it, or not at all."""
    there = digest_of(path.read_bytes()) if path.exists() else ""
    if there == digest_of(data):
        return
    if not there or there in kept:
        write_atomic(path, data)
    elif beside:
        number, stem = 2, path.stem
        while path.exists():
            path, number = path.with_stem(f"{stem} ({number})"), number + 1
        write_new(path, data)
