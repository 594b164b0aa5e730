"""A convention file as proposed from an accepted package: what was learned, and what to look at, as comments."""

import re
from collections.abc import Mapping, Sequence

import msgspec
import tomlkit

from scanpipe.errors import ConventionError
from scanpipe.messages import _, lazy
from scanpipe.package.inference.evidence import PackageEvidence
from scanpipe.package.inference.infer import InferredNames, template_of
from scanpipe.package.naming.convention import Convention
from scanpipe.package.naming.limits import LEAST_DPI, Limits, Names
from scanpipe.system.printable import printable

_FIELD = re.compile(r"\{[^{}]*\}")


def convention_text(
    name: str, *, base_name: str, base: Convention, inferred: InferredNames, evidence: PackageEvidence
) -> str:
    """Return the TOML of a convention that is based on another and states what was learned; it can be loaded.

    Raises:
        ConventionError: the PDFs' names cannot be told by a template.
    """
    templates = {**_guessed_names(inferred, evidence), **inferred.templates}
    names = {key: template for key, template in templates.items() if _is_usable(base.names, key, template)}
    if "pdf" not in names:
        raise ConventionError(
            lazy(
                "No template describes the names of the PDFs; {template!r} is not a valid template.",
                template=templates["pdf"],
            ),
            remedy=lazy("Write the templates by hand, as described in docs/conventions.md."),
        )
    archive = printable(evidence.zip)
    document = tomlkit.document()
    for line in _remarks(inferred, evidence, base, templates, [key for key in templates if key not in names]):
        document.add(tomlkit.comment(printable(line)))
    document.add(tomlkit.nl())
    document["name"] = name
    document["based_on"] = base_name
    document["confidence"] = _("learned from the names in the accepted package {package}").format(package=archive)
    document["sources"] = [_("{file}, accepted").format(file=archive)]
    if "matter" in inferred.templates:
        document["matter_location"] = "zip"
    document["names"] = {key: names[key] for key in msgspec.structs.asdict(base.names) if key in names}
    document["limits"] = _limits(base.limits, evidence)
    document["zip"] = {"packing": "deflated" if evidence.deflated else "stored"}
    for kind in inferred.kinds:
        if kind not in base.kinds:
            document.setdefault("kinds", tomlkit.table(is_super_table=True))[kind] = _kind(kind)
    if evidence.columns and not _missing(evidence, base):
        layouts = tomlkit.table(is_super_table=True)
        layouts[inferred.kinds[0]] = _layout(evidence)
        document["workbook"] = {"layouts": layouts}
    return printable(tomlkit.dumps(document), lines=True)


def _guessed_names(inferred: InferredNames, evidence: PackageEvidence) -> dict[str, str]:
    stem = template_of(evidence.zip[: -len(".zip")], inferred.book)
    whole = f"{stem}.zip"
    return {
        "pdf_other_year": inferred.templates["pdf"].replace("{number", "{case_year:4}.{number"),
        "matter": f"{stem}.{{part}}.pdf",
        "zip": whole,
        "zip_part": f"{stem}.part{{zip_part:2}}.zip",
        "workbook": template_of(evidence.workbook, inferred.book) if evidence.workbook else f"{stem}.xlsx",
        "folder": "/".join(template_of(part, inferred.book) for part in evidence.folder.split("/")),
    }


def _is_usable(names: Names, key: str, template: str) -> bool:
    """Whether a name could be made and read by the template, with all that the key asks for."""
    try:
        msgspec.structs.replace(names, **{key: template})
    except ValueError:
        return False
    return True


def _kind(code: str) -> dict[str, str]:
    return {"vietnamese": code, "english": code, "evidence": "seen"}


def _limits(base: Limits, evidence: PackageEvidence) -> dict[str, object]:
    """Return limits that the package keeps: none stricter than the base's, or than what was accepted."""
    dpi = max(LEAST_DPI, min(base.min_dpi, int(evidence.dpi))) if evidence.dpi else base.min_dpi
    return {"min_dpi": dpi, "colour": base.colour and evidence.colour, "pdfa": base.pdfa and evidence.pdfa}


def _layout(evidence: PackageEvidence) -> dict[str, object]:
    return {
        "confidence": _("{file}, accepted").format(file=printable(evidence.workbook)),
        "sheet": printable(evidence.sheet).replace("\\", "_"),  # which no title of a sheet has
        "notes_sheet": "Ghi chu",
        "columns": list(evidence.columns),
    }


def _fixed(templates: Mapping[str, str]) -> Sequence[str]:
    """Return the numbers outside the fields of PDF and folder: a second year, say, or the number of one case."""
    plain = " ".join(_FIELD.sub(" ", templates[key]) for key in ("pdf", "folder"))
    return list(dict.fromkeys(re.findall(r"[0-9]+", plain)))


def _remarks(
    inferred: InferredNames,
    evidence: PackageEvidence,
    base: Convention,
    templates: Mapping[str, str],
    unusable: Sequence[str],
) -> Sequence[str]:
    guessed = [key for key in ("pdf_other_year", "matter", "zip_part") if key not in (*inferred.templates, *unusable)]
    guessed += [] if evidence.workbook or "workbook" in unusable else ["workbook"]
    remarks = (
        (_("Guessed, because the package does not show it: {names}."), guessed),
        (_("Taken from the base convention, because the package does not show it: {names}."), unusable),
        (
            _("New kinds of book; describe them: {names}."),
            [kind for kind in inferred.kinds if kind not in base.kinds],
        ),
        (
            _("Columns missing from the workbook or present twice; write their headers: {names}."),
            _missing(evidence, base),
        ),
        (
            _("Other columns of the workbook, not proposed: {names}."),
            evidence.columns if _missing(evidence, base) else (),
        ),
        (_("Fixed text in every name; check the names of other books: {names}."), _fixed(templates)),
        (_("Names that match no template: {names}."), inferred.unexplained),
    )
    warnings = [
        *([] if inferred.sure else [_("The parts for number and volume are a guess.")]),
        *([_("The package contains {books} books.").format(books=inferred.books)] if inferred.books > 1 else []),
    ]
    return [
        _("Proposed from {package}. Review it, then run: scanpipe convention check").format(package=evidence.zip),
        _("Its PDFs: at most {kb:.0f} kB for each A4 page, at least {dpi:.0f} dpi; the ZIP has {mb:.1f} MB.").format(
            kb=evidence.kb_per_a4, dpi=evidence.dpi, mb=evidence.size / 1_000_000
        ),
        *warnings,
        *(text.format(names=", ".join(names)) for text, names in remarks if names),
    ]


def _missing(evidence: PackageEvidence, base: Convention) -> Sequence[str]:
    """Return the columns that scanpipe fills in and the workbook, if there is one, lacks; and those it has twice."""
    filled = msgspec.structs.astuple(base.workbook.columns) if evidence.columns else ()
    return [name for name in dict.fromkeys((*filled, *evidence.columns)) if evidence.columns.count(name) != 1]
