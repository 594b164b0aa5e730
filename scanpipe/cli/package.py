"""`scanpipe deliver`, `scanpipe verify`, `scanpipe diff` and `scanpipe export`."""

from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from scanpipe.cli.options import (
    FILE,
    book_argument,
    engine_option,
    force_option,
    json_option,
    output_option,
    person,
    ticket_option,
    workers_option,
)
from scanpipe.cli.progress import tell_progress
from scanpipe.cli.render import pulse, say, show_json, tell
from scanpipe.errors import PackageRefused
from scanpipe.messages import _, counted
from scanpipe.package.reports.numbers import number

if TYPE_CHECKING:
    from scanpipe.flows.delivery.deliver import Delivered
    from scanpipe.package.findings import Report
    from scanpipe.package.paper_area import PageFigures
    from scanpipe.package.verify.difference import Difference

_convention_option = click.option(
    "--convention", default="default", metavar="NAME", help=_("Name of a convention, or path of a TOML file.")
)


@click.command(
    help=_(
        "Publish the next revision of a book. It holds one PDF for each case, the workbook, the ZIP, a manifest and "
        "a report. The command refuses an unfinished book and lists the open points. Data typed into the previous "
        "workbook, or into a workbook given by --index, is copied case by case. With --again, no new revision is "
        "published; missing folders of published revisions are made again, byte for byte.\n\n"
        "Example: scanpipe deliver KS.2010.01 --index typed/KS.2010.01.xlsx"
    )
)
@book_argument
@click.option(
    "--index", default=None, metavar="FILE.xlsx", type=FILE, help=_("A filled-in workbook to merge by case number.")
)
@click.option("--again", is_flag=True, help=_("Make missing folders of published revisions again."))
@ticket_option
@engine_option
@workers_option
@json_option
@click.pass_obj
def deliver(
    folder: Path,
    name: str,
    index: Path | None,
    ticket: str,
    engine: str | None,
    workers: int | None,
    *,
    again: bool,
    as_json: bool,
) -> int:
    """Deliver a book."""
    from scanpipe.flows.delivery.deliver import deliver as run
    from scanpipe.flows.station import open_station

    if again and index:
        raise click.UsageError(_("Use either --again or --index, not both."))
    if again:
        return _deliver_again(folder, name, as_json=as_json)
    opened = open_station(folder, purpose="deliver", person=person(), ticket=ticket)
    with opened as station, _still_delivering(name):
        delivered = run(station, name, index=index, engine=engine or "", workers=workers or 0)
        tell_progress(station)
    if as_json:
        show_json(delivered)
    else:
        show_delivery(delivered)
    return 0


def _deliver_again(folder: Path, name: str, *, as_json: bool) -> int:
    from scanpipe.flows.delivery.reissue import make_again
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="deliver", person=person()) as station, _still_delivering(name):
        made = make_again(station, name)
    if as_json:
        show_json(made)
    for path in () if as_json else made:
        tell(_("made again: {folder}").format(folder=path))
    if not made:
        say(_("No folder of a published revision is missing."))
    return 0


def _still_delivering(name: str) -> AbstractContextManager[None]:
    since, line = monotonic(), _("{book}: making the package, {minutes:.1f} minutes so far")
    return pulse(lambda: line.format(book=name, minutes=(monotonic() - since) / 60))


def show_delivery(delivered: "Delivered") -> None:
    """Print where everything lies and what it holds."""
    if not delivered.new:
        say(_("Revision {revision} is already up to date.").format(revision=delivered.revision))
    if not delivered.manifest.parent.is_dir():
        away = _("Its folder is missing. Run 'scanpipe deliver {book} --again' to make it again, byte for byte.")
        say(away.format(book=delivered.book))
    for line in delivered.questions:
        say(_("Note: {question}").format(question=line))
    for line in delivered.tickets:
        say(_("Ticket: {ticket}").format(ticket=line))
    for line in delivered.counts:
        say(_("Number of pages changed: {count}").format(count=line))
    for line in delivered.conflicts:
        say(_("Workbook: {conflict}").format(conflict=line))
    lines = [
        *((_("ZIP"), archive, _("{cases} in all")) for archive in delivered.archives),
        (_("Workbook"), delivered.workbook, "{rows}"),
        (_("Report"), delivered.report, _("revision {revision}")),
        (_("Note"), delivered.note, _("for both parties to sign")),
        (_("Manifest"), delivered.manifest, _("sha256 of every file")),
    ]
    if delivered.warnings:
        say(
            counted(
                "The report lists {n} warning.",
                "The report lists {n} warnings.",
                delivered.warnings,
            )
        )
    facts = {
        "cases": counted("{n} case", "{n} cases", delivered.cases),
        "rows": counted("{n} row", "{n} rows", delivered.cases),
        "revision": delivered.revision,
    }
    for label, path, holds in lines:
        tell(f"{label + ':':10} {path}  ({holds.format(**facts)})")
    figures = _("Figures")
    tell(f"{figures + ':':10} {figures_text(delivered.figures)}")


