"""`scanpipe selftest`: is the scanner as it was?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import FILE, force_option, json_option, person
from scanpipe.cli.render import say, show_json, show_table
from scanpipe.messages import _, lazy

if TYPE_CHECKING:
    from scanpipe.flows.selftest import SelfTest

_MEASURES = {
    "dpi_across": lazy("Resolution across, dpi"),
    "dpi_down": lazy("Resolution down, dpi"),
    "skew_deg": lazy("Sheet askew, degrees"),
    "square_deg": lazy("Corners off the right angle, degrees"),
    "keystone_percent": lazy("Opposite sides differ, %"),
    "mtf50_across": lazy("Sharpness across, line pairs/mm"),
    "mtf50_down": lazy("Sharpness down, line pairs/mm"),
    "uneven_percent": lazy("Light uneven, %"),
    "streak_levels": lazy("Strongest streak, grey levels"),
    "band_levels": lazy("Strongest band, grey levels"),
    "noise_levels": lazy("Noise, grey levels"),
    "colour_error": lazy("Colour error, mean"),
    "colour_worst": lazy("Colour error, largest"),
}


@click.command(
    help=_(
        "Measure the scanner with a target sheet: resolution, geometry, sharpness, light, streaks, colour.\n\n"
        "Print the sheet once (--target), lay it on the scanner, and run the command. It tells what has changed since "
        "the last time.\n\nExample: scanpipe selftest --target target.pdf"
    )
)
@click.option(
    "--target", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=_("Write the sheet as PDF.")
)
@click.option("--from", "picture", type=FILE, metavar="FILE", help=_("Measure this picture of the sheet."))
@click.option("--device", default="", metavar="NAME", help=_("Scanner (default: the one of station.toml)."))
@click.option("--profile", default="", metavar="NAME", help=_("Scanner profile (default: the one that fits)."))
@click.option("--dpi", type=click.IntRange(75, 1200), help=_("Resolution (default: the one of the profile)."))
@force_option
@json_option
@click.pass_obj
def selftest(
    folder: Path,
    *,
    target: Path | None,
    picture: Path | None,
    device: str,
    profile: str,
    dpi: int | None,
    force: bool,
    as_json: bool,
) -> int:
    """Print the target sheet, or measure the scanner by it."""
    from scanpipe.flows.selftest import selftest_from_file, selftest_from_scanner
    from scanpipe.flows.station import open_station

    if target is not None:
        return _write_target(target, force=force)
    with open_station(folder, purpose="selftest", person=person()) as station:
        if picture is not None:
            done = selftest_from_file(station, picture)
        else:
            done = selftest_from_scanner(station, device=device, profile=profile, dpi=dpi)
    if as_json:
        show_json(
            {"device": done.device, "report": done.report, "changes": done.changes, "complaints": done.complaints}
        )
    else:
        _show(done)
    return ATTENTION if done.complaints else 0


def _write_target(target: Path, *, force: bool) -> int:
    from scanpipe.flows.selftest import target_pdf
    from scanpipe.system.outputs import Output, Outputs

    outputs = Outputs(folder=target.parent, force=force)
    outputs.check([Output(name=target.name, source=_("the target sheet"))])
    outputs.write(target.name, target_pdf())
    say(_("{file} was written. Print it at 100 % on white paper.").format(file=target))
    return 0


def _show(done: "SelfTest") -> None:
    changes = done.changes
    rows = [
        (str(text), f"{getattr(done.report, name):g}", f"{changes[name]:+g}" if changes else "")
        for name, text in _MEASURES.items()
    ]
    show_table([_("Measured"), _("Value"), _("Change")], rows)
    for complaint in done.complaints:
        say(str(complaint.text))
    if not done.complaints:
        say(_("The scanner is in order."))
