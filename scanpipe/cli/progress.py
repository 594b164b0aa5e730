"""`scanpipe progress`: what many stations did together."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import FILE, force_option, json_option, person
from scanpipe.cli.render import say, show_json, show_table, tell
from scanpipe.errors import UsageError
from scanpipe.messages import _, lazy

if TYPE_CHECKING:
    from scanpipe.flows.progress.merge import Expected, Merged
    from scanpipe.flows.progress.share import ShareFiles
    from scanpipe.flows.station import Station
    from scanpipe.package.reports.tables import Table

_FOLDER = click.Path(path_type=Path, file_okay=False)
_NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    help=_(
        "Merge the progress files of any number of stations: by province, unit, kind, years and week, beside what is "
        "expected. Or write the progress file of this station (--write), which 'nightly' and 'deliver' do by "
        "themselves where [progress] in station.toml names a share. The files hold figures and no names of persons. "
        "Each is signed by its station; files with a wrong signature or an unknown key are named and left out.\n\n"
        "Example: scanpipe progress /mnt/share -o progress.html --xlsx progress.xlsx --expected expected.csv"
    )
)
@click.argument("share", metavar="[SHARE]", type=_FOLDER, required=False)
@click.option("--write", is_flag=True, help=_("Write the progress file of this station onto its share."))
@click.option("-o", "--output", type=_NEW_FILE, default=None, metavar="FILE.html", help=_("Write a page."))
@click.option("--xlsx", type=_NEW_FILE, default=None, metavar="FILE.xlsx", help=_("Write a workbook."))
@click.option(
    "--expected",
    type=FILE,
    default=None,
    metavar="FILE.csv",
    help=_("What is expected, as CSV or XLSX: unit, kind, years, books, cases."),
)
@click.option(
    "--stations",
    "list_",
    type=_NEW_FILE,
    default=Path("stations.csv"),
    metavar="FILE.csv",
    help=_(
        "Known stations and their public keys (default: stations.csv). If it is not there, it is made, and all "
        "stations are trusted."
    ),
)
@click.option("--trust-new", is_flag=True, help=_("Add stations that the list does not know."))
@click.option(
    "--silent-days",
    type=click.IntRange(1, 3650),
    default=7,
    metavar="N",
    help=_("A unit is silent after so many days without a file (default: 7)."),
)
@force_option
@json_option
@click.pass_obj
def progress(
    folder: Path,
    share: Path | None,
    output: Path | None,
    xlsx: Path | None,
    expected: Path | None,
    list_: Path,
    silent_days: int,
    *,
    write: bool,
    trust_new: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Merge progress files, or write one."""
    if write:
        return _write(folder)
    if share is None:
        raise UsageError(lazy("Name the folder with the progress files, or use --write."))
    from scanpipe.flows.progress.merge import merged_today
    from scanpipe.flows.progress.share import read_share
    from scanpipe.flows.progress.stations import read_stations, write_stations

    _refuse_existing(output, xlsx, force=force)
    wanted = _expected(expected)
    keys = read_stations(list_)
    found = read_share(share, keys, trust_new=trust_new)
    if found.new:
        write_stations(list_, {**(keys or {}), **found.new})
    _tell_trust(found, list_)
    merged = merged_today(found.files, wanted)
    _show(merged, found, silent_days, output=output, xlsx=xlsx, force=force, as_json=as_json)
    return ATTENTION if found.left_out else 0


def tell_progress(station: "Station") -> None:
    """Write the progress file where the station has a share; say why it was not written."""
    if not station.settings.progress.share:
        return
    from scanpipe.flows.progress.share import progress_told

    if reason := progress_told(station):
        say(_("Warning: {message}").format(message=reason), lines=True)


def _write(folder: Path) -> int:
    from scanpipe.flows.progress.share import write_progress
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="progress", person=person()) as station:
        tell(str(write_progress(station)))
    return 0


def _expected(path: Path | None) -> "tuple[Expected, ...]":
    if path is None:
        return ()
    from scanpipe.flows.progress.expected import read_expected

    return read_expected(path)


def _refuse_existing(*paths: Path | None, force: bool) -> None:
    from scanpipe.system.outputs import Output, Outputs

    for path in filter(None, paths):
        Outputs(folder=path.parent, force=force).check([Output(name=path.name, source="progress")])


def _tell_trust(found: "ShareFiles", path: Path) -> None:
    for name, key in found.new.items():
        say(_("New station, trusted from now on: {name}, key {key}").format(name=name, key=key[:16]))
    if found.new:
        say(_("Its key is in {path}. Compare it with {file} on that station.").format(path=path, file="*.progress"))
    for each in found.left_out:
        say(_("Left out: {name}: {reason}.").format(name=each.name, reason=each.reason))


def _show(
    merged: "Merged",
    found: "ShareFiles",
    silent_days: int,
    *,
    output: Path | None,
    xlsx: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    from scanpipe.flows.progress.words import summary, tables
    from scanpipe.package.reports.tables import tables_page, tables_workbook

    lines, shown = summary(merged, silent_days=silent_days), tables(merged, found.left_out, silent_days=silent_days)
    if output:
        _save(output, tables_page(_("Progress of the stations"), lines, shown).encode(), force=force)
    if xlsx:
        _save(xlsx, tables_workbook(shown), force=force)
    if as_json:
        show_json([{"table": table.name, "headers": table.headers, "rows": table.rows} for table in shown])
    elif not (output or xlsx):
        for line in lines:
            tell(line)
        _show_table(shown[1])


def _save(path: Path, data: bytes, *, force: bool) -> None:
    from scanpipe.system.outputs import Outputs

    say(_("Written: {path}").format(path=Outputs(folder=path.parent, force=force).write(path.name, data)))


def _show_table(table: "Table") -> None:
    from scanpipe.package.reports.tables import shown

    show_table(table.headers, [[shown(cell) for cell in row] for row in table.rows])
