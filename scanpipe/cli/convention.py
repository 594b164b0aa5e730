"""`scanpipe convention`: list conventions, learn one from an accepted package, check one against it."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanpipe.cli.options import FILE, force_option, json_option
from scanpipe.cli.render import say, show_json, show_table, tell
from scanpipe.errors import ConfigError, ConventionError
from scanpipe.messages import _, counted

if TYPE_CHECKING:
    from scanpipe.package.findings import Report

_workbook_option = click.option(
    "--index", "workbook", default=None, metavar="FILE.xlsx", type=FILE, help=_("The workbook of the package.")
)


@click.group(help=_("List, learn and check conventions."))
def convention() -> None:
    """Group the commands about conventions."""


@convention.command("list", help=_("List the available conventions.\n\nExample: scanpipe convention list"))
@json_option
@click.pass_obj
def list_conventions(folder: Path, *, as_json: bool) -> int:
    """List the shipped conventions and the station's own, if there is a station."""
    from scanpipe.flows.book.conventions import known_conventions
    from scanpipe.package.naming.confidence import confidence_text

    found = known_conventions(folder)
    wrong = [known for known in found.values() if isinstance(known, ConfigError)]
    rows = [
        {"name": name, "pdf": known.names.pdf, "confidence": known.confidence}
        for name, known in found.items()
        if not isinstance(known, ConfigError)
    ]
    if as_json:
        show_json(rows)
    else:
        table_rows = [(row["name"], row["pdf"], confidence_text(row["confidence"])) for row in rows]
        show_table([_("Convention"), _("PDF of a case"), _("Certainty")], table_rows)
    for error in wrong:
        say(str(error))
    return wrong[0].exit_code if wrong else 0


@convention.command(
    help=_(
        "Propose a convention, as TOML, from a package that a receiver accepted. The proposal covers name templates, "
        "folders, packing and workbook columns. It marks guesses as guesses.\n\n"
        "Example: scanpipe convention learn ACCEPTED.zip --name thanh-hoa -o conventions/thanh-hoa.toml"
    )
)
@click.argument("package", metavar="ACCEPTED.zip", type=FILE)
@_workbook_option
@click.option("--name", default="learned", metavar="NAME", help=_("Name of the new convention."))
@click.option("--base", default="default", metavar="NAME", help=_("Convention to take all other settings from."))
@click.option(
    "-o",
    "--output",
    default=None,
    metavar="FILE.toml",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("File to write. Without it, the convention is printed."),
)
@force_option
@click.pass_obj
def learn(
    folder: Path, package: Path, workbook: Path | None, name: str, base: str, output: Path | None, *, force: bool
) -> None:
    """Propose a convention."""
    from scanpipe.flows.learn import keep_learned, learn_convention

    text = learn_convention(package, workbook=workbook, base=base, name=name, station=folder)
    if output:
        keep_learned(text, output, package=package, workbook=workbook, force=force)
        say(_("{file} was written. Review it before use.").format(file=output))
    else:
        tell(text.removesuffix("\n"), lines=True)


@convention.command(
    help=_(
        "Check a convention against a package that a receiver accepted. Each finding is a rule that is too strict, "
        "or a name that differs.\n\n"
        "Example: scanpipe convention check conventions/thanh-hoa.toml ACCEPTED.zip --index ACCEPTED.xlsx"
    )
)
@click.argument("name", metavar="NAME")
@click.argument("package", metavar="ACCEPTED.zip", type=FILE)
@_workbook_option
@json_option
@click.pass_obj
def check(folder: Path, name: str, package: Path, workbook: Path | None, *, as_json: bool) -> int:
    """Check a convention."""
    from scanpipe.flows.learn import check_convention

    report = check_convention(name, package, workbook=workbook, station=folder)
    if as_json:
        show_json({"fits": report.ok, "cases": report.cases, "findings": report.findings})
    else:
        show_fit(name, report)
    return 0 if report.ok else ConventionError.exit_code


def show_fit(name: str, report: "Report") -> None:
    """Print each rule that the accepted package does not keep, with how often and one example."""
    often = Counter(found.code for found in report.findings)
    examples = {found.code: found for found in reversed(report.findings)}
    for code, count in often.most_common():
        found = examples[code]
        tell(f"{count:5}  {code}: {found.member}: {found.message}")
    words = _("fits") if report.ok else _("does NOT fit")
    say(
        _("{name} {fits} {package}: {cases} read.").format(
            name=name, fits=words, package=report.package, cases=counted("{n} case", "{n} cases", report.cases)
        )
    )
