"""A published revision whose folder is gone, made again with the same bytes: its files are in the store.

ZIPs are not kept a second time: they are written again from their PDFs, and compared with the digest in the journal.
"""

from collections.abc import Iterator
from pathlib import Path

from scanpipe.errors import PackageError
from scanpipe.flows.book.books import convention_of
from scanpipe.flows.delivery.published import zips_digest
from scanpipe.flows.delivery.revision import Revision
from scanpipe.flows.delivery.revision_folder import publish_folder, staged_folder
from scanpipe.flows.locking import held_book
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Book
from scanpipe.package.reports.manifest import MANIFEST_NAME, Manifest, read_manifest
from scanpipe.package.zips.bundle import Member, split_members, write_zip
from scanpipe.state import views
from scanpipe.state.books import BookRow, find_book, open_books
from scanpipe.state.revision_files import RevisionFile, keep_revision_file, revision_files
from scanpipe.system.fsio import sync_tree, write_atomic

_ZIP = ".zip"


def keep_accompanying_files(station: Station, revision: Revision, staged: Path) -> None:
    """Put what lies beside the ZIPs of a revision into the store, under the revision's name and its own.

    With its manifest stands what the revision had read, should its row have to be written after a crash.
    """
    for path in sorted(staged.iterdir()):
        if path.suffix == _ZIP:
            continue
        read = revision.facts.newest if path.name == MANIFEST_NAME else None
        file = RevisionFile(name=path.name, digest=station.store.put(path.read_bytes()), read=read)
        keep_revision_file(station.journal, revision.facts.row, revision.number, "accompanying", file)


def read_by(station: Station, book: int, revision: int) -> views.Newest | None:
    """Return what a revision had read when the files beside its ZIPs were kept, which is before it is published."""
    files = revision_files(station.journal, book, revision, "accompanying")
    manifests = [file for file in files if file.name == MANIFEST_NAME]
    return manifests[-1].read if manifests else None


def kept_manifest(station: Station, book: int, revision: int) -> Manifest | None:
    """Return the manifest of a revision from the store; None where it was not kept, or is damaged."""
    kept = revision_files(station.journal, book, revision, "accompanying")
    digests = [file.digest for file in kept if file.name == MANIFEST_NAME]
    try:
        return read_manifest(station.store.path(digests[-1])) if digests else None
    except PackageError:
        return None


def away_revisions(station: Station) -> dict[str, Path]:
    """Return, by the name of its book, the folder of each newest revision that is not where it was published."""
    newest = {
        row.book.id.full_name: views.deliveries(station.journal, row.row)[-1:] for row in open_books(station.journal)
    }
    folders = {name: station.folder / delivery.folder for name, found in newest.items() for delivery in found}
    return {name: folder for name, folder in folders.items() if not folder.is_dir()}


def make_again(station: Station, name: str) -> tuple[Path, ...]:
    """Make the folder of each revision of a book that is away again, byte for byte; return those folders.

    Raises:
        PackageError: its papers were not kept, or its ZIP would not have the bytes that were published.
        BlobDamaged: one of its files is damaged in the store.
        StationLocked: another process works on the book.
        DiskFull: no room; what is not whole is not there.
    """
    with held_book(station, name):
        found = find_book(station.journal, name)
        return tuple(_made_again(station, found))


def _made_again(station: Station, found: BookRow) -> Iterator[Path]:
    for delivery in views.deliveries(station.journal, found.row):
        folder = station.folder / delivery.folder
        if folder.is_dir():
            continue
        with staged_folder(folder) as staged:
            _write_accompanying_files(station, found, delivery.revision, staged)
            _write_zips(station, found.book, read_manifest(staged / MANIFEST_NAME), staged)
            if zips_digest(staged) != delivery.zip_digest:
                raise PackageError(
                    lazy(
                        "{book} r{revision} cannot be made again: its ZIP would have different bytes.",
                        book=found.book.id,
                        revision=delivery.revision,
                    ),
                    remedy=lazy(
                        "Check whether [zip] or the names of its convention were changed. Restore the earlier file."
                    ),
                )
            sync_tree(staged)
            publish_folder(staged, folder)
        yield folder


def _write_accompanying_files(station: Station, found: BookRow, revision: int, staged: Path) -> None:
    kept = revision_files(station.journal, found.row, revision, "accompanying")
    files = {file.name: file.digest for file in kept}
    if MANIFEST_NAME not in files:
        raise PackageError(
            lazy(
                "{book} r{revision} cannot be made again: its report and notes were not kept.",
                book=found.book.id,
                revision=revision,
            ),
            remedy=lazy("Restore its folder from a backup, or reject a page and deliver the next revision."),
        )
    for name, digest in files.items():
        write_atomic(staged / name, station.store.get(digest))


def _write_zips(station: Station, book: Book, manifest: Manifest, staged: Path) -> None:
    convention = convention_of(station, book)
    folder = convention.folder(book.id)
    zipped = [file for file in manifest.files if file.place == "zip"]
    for file in zipped:
        station.store.get(file.sha256)  # a PDF that is damaged is told by its own name
    members = [Member(name=f"{folder}{file.name}", path=station.store.path(file.sha256)) for file in zipped]
    names = [file.name for file in manifest.files if file.place == "beside" and file.name.endswith(_ZIP)]
    for name, part in zip(names, split_members(members, convention.zip), strict=False):
        write_zip(staged / name, part, convention.zip)
