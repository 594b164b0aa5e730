"""`scanpipe report`: what a manager reads in the morning."""

from pathlib import Path

import click

from scanpipe.cli.options import force_option
from scanpipe.cli.render import say, tell
from scanpipe.messages import _


@click.command(
    help=_(
        "Show the morning report: what the last night did, which books were delivered, what waits, how the disk "
        "stands, and what needs a person first. With -o it is an HTML file with plots, for mail or print.\n\n"
        "Example: scanpipe report -o morning.html"
    )
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help=_("Write an HTML file with plots."),
)
@click.option("--text", is_flag=True, help=_("Print the short text, also with -o."))
@force_option
@click.pass_obj
def report(folder: Path, output: Path | None, *, text: bool, force: bool) -> None:
    """Show the morning report."""
    from scanpipe.flows.report.morning import morning_report
    from scanpipe.flows.report.page import report_page
    from scanpipe.flows.report.words import report_text, report_words
    from scanpipe.flows.station import open_station
    from scanpipe.system.outputs import Outputs

    with open_station(folder) as station:
        words = report_words(morning_report(station))
    if output:
        file = Outputs(folder=output.parent, force=force).write(output.name, report_page(words).encode())
        say(_("The report was written: {file}").format(file=file))
    if text or not output:
        tell(report_text(words).rstrip("\n"), lines=True)
