"""What lies on the disk of a published revision: its ZIPs, and whether they are as they were published."""

import hashlib
from pathlib import Path

from scanpipe.errors import PackageRefused
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.state import views
from scanpipe.state.books import open_books
from scanpipe.state.store import digest_of
from scanpipe.system.plain_files import open_plain


def file_digest(path: Path) -> str:
    """Return the sha256 of a file's content."""
    with open_plain(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def archives_in(folder: Path) -> tuple[Path, ...]:
    """Return the ZIPs in the folder of a revision."""
    return tuple(sorted(folder.glob("*.zip")))


def zips_digest(folder: Path) -> str:
    """Return the sha256 of a revision's ZIP, of its parts' names and digests where there are several, or ""."""
    archives = archives_in(folder)
    if len(archives) < 2:
        return "".join(map(file_digest, archives))
    lines = "".join(f"{file_digest(archive)}  {archive.name}\n" for archive in archives)
    return digest_of(lines.encode())


def changed_folder(station: Station, delivery: views.DeliveryRow) -> Path | None:
    """Return the folder of a revision if one of its ZIPs is gone or was changed; folders may move away."""
    folder = station.folder / delivery.folder
    changed = folder.is_dir() and zips_digest(folder) != delivery.zip_digest
    return folder if changed else None


def refuse_changed(station: Station, delivery: views.DeliveryRow) -> None:
    """Make sure that the ZIPs of a revision are as they were published, or away with their folder.

    Raises:
        PackageRefused: one is gone or was changed.
    """
    folder = changed_folder(station, delivery)
    if folder:
        raise PackageRefused(
            lazy("A ZIP in {folder} is missing or was changed after it was published.", folder=folder),
            remedy=lazy(
                "Move the folder to another place. Then run 'scanpipe deliver BOOK --again' to make it again, byte "
                "for byte."
            ),
        )


def changed_packages(station: Station) -> tuple[Path, ...]:
    """Return the published packages whose ZIPs are gone from their folder or were changed; folders may move away."""
    found = [row for book in open_books(station.journal) for row in views.deliveries(station.journal, book.row)]
    return tuple(folder for row in found if (folder := changed_folder(station, row)))
