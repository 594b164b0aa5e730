"""`scanpipe backup`, `restore` and `prune`: copies of the whole station on other disks."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanpipe.cli.check import ShareType
from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import json_option, person
from scanpipe.cli.render import progress, say, show_json, tell
from scanpipe.errors import UsageError
from scanpipe.messages import _, counted, lazy

if TYPE_CHECKING:
    from scanpipe.flows.backup.back_up import BackupReport
    from scanpipe.flows.backup.restore import RestoreReport

_FOLDER = click.Path(path_type=Path, file_okay=False)
_MB = 1e6


@click.command(
    help=_(
        "Copy the whole station into FOLDER, on another disk or a share, and read the copy back.\n\n"
        "Only new files are copied. People may go on working. Run the command each day. Make backups on two disks in "
        "turn, and keep one of them in another building.\n\n"
        "Example: scanpipe backup /mnt/backup/station1"
    )
)
@click.argument("folder", metavar="FOLDER", type=_FOLDER)
@click.option("--check", "reread", is_flag=True, help=_("Read also what was copied earlier, and mend it."))
@click.option(
    "--share", type=ShareType(), default="1/1", metavar="N/M", help=_("With --check: read share N of M of the files.")
)
@click.option("--new", is_flag=True, help=_("Begin a new backup where the earlier one is gone."))
@json_option
@click.pass_obj
def backup(station: Path, *, folder: Path, reread: bool, share: tuple[int, int], new: bool, as_json: bool) -> int:
    """Back up the station."""
    from scanpipe.flows.backup.back_up import back_up
    from scanpipe.flows.station import open_station

    part = share if reread or share != (1, 1) else None
    with open_station(station, purpose="backup", person=person()) as opened:
        report: BackupReport = _followed(back_up(opened, folder, reread=part, new=new))
    if as_json:
        show_json(
            {
                **_counts(report),
                "folder": report.folder,
                "mended": report.mended,
                "lacking": report.lacking,
                "only_in_backup": report.only_there,
                "left_out": report.left_out,
            }
        )
    else:
        _show_backup(report)
    return 0 if report.whole else ATTENTION


@click.command(
    help=_(
        "Make a station again from the backup in FOLDER, in the new folder STATION.\n\n"
        "Every file is checked. Files that are damaged in the backup are named, and all others are restored. If the "
        "command is stopped, run it again to continue.\n\n"
        "With --masters: bring the masters of a book back into the present station, for example after 'scanpipe "
        "prune'.\n\n"
        "Example: scanpipe restore /mnt/backup/station1 /srv/station"
    )
)
@click.argument("folder", metavar="FOLDER", type=_FOLDER)
@click.argument("into", metavar="[STATION]", type=_FOLDER, required=False)
@click.option("--snapshot", default="", metavar="NAME", help=_("Which backup of FOLDER (default: the newest)."))
@click.option("--masters", "book", default="", metavar="BOOK", help=_("Bring back only the masters of this book."))
@json_option
@click.pass_obj
def restore(station: Path, *, folder: Path, into: Path | None, snapshot: str, book: str, as_json: bool) -> int:
    """Restore a station, or masters."""
    if book:
        return _bring_back(station, folder, book, as_json=as_json)
    if into is None:
        raise UsageError(lazy("Give the folder of the new station, or a book with --masters."))
    from scanpipe.flows.backup import restore as flow

    report: RestoreReport = _followed(flow.restore(folder, into, snapshot=snapshot))
    if as_json:
        show_json(
            {
                **_counts(report),
                "station": report.station,
                "lost": report.lost,
                "lost_files": report.lost_files,
                "left_out": report.left_out,
            }
        )
    else:
        _show_restored(report)
    return 0 if report.whole else ATTENTION


def _bring_back(station: Path, folder: Path, book: str, *, as_json: bool) -> int:
    from scanpipe.flows.backup.bring_back import bring_back
    from scanpipe.flows.station import open_station

    with open_station(station, purpose="restore", person=person()) as opened:
        done = bring_back(opened, folder, book)
    if as_json:
        show_json(done)
    else:
        say(counted("{n} master was brought back", "{n} masters were brought back", done.masters))
        for digest, page in done.lost.items():
            what = _("{book}, page {page}").format(book=done.book, page=page)
            tell(_("damaged or missing in the backup: {what} ({digest})").format(what=what, digest=digest))
    return ATTENTION if done.lost else 0


@click.command(
    help=_(
        "Free the masters of delivered books on this computer, where two backups on two other disks hold them.\n\n"
        "A book must be delivered, and nothing may have changed since. Both disks must be connected. Every master is "
        "read on both before it is removed here. 'scanpipe restore FOLDER --masters BOOK' brings masters back.\n\n"
        "The command is off until prune = true stands under [backup] in station.toml.\n\n"
        "Example: scanpipe prune --dry-run"
    )
)
@click.argument("names", metavar="[BOOK]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help=_("Only tell what would be freed."))
@json_option
@click.pass_obj
def prune(station: Path, *, names: tuple[str, ...], dry_run: bool, as_json: bool) -> int:
    """Free masters."""
    from scanpipe.flows.backup import prune as flow
    from scanpipe.flows.station import open_station

    with open_station(station, purpose="prune", person=person()) as opened:
        books = list(flow.prune(opened, names, dry_run=dry_run))
    if as_json:
        show_json(books)
        return ATTENTION if any(book.doubtful for book in books) else 0
    for book in books:
        if book.kept:
            say(_("{book}: masters stay: {reason}").format(book=book.book, reason=book.kept))
        elif book.masters:
            tell(_("{book}: {n} masters, {mb:.1f} MB").format(book=book.book, n=book.masters, mb=book.size / _MB))
        if book.doubtful:
            tell(
                _("{book}: {n} masters stay: a backup does not have them whole").format(book=book.book, n=book.doubtful)
            )
    total = sum(book.size for book in books) / _MB
    text = _("{mb:.1f} MB would be freed") if dry_run else _("{mb:.1f} MB were freed")
    say(text.format(mb=total))
    return ATTENTION if any(book.doubtful for book in books) else 0


def _counts(report: "BackupReport | RestoreReport") -> dict[str, Any]:
    blobs = report.blobs
    counts = {"blobs": blobs.blobs, "bytes": blobs.size, "copied": blobs.copied, "copied_bytes": blobs.copied_size}
    return {"snapshot": report.snapshot, **counts, "files": report.files, "elsewhere": report.elsewhere}


def _followed(events: Iterator[Any]) -> Any:
    """Show how a backup or its way back goes on, and return the report."""
    started = next(events)
    with progress(started.total, _("Stored files"), rated=_("{rate:.0f} files a minute")) as shown:
        for event in events:
            if hasattr(event, "snapshot"):
                return event
            for _blob in range(event.blobs):
                shown.advance()
    raise AssertionError("it ends with its report")


def _show_backup(report: "BackupReport") -> None:
    _show_counts(report)
    for what in report.mended.values():
        tell(_("damaged in the backup, copied again: {what}").format(what=what))
    for digest, what in report.only_there.items():
        tell(
            _("damaged or missing in the station, whole in the backup: {what} ({digest})").format(
                what=what, digest=digest
            )
        )
    for digest, what in report.lacking.items():
        tell(
            _("damaged or missing in the station and in the backup: {what} ({digest})").format(what=what, digest=digest)
        )
    for path in report.left_out:
        say(_("not in the backup: {path}").format(path=path))
    _show_elsewhere(report.elsewhere)
    if report.same_disk:
        say(_("This backup is on the same disk as the station. Make another one on another disk."))
    say(
        _("The backup {name} in {folder} is complete and was read back.").format(
            name=report.snapshot, folder=report.folder
        )
        if report.whole
        else _("Run 'scanpipe check' to see what the station has lost.")
    )


def _show_restored(report: "RestoreReport") -> None:
    _show_counts(report)
    for digest, what in report.lost.items():
        tell(_("damaged or missing in the backup: {what} ({digest})").format(what=what, digest=digest))
    for path in report.lost_files:
        tell(_("damaged or missing in the backup: {what}").format(what=path))
    for path in report.left_out:
        say(_("not in the backup: {path}").format(path=path))
    _show_elsewhere(report.elsewhere)
    say(
        _("The station {folder} was restored from {name}. From now on, use only one of the two stations.").format(
            folder=report.station, name=report.snapshot
        )
    )


def _show_counts(report: "BackupReport | RestoreReport") -> None:
    blobs = report.blobs
    stored = counted("{n} stored file", "{n} stored files", blobs.blobs)
    copied = counted("{n} copied ({mb:.1f} MB)", "{n} copied ({mb:.1f} MB)", blobs.copied, mb=blobs.copied_size / _MB)
    others = counted("{n} other file", "{n} other files", report.files)
    say(f"{stored}, {copied}; {others}")


def _show_elsewhere(count: int) -> None:
    if count:
        say(counted("{n} freed master is only in other backups", "{n} freed masters are only in other backups", count))
