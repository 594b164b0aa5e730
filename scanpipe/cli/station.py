"""`scanpipe init`, `doctor`, `devices`, `demo` and `status`: the station as a whole."""

from pathlib import Path

import click

from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import json_option
from scanpipe.cli.render import say, show_json, show_table, tell
from scanpipe.messages import _, counted

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    help=_(
        "Make a station in DIR, with commented settings and an empty journal.\n\nExample: scanpipe init /srv/station"
    )
)
@click.argument("target", metavar="DIR", type=_FOLDER)
def init(target: Path) -> None:
    """Make a station."""
    from scanpipe.flows.station import create_station

    settings = create_station(target)
    say(_("The station {folder} was made. Its settings: {settings}").format(folder=target, settings=settings))


@click.command(
    help=_(
        "Check the requirements of the station. The command tells how to meet each missing one.\n\n"
        "Example: scanpipe doctor"
    )
)
@json_option
@click.pass_obj
def doctor(folder: Path, *, as_json: bool) -> int:
    """Examine the station and the machine."""
    from scanpipe.flows.doctor import examine

    needs = list(examine(folder))
    if as_json:
        show_json(needs)
    else:
        marks = {"ok": _("ok"), "advice": _("advice"), "fault": _("TO DO")}
        show_table([_("Requirement"), _("State"), _("Detail")], [(n.name, marks[n.level], n.text) for n in needs])
    return ATTENTION if any(need.level == "fault" for need in needs) else 0


@click.command(
    help=_(
        "List the scanners that libsane finds, or print a profile for one of them (--options).\n\n"
        "Example: scanpipe devices --options test:0"
    )
)
@click.option(
    "--options",
    "device",
    default="",
    metavar="DEVICE",
    help=_("Print a profile for this scanner, and all its options."),
)
@json_option
@click.pass_obj
def devices(folder: Path, *, device: str, as_json: bool) -> int:
    """List scanners, or print a profile for one."""
    from scanpipe.flows.capture.scanners import find_devices

    if device:
        return _show_options(folder, device, as_json=as_json)
    found = find_devices()
    if as_json:
        show_json(found)
    else:
        headers = [_("Device"), _("Vendor"), _("Model"), _("Kind")]
        show_table(headers, [(d.name, d.vendor, d.model, d.kind) for d in found])
    if not found:
        say(_("No scanner was found. Switch it on and plug it in. Run 'scanpipe doctor' for details."))
    return 0


def _show_options(folder: Path, device: str, *, as_json: bool) -> int:
    from scanpipe.flows.capture.device_options import device_options, profile_text

    found = device_options(device, folder)
    if as_json:
        show_json(found)
    else:
        tell(profile_text(found).rstrip("\n"), lines=True)
    return 0


@click.command(
    help=_(
        "Make a demo station in DIR and deliver the sample book. The demo scans through libsane, enhances, reads, "
        "accepts, delivers and verifies.\n\n"
        "Example: scanpipe demo"
    )
)
@click.argument("target", metavar="[DIR]", type=_FOLDER, default="scanpipe-demo")
@click.option("--force", is_flag=True, help=_("Replace an existing demo station."))
def demo(target: Path, *, force: bool) -> int:
    """Run the whole path once."""
    from scanpipe.cli.capture import show_capture
    from scanpipe.cli.package import show_delivery, show_verdict
    from scanpipe.cli.process import follow
    from scanpipe.flows import demo as flow

    with flow.demo_station(target, force=force) as station:
        say(_("1. A station: {folder}").format(folder=station.folder))
        book = flow.open_sample_book(station)
        if missing := flow.no_scanner():
            say(
                _("2. Importing the files of {book}, because scanning is not possible: {reason}").format(
                    book=book.id, reason=missing
                )
            )
            show_capture(flow.import_samples(station, book))
        else:
            say(_("2. Scanning {book} through libsane").format(book=book.id))
            show_capture(flow.scan(station, book))
        say(_("3. Enhancing and reading"))
        failed = follow(flow.process_all(station))
        accepted = flow.accept_all(station, book)
        say(counted("4. {n} page accepted by the policy", "4. {n} pages accepted by the policy", accepted))
        say(_("5. Delivering and verifying"))
        delivered = flow.deliver_book(station, book)
    show_delivery(delivered)
    report = flow.verify_delivery(delivered)
    show_verdict(report)
    return ATTENTION if failed or not report.ok else 0


@click.command(
    help=_(
        "Show the books of the station and the work that is due. Exit code 1 means that a person is needed.\n\n"
        "Example: scanpipe status"
    )
)
@json_option
@click.pass_obj
def status(folder: Path, *, as_json: bool) -> int:
    """Show where everything stands."""
    from scanpipe.flows.book.status import station_status
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        rows = station_status(station)
    if as_json:
        show_json(rows)
    else:
        headers = [_("Book"), _("Scanned"), _("Missing"), _("To process"), _("To judge"), _("Accepted"), _("Revision")]
        columns = ("book", "scanned", "missing", "due", "waiting", "accepted", "revision")
        show_table(headers, [[getattr(row, column) for column in columns] for row in rows])
        for row in rows:
            if row.in_use:
                say(_("{book}: in use by {who}").format(book=row.book, who=row.in_use))
            for line in row.attention:
                say(f"{row.book}: {line}")
    return ATTENTION if any(row.attention for row in rows) else 0
