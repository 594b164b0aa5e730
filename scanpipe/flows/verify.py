"""Is a package what a portal takes, and what changed from one to the next? Needs no station."""

from pathlib import Path

from scanpipe.errors import ConventionError, PackageError
from scanpipe.flows.book.conventions import load_convention
from scanpipe.messages import lazy
from scanpipe.package.findings import Report
from scanpipe.package.naming.convention import Convention
from scanpipe.package.reports.manifest import MANIFEST_NAME, read_manifest
from scanpipe.package.verify.difference import Difference, compare_packages
from scanpipe.package.verify.package import verify_package
from scanpipe.package.zips.parts import book_zips


def verify(package: Path, *, workbook: Path | None, convention: str, station: Path | None = None) -> Report:
    """Verify a ZIP against a convention, shipped or of a station, or a convention file; every finding is in the report.

    Raises:
        ConfigError: there is no such convention, or it is wrong.
    """
    return verify_package(package, workbook=workbook, convention=load_convention(convention, station))


def compare(old: Path, new: Path, *, convention: str, station: Path | None = None) -> Difference:
    """Tell what changed from one package to another, of which each path names the ZIP or one of its parts.

    Raises:
        ConfigError: there is no such convention, or it is wrong.
        PackageError: a package cannot be read.
    """
    rules = load_convention(convention, station)
    return compare_packages(_zips(old, rules), _zips(new, rules))


def _zips(package: Path, convention: Convention) -> tuple[Path, ...]:
    """Return the ZIPs of a package, all of which must be there; a name that no convention knows holds it all."""
    try:
        zips = book_zips(package, convention)
    except ConventionError:
        return (package,)
    missing = {convention.zip_name(zips.name.book, number) for number in zips.missing}
    manifest = package.with_name(MANIFEST_NAME)
    if manifest.is_file():
        listed = {file.name for file in read_manifest(manifest).files if file.name.endswith(".zip")}
        missing |= {name for name in listed if not package.with_name(name).is_file()}
    if missing:
        raise PackageError(
            lazy(
                "{package} cannot be compared: {missing} is missing.",
                package=package,
                missing=", ".join(sorted(missing)),
            )
        )
    return zips.paths
