"""Conventions learnt from, and held against, packages that a receiver accepted."""

from dataclasses import replace
from pathlib import Path

from scanpipe.errors import ConventionError
from scanpipe.flows.book.conventions import load_convention
from scanpipe.package.findings import Report
from scanpipe.package.inference.evidence import observe_package, observe_workbook
from scanpipe.package.inference.infer import infer_names
from scanpipe.package.inference.proposal import convention_text
from scanpipe.package.naming.convention import Convention
from scanpipe.package.verify.package import verify_package
from scanpipe.system.outputs import Outputs
from scanpipe.vocabularies.findings import among

_OF_MANIFEST = among("manifest-missing", "manifest-convention")
_OF_WORKBOOK = among("workbook-missing", "workbook-unreadable")


def check_convention(name: str, package: Path, *, workbook: Path | None, station: Path | None = None) -> Report:
    """Hold a convention against a package that was accepted: what it finds, it asks for without need.

    The workbook is looked at if it is given, or lies beside the ZIP.

    Raises:
        ConfigError: there is no such convention, or it is wrong.
    """
    rules = load_convention(name, station)
    report = verify_package(package, workbook=workbook, convention=rules)
    unasked = _OF_MANIFEST
    if workbook is None and not _has_workbook(package, rules):
        unasked |= _OF_WORKBOOK
    return replace(report, findings=tuple(found for found in report.findings if found.code not in unasked))


def _has_workbook(package: Path, rules: Convention) -> bool:
    try:
        name = rules.workbook_name(rules.parse_zip_name(package.name).book)
    except ConventionError:
        return False
    return package.with_name(name).is_file()


def learn_convention(package: Path, *, workbook: Path | None, base: str, name: str, station: Path | None = None) -> str:
    """Return a convention as TOML, as proposed from a package that was accepted.

    Raises:
        ConfigError: there is no convention `base`, or it is wrong.
        PackageError: the package, its workbook or its names cannot be read.
    """
    rules = load_convention(base, station)
    named = str(Path(base).resolve()) if base.endswith(".toml") else base
    evidence = observe_package(package)
    inferred = infer_names(evidence.names, kinds=rules.kinds)
    if workbook:
        evidence = observe_workbook(workbook, evidence, kind=inferred.kinds[0], rules=rules.workbook)
    return convention_text(name, base_name=named, base=rules, inferred=inferred, evidence=evidence)


def keep_learned(text: str, target: Path, *, package: Path, workbook: Path | None, force: bool) -> None:
    """Write a learned convention to the file `target`.

    Raises:
        UsageError: it is there already (unless `force`), or is what the convention was learned from.
    """
    inputs = (package, workbook) if workbook else (package,)
    Outputs(folder=target.parent, force=force, inputs=inputs).write(target.name, text.encode())