@click.command(
    help=_(
        "Check a package against its convention, its workbook and its manifest. Print every finding. No station is "
        "needed.\n\n"
        "Example: scanpipe verify KS.2010.01.zip --index KS.2010.01.xlsx"
    )
)
@click.argument("package", metavar="PACKAGE.zip", type=FILE)
@click.option("--index", "workbook", default=None, metavar="FILE.xlsx", type=FILE, help=_("The workbook."))
@_convention_option
@json_option
@click.pass_obj
def verify(folder: Path, package: Path, workbook: Path | None, convention: str, *, as_json: bool) -> int:
    """Verify a package."""
    from scanpipe.flows.verify import verify as run

    report = run(package, workbook=workbook, convention=convention, station=folder)
    if as_json:
        show_json({"ok": report.ok, **_as_dict(report)})
    else:
        show_report(report)
    return 0 if report.ok else PackageRefused.exit_code


def show_report(report: "Report") -> None:
    """Print every finding and the verdict."""
    for finding in report.findings:
        tell(str(finding))
    show_verdict(report)


def show_verdict(report: "Report") -> None:
    """Print whether the package may be handed over, and what it holds."""
    verdict = _("OK") if report.ok else _("REFUSED")
    tell(
        _("{verdict}: {cases}; {figures}; {errors}, {warnings}").format(
            verdict=verdict,
            cases=counted("{n} case", "{n} cases", report.cases),
            figures=figures_text(report.figures),
            errors=counted("{n} error", "{n} errors", len(report.errors)),
            warnings=counted("{n} warning", "{n} warnings", len(report.warnings)),
        )
    )


def figures_text(figures: "PageFigures") -> str:
    """Return how many pages there are, each once and as they stand in PDFs, and their area."""
    in_pdfs = _("{pages} in PDFs ({a4} A4)").format(
        pages=counted("{n} page", "{n} pages", figures.pages_in_pdfs), a4=number(figures.a4_in_pdfs)
    )
    if figures.pages is None or figures.a4 is None:
        return in_pdfs
    once = _("{pages} ({a4} A4)").format(pages=counted("{n} page", "{n} pages", figures.pages), a4=number(figures.a4))
    return f"{once}; {in_pdfs}"


def _as_dict(report: "Report") -> dict[str, object]:
    from dataclasses import asdict

    findings = [{**asdict(found), "message": str(found.message)} for found in report.findings]
    return {**asdict(report), "findings": findings}


@click.command(
    help=_(
        "List the members that were added, removed or changed between two packages. Their pages are listed, too, if "
        "the manifests are beside the packages. No station is needed.\n\n"
        "Example: scanpipe diff r1/KS.2010.01.zip r2/KS.2010.01.zip"
    )
)
@click.argument("old", metavar="OLD.zip", type=FILE)
@click.argument("new", metavar="NEW.zip", type=FILE)
@_convention_option
@json_option
@click.pass_obj
def diff(folder: Path, old: Path, new: Path, convention: str, *, as_json: bool) -> int:
    """Compare two packages."""
    from scanpipe.flows.verify import compare

    found = compare(old, new, convention=convention, station=folder)
    if as_json:
        show_json(found)
    else:
        show_difference(found)
    return 0


def show_difference(found: "Difference") -> None:
    """Print every change, and how much stayed as it was."""
    words = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
    for change in found.changes:
        pages = ["".join((page.page, page.why and f": {page.why}")) for page in change.pages]
        page_note = _(" (pages {pages})").format(pages="; ".join(pages)) if pages else ""
        tell(f"{words[change.what]}: {change.name}{page_note}")
    changes = counted("{n} change", "{n} changes", len(found.changes))
    same = counted("{n} member", "{n} members", found.same)
    say(_("{changes}, {same} unchanged").format(changes=changes, same=same))


@click.command(
    help=_("Write the masters of a book as lossless TIFF files.\n\nExample: scanpipe export KS.2010.01 -o masters")
)
@book_argument
@output_option
@force_option
@click.option("--enhanced", is_flag=True, help=_("Write the enhanced pages instead of the masters."))
@click.pass_obj
def export(folder: Path, name: str, output: Path, *, enhanced: bool, force: bool) -> int:
    """Export masters or enhanced pages."""
    from scanpipe.flows.export import export as run
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        for path in run(station, name, output, enhanced=enhanced, force=force):
            tell(str(path))
    return 0
