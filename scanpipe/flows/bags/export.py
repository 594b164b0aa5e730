"""A book into a bag: all that its facts name, and the fact that it left."""

import hashlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import BlobDamaged, ConfigError, StateError, UsageError
from scanpipe.flows.bags.bag import (
    FACTS,
    FOLDERS,
    STORE,
    BagHead,
    check_bag,
    copy_in,
    name_bag,
    read_head,
    seal_bag,
    staged_bag,
)
from scanpipe.flows.book.books import BookFacts, book_facts, convention_of, own_recipe
from scanpipe.flows.delivery.adoption import adopt_published
from scanpipe.flows.locking import held_book, in_one_step
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Book
from scanpipe.state.backups import freed_masters
from scanpipe.state.book_rows import BookRows, blobs_of, book_rows, row_lines
from scanpipe.state.journal import json_text
from scanpipe.state.migration import migrated
from scanpipe.state.moves import add_move
from scanpipe.state.revision_files import revision_files
from scanpipe.state.store import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A bag that was written: how many stored files are in it, and which of its facts' files were lost here."""

    book: str
    bag: Path
    files: int
    lost: tuple[str, ...]


def export_book(station: Station, name: str, folder: Path) -> Exported:
    """Write a book into a bag in `folder`; from then on no list of this station names it, and nothing changes it here.

    Raises:
        BookUnknown: there is no such book, or it left already.
        UsageError: the folder has another bag of that name, or cannot be written.
        StateError: somebody judged a page meanwhile, or masters of it were freed.
        StationLocked: another process works on the book.
        DiskFull: no room; no bag was written.
    """
    with held_book(station, name):
        facts = _facts(station, name)
        rows = book_rows(station.journal.db, facts.row)
        _refuse_freed(station, facts, rows)
        bag = folder.absolute() / facts.book.id.full_name.replace("/", "_")
        if bag.exists():
            _refuse_other(bag, rows)
            return _leave(station, facts, rows, bag)
        with staged_bag(bag) as staged:
            lost = tuple(_copy_blobs(station, rows, staged))
            _copy_typed(station, facts, staged)
            _write_facts(station, facts.book, rows, staged, lost=len(lost))
            seal_bag(staged, {"External-Identifier": facts.book.id.full_name, "Bag-Software-Agent": "scanpipe"})
            return _leave(station, facts, rows, bag, staged=staged, lost=lost)


def _facts(station: Station, name: str) -> BookFacts:
    facts = book_facts(station, name)
    adopted = adopt_published(station, facts, station.out / facts.book.id.full_name)
    return book_facts(station, name) if adopted else facts


def _refuse_freed(station: Station, facts: BookFacts, rows: BookRows) -> None:
    """Refuse a book whose masters only the backups of this station hold: no other machine knows those."""
    freed = blobs_of(rows) & freed_masters(station.journal).keys()
    if not all(map(station.store.has, freed)):
        raise StateError(
            lazy("Masters of {book} were freed: only backups hold them.", book=facts.book.id),
            remedy=lazy("Bring them back first: scanpipe restore FOLDER --masters {book}", book=facts.book.id),
        )


def facts_digest(rows: BookRows) -> str:
    """Return the sha256 of the facts of a book."""
    digest = hashlib.sha256()
    for line in row_lines(rows):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def terms_of(station: Station, book: Book) -> tuple[str, str]:
    """Return the digest of the convention and the id of the recipe that a book has on this station, "" for none."""
    try:
        convention = digest_of(json_text(convention_of(station, book)).encode())
    except ConfigError:
        convention = ""
    return convention, own_recipe(station, book)[0]


def _refuse_other(bag: Path, rows: BookRows) -> None:
    """Take a bag for the one that is to be written only if it is: a command that was killed may have left it."""
    check_bag(bag)
    _head, lines = read_head(bag)
    if [line.rstrip(b"\n") for line in lines] != [line.encode() for line in row_lines(rows)]:
        raise UsageError(
            lazy("{path} is a bag with other facts of the book.", path=bag), remedy=lazy("Choose another folder.")
        )


@in_one_step
def _leave(
    station: Station,
    facts: BookFacts,
    rows: BookRows,
    bag: Path,
    *,
    staged: Path | None = None,
    lost: tuple[str, ...] = (),
) -> Exported:
    """Give the bag its name, and write that the book left; both only if its facts are still those of the bag."""
    if book_rows(station.journal.db, facts.row) != rows:
        raise StateError(
            lazy("{book} was changed while it was exported. It stays here.", book=facts.book.id),
            remedy=lazy("Run the same command again."),
        )
    if staged:
        name_bag(staged, bag)
    add_move(station.journal, facts.row, "out", facts=facts_digest(rows), host=platform.node(), person=station.person)
    return Exported(book=str(facts.book.id), bag=bag, files=len(blobs_of(rows)) - len(lost), lost=lost)


def _copy_blobs(station: Station, rows: BookRows, staged: Path) -> Iterator[str]:
    """Copy the stored files of a book, each read against its digest; yield those that are damaged or gone."""
    for digest in sorted(blobs_of(rows)):
        try:
            data = station.store.get(digest)
        except BlobDamaged:
            yield digest
            continue
        copy_in(staged, f"{STORE}/{digest[:2]}/{digest}", data)


def _copy_typed(station: Station, facts: BookFacts, staged: Path) -> None:
    """Copy the workbooks in published folders that people wrote into, or laid beside them."""
    for delivery in facts.deliveries:
        kept = {file.digest for file in revision_files(station.journal, facts.row, delivery.revision, "accompanying")}
        for path in sorted((station.folder / delivery.folder).glob("*.xlsx")):
            if not path.name.startswith("~$") and digest_of(data := path.read_bytes()) not in kept:
                copy_in(staged, f"{FOLDERS}/r{delivery.revision}/{path.name}", data)


def _write_facts(station: Station, book: Book, rows: BookRows, staged: Path, *, lost: int) -> None:
    convention, recipe = terms_of(station, book)
    head = BagHead(
        book=book.id.full_name,
        journal=migrated(station.journal.db),
        host=platform.node(),
        convention=convention,
        recipe=recipe,
        lost=lost,
    )
    with (staged / FACTS).open("w", encoding="utf-8") as stream:
        stream.write(json_text(head) + "\n")
        stream.writelines(line + "\n" for line in row_lines(rows))
