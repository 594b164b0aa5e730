"""A convention file as proposed from an accepted package: what was learned, and what to look at, as comments."""

import re
from collections.abc import Mapping, Sequence

import msgspec
import tomlkit

from scanpipe.errors import ConventionError
from scanpipe.messages import _, lazy
from scanpipe.package.inference.evidence import Observed
from scanpipe.package.inference.infer import Learned, template_of
from scanpipe.package.naming.convention import Convention
from scanpipe.package.naming.limits import LEAST_DPI, Limits, Names
from scanpipe.system.printable import printable

_FIELD = re.compile(r"\{[^{}]*\}")


def convention_text(name: str, *, base_name: str, base: Convention, learned: Learned, observed: Observed) -> str:
    """Return the TOML of a convention that is based on another and states what was learned; it can be loaded.

    Raises:
        ConventionError: the PDFs' names cannot be told by a template.
    """
    told = {**_guessed_names(learned, observed), **learned.templates}
    names = {key: template for key, template in told.items() if _can_be(base.names, key, template)}
    if "pdf" not in names:
        raise ConventionError(
            lazy("The names of the PDFs cannot be told by a template; {template!r} is none.", template=told["pdf"]),
            remedy=lazy("Write the templates by hand; docs/conventions.md tells how."),
        )
    archive = printable(observed.zip)
    document = tomlkit.document()
    for line in _remarks(learned, observed, base, told, [key for key in told if key not in names]):
        document.add(tomlkit.comment(printable(line)))
    document.add(tomlkit.nl())
    document["name"] = name
    document["based_on"] = base_name
    document["confidence"] = _("learned from the names in {package}, which was accepted").format(package=archive)
    document["sources"] = [_("{file}, accepted").format(file=archive)]
    if "matter" in learned.templates:
        document["matter"] = "zip"
    document["names"] = {key: names[key] for key in msgspec.structs.asdict(base.names) if key in names}
    document["limits"] = _limits(base.limits, observed)
    document["zip"] = {"packing": "deflated" if observed.deflated else "stored"}
    for kind in learned.kinds:
        if kind not in base.kinds:
            document.setdefault("kinds", tomlkit.table(is_super_table=True))[kind] = _kind(kind)
    if observed.columns and not _missing(observed, base):
        layouts = tomlkit.table(is_super_table=True)
        layouts[learned.kinds[0]] = _layout(observed)
        document["workbook"] = {"layouts": layouts}
    return printable(tomlkit.dumps(document), lines=True)


def _guessed_names(learned: Learned, observed: Observed) -> dict[str, str]:
    stem = template_of(observed.zip[: -len(".zip")], learned.book)
    whole = f"{stem}.zip"
    return {
        "pdf_other_year": learned.templates["pdf"].replace("{number", "{case_year:4}.{number"),
        "matter": f"{stem}.{{part}}.pdf",
        "zip": whole,
        "zip_part": f"{stem}.part{{zip_part:2}}.zip",
        "workbook": template_of(observed.workbook, learned.book) if observed.workbook else f"{stem}.xlsx",
        "folder": "/".join(template_of(part, learned.book) for part in observed.folder.split("/")),
    }


def _can_be(names: Names, key: str, template: str) -> bool:
    """Whether a name could be made and read by the template, with all that the key asks for."""
    try:
        msgspec.structs.replace(names, **{key: template})
    except ValueError:
        return False
    return True


def _kind(code: str) -> dict[str, str]:
    return {"vietnamese": code, "english": code, "evidence": "seen"}


def _limits(base: Limits, observed: Observed) -> dict[str, object]:
    """Return limits that the package keeps: none stricter than the base's, or than what was accepted."""
    dpi = max(LEAST_DPI, min(base.min_dpi, int(observed.dpi))) if observed.dpi else base.min_dpi
    return {"min_dpi": dpi, "colour": base.colour and observed.colour, "pdfa": base.pdfa and observed.pdfa}


def _layout(observed: Observed) -> dict[str, object]:
    return {
        "confidence": _("{file}, accepted").format(file=printable(observed.workbook)),
        "sheet": printable(observed.sheet).replace("\\", "_"),  # which no title of a sheet has
        "notes_sheet": "Ghi chu",
        "columns": list(observed.columns),
    }


def _fixed(told: Mapping[str, str]) -> Sequence[str]:
    """Return the numbers outside the fields of PDF and folder: a second year, say, or the number of one case."""
    plain = " ".join(_FIELD.sub(" ", told[key]) for key in ("pdf", "folder"))
    return list(dict.fromkeys(re.findall(r"[0-9]+", plain)))


def _remarks(
    learned: Learned, observed: Observed, base: Convention, told: Mapping[str, str], untold: Sequence[str]
) -> Sequence[str]:
    guessed = [key for key in ("pdf_other_year", "matter", "zip_part") if key not in (*learned.templates, *untold)]
    guessed += [] if observed.workbook or "workbook" in untold else ["workbook"]
    remarks = (
        (_("Not seen in it, and a guess: {names}."), guessed),
        (_("Could not be told, and as in the convention that this is based on: {names}."), untold),
        (
            _("New kinds of book; say what they are: {names}."),
            [kind for kind in learned.kinds if kind not in base.kinds],
        ),
        (
            _("Columns that the workbook does not have, or has twice; say what they are called: {names}."),
            _missing(observed, base),
        ),
        (
            _("The columns it has, then, which are not proposed: {names}."),
            observed.columns if _missing(observed, base) else (),
        ),
        (_("Stands in every name as it is; look whether it is so in other books: {names}."), _fixed(told)),
        (_("Names that fit none of the templates: {names}."), learned.unexplained),
    )
    doubts = [
        *([] if learned.sure else [_("Which part is the number and which the volume is a guess.")]),
        *([_("It holds {books} books.").format(books=learned.books)] if learned.books > 1 else []),
    ]
    return [
        _("Proposed from {package}. Read it through, then run: scanpipe convention check").format(package=observed.zip),
        _("Its PDFs: at most {kb:.0f} kB for each A4 page, at least {dpi:.0f} dpi; the ZIP has {mb:.1f} MB.").format(
            kb=observed.kb_per_a4, dpi=observed.dpi, mb=observed.size / 1_000_000
        ),
        *doubts,
        *(text.format(names=", ".join(names)) for text, names in remarks if names),
    ]


def _missing(observed: Observed, base: Convention) -> Sequence[str]:
    """Return the columns that scanpipe fills in and the workbook, if there is one, lacks; and those it has twice."""
    filled = msgspec.structs.astuple(base.workbook.columns) if observed.columns else ()
    return [name for name in dict.fromkeys((*filled, *observed.columns)) if observed.columns.count(name) != 1]
