"""A convention file as proposed from an accepted package: what was learned, and what to look at, as comments."""

from collections.abc import Sequence

import tomlkit
from tomlkit.items import Table

from scanpipe.messages import _
from scanpipe.package.convention import Convention
from scanpipe.package.learn import Learned, template_of
from scanpipe.package.observed import Observed
from scanpipe.package.rules import Limits


def convention_text(name: str, *, base: Convention, learned: Learned, observed: Observed) -> str:
    """Return the TOML of a convention that is based on another and states what was learned."""
    document = tomlkit.document()
    for line in _remarks(learned, observed):
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    document["name"] = name
    document["based_on"] = base.name
    document["confidence"] = f"learned from the names in {observed.zip}, which was accepted"
    document["sources"] = [f"{observed.zip}, accepted"]
    document["names"] = _names(learned, observed)
    document["limits"] = _limits(base.limits, observed)
    document["zip"] = {"packing": "deflated" if observed.deflated else "stored"}
    if observed.columns:
        layouts = tomlkit.table(is_super_table=True)
        layouts[learned.kinds[0]] = _layout(observed)
        document["workbook"] = {"layouts": layouts}
    return tomlkit.dumps(document)


def _names(learned: Learned, observed: Observed) -> Table:
    table = tomlkit.table()
    table.update(learned.templates)
    whole = template_of(observed.zip, learned.book)
    stem = whole.removesuffix(".zip")
    table["zip"] = whole
    table["zip_part"] = f"{stem}.part{{zip_part:2}}.zip"
    table["matter"] = f"{stem}.{{part}}.pdf"
    table["workbook"] = template_of(observed.workbook, learned.book) if observed.workbook else f"{stem}.xlsx"
    table["folder"] = "/".join(template_of(part, learned.book) for part in observed.folder.split("/"))
    if "pdf_other_year" not in table:
        pdf = learned.templates["pdf"]
        table["pdf_other_year"] = pdf.replace("{number", "{case_year:4}.{number")
    return table


def _limits(base: Limits, observed: Observed) -> dict[str, object]:
    """Return limits that the package keeps: none stricter than the base's, or than what was accepted."""
    dpi = min(base.min_dpi, int(observed.dpi)) if observed.dpi else base.min_dpi
    return {"min_dpi": dpi, "colour": base.colour and observed.colour, "pdfa": base.pdfa and observed.pdfa}


def _layout(observed: Observed) -> dict[str, object]:
    return {
        "confidence": f"the workbook {observed.workbook}, accepted",
        "sheet": observed.sheet,
        "notes_sheet": "Ghi chu",
        "columns": list(observed.columns),
    }


def _remarks(learned: Learned, observed: Observed) -> Sequence[str]:
    lines = [
        _("Proposed from {package}. Read it through, then run: scanpipe convention check").format(package=observed.zip),
        _("Its PDFs: at most {kb:.0f} kB for each A4 page, at least {dpi:.0f} dpi; the ZIP has {mb:.1f} MB.").format(
            kb=observed.kb_per_a4, dpi=observed.dpi, mb=observed.size / 1_000_000
        ),
        _("Not seen in it, and a guess: {names}.").format(names=", ".join(_guessed(learned, observed))),
    ]
    if learned.unexplained:
        lines.append(_("Names that fit none of the templates: {names}.").format(names=", ".join(learned.unexplained)))
    return lines


def _guessed(learned: Learned, observed: Observed) -> Sequence[str]:
    guessed = ["zip_part", "matter"]
    guessed += [] if "pdf_other_year" in learned.templates else ["pdf_other_year"]
    return guessed if observed.workbook else [*guessed, "workbook"]
