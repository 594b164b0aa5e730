"""Is a package what a portal takes, and what changed from one to the next? Needs no station."""

from pathlib import Path

from scanpipe import config
from scanpipe.package.convention import Convention
from scanpipe.package.difference import Difference, compare_packages
from scanpipe.package.findings import Report
from scanpipe.package.verify import verify_package


def verify(package: Path, *, workbook: Path | None, convention: str) -> Report:
    """Verify a ZIP against a shipped convention or a convention file; every finding is in the report.

    Raises:
        ConfigError: there is no such convention, or it is wrong.
    """
    chosen = config.load(config.find("conventions", convention), Convention)
    return verify_package(package, workbook=workbook, convention=chosen)


def compare(old: Path, new: Path) -> Difference:
    """Tell what changed from one package to another.

    Raises:
        PackageError: a package cannot be read.
    """
    return compare_packages(old, new)
