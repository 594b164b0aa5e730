"""`scanpipe check`: whether the station's records hold together."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import json_option
from scanpipe.cli.render import progress, say, show_json, tell
from scanpipe.errors import Interrupted
from scanpipe.messages import _, counted, lazy

if TYPE_CHECKING:
    from scanpipe.flows.check import BlobChecked, CheckStarted, StationReport, Subject


class ShareType(click.ParamType[tuple[int, int]]):
    """A share of the stored files, as "3/30"."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return the share's number and how many there are."""
        number, _slash, of = str(value).partition("/")
        if number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of) <= 10_000:
            return int(number), int(of)
        self.fail(_("'{value}' is not a valid share. Use NUMBER/OF, for example 3/30.").format(value=value), param, ctx)


@click.command(
    help=_(
        "Read every stored file and every record, and report faults.\n\n"
        "A large station takes hours. Check a share of its files each night. Use --after to continue a check that "
        "was stopped.\n\n"
        "Example: scanpipe check --only store --share 3/30"
    )
)
@click.option(
    "--only",
    "subjects",
    multiple=True,
    type=click.Choice(("journal", "store", "packages")),
    help=_("Check only this; may be given more than once."),
)
@click.option(
    "--share", type=ShareType(), default="1/1", metavar="N/M", help=_("Read share N of M of the stored files.")
)
@click.option(
    "--after", default="", metavar="DIGEST", help=_("Continue after this stored file, where a check was stopped.")
)
@json_option
@click.pass_obj
def check(folder: Path, subjects: tuple["Subject", ...], share: tuple[int, int], after: str, *, as_json: bool) -> int:
    """Check the station's records."""
    from scanpipe.errors import BlobDamaged
    from scanpipe.flows.check import SUBJECTS, check_station
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        report = _followed(check_station(station, subjects or SUBJECTS, share=share, after=after))
    if as_json:
        plain = {**asdict(report.store), "suspects": report.unresolved_sheets, "journal_faults": report.journal}
        show_json({**plain, "packages": report.packages, "away": report.away})
    else:
        _show_check(report)
    if not report.sound:
        return BlobDamaged.exit_code
    return ATTENTION if report.needs_attention else 0


def _followed(events: "Iterator[CheckStarted | BlobChecked | StationReport]") -> "StationReport":
    """Show how a check goes on, and return what it found."""
    from scanpipe.flows.check import BlobChecked, CheckStarted, StationReport

    started, last = next(events), ""
    assert isinstance(started, CheckStarted)
    with progress(started.total, _("Stored files"), rated=_("{rate:.0f} files a minute")) as shown:
        try:
            for event in events:
                if isinstance(event, StationReport):
                    return event
                if isinstance(event, BlobChecked):
                    last = event.digest
                    shown.advance()
                    if event.damaged:
                        say(_("damaged: {digest}").format(digest=event.digest))
        except KeyboardInterrupt:
            raise Interrupted(
                lazy("The check was stopped."),
                remedy=lazy("To continue, run the same command with --after {digest}.", digest=last),
            ) from None
    raise AssertionError("a check ends with its report")


def _show_check(report: "StationReport") -> None:
    records = report.store
    say(counted("{n} stored file read", "{n} stored files read", records.blobs))
    for digest in records.damaged:
        tell(_("damaged: {what} ({digest})").format(what=records.owners.get(digest, "?"), digest=digest))
    for digest in records.dangling:
        tell(_("missing: {what} ({digest})").format(what=records.owners.get(digest, "?"), digest=digest))
    if any(not owner.endswith((" master", "workbook")) for owner in records.owners.values()):
        say(_("To make files other than masters again, run 'scanpipe process BOOK' and 'scanpipe deliver BOOK'."))
    for archive in report.packages:
        tell(_("missing or changed since it was published: {archive}").format(archive=archive))
    for book, folder in report.away.items():
        text = _(
            "missing folder of a published revision: {folder} (run 'scanpipe deliver {book} --again' to make it again)"
        )
        tell(text.format(folder=folder, book=book))
    for fault in report.journal:
        tell(_("journal: {fault}").format(fault=fault))
    for sheet in report.unresolved_sheets:
        tell(_("uncertain sheet: put the sheet of page {page} back ({at})").format(page=sheet.page or "?", at=sheet.at))
    _show_harmless(report)
    if report.sound and not (report.packages or report.away):
        say(_("No faults were found."))


def _show_harmless(report: "StationReport") -> None:
    records = report.store
    if records.freed:
        say(
            counted("{n} master was freed; backups hold it", "{n} masters were freed; backups hold them", records.freed)
        )
    if records.orphans:
        say(
            counted(
                "{n} stored file is unused; an interrupted command left it; it is harmless",
                "{n} stored files are unused; interrupted commands left them; they are harmless",
                len(records.orphans),
            )
        )
