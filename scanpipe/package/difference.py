"""What changed from one package to another: members by their bytes, pages by the manifests beside the packages."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scanpipe.errors import PackageError
from scanpipe.messages import _
from scanpipe.package.archive import list_archive, open_archive, read_entry
from scanpipe.package.findings import Finding
from scanpipe.package.manifest import MANIFEST_NAME, PageRecord, read_manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A member that came, went, or has other bytes; `pages` are the labels of those that were made anew, if known."""

    name: str
    what: Literal["added", "removed", "changed"]
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All changes from one package to another, by name, and the number of members whose bytes are the same."""

    changes: tuple[Change, ...]
    same: int


def compare_packages(old: Sequence[Path], new: Sequence[Path]) -> Difference:
    """Compare two packages, each the ZIPs of a book, read once.

    Raises:
        PackageError: a package cannot be read; the message names it.
    """
    before, after = _all_digests(old), _all_digests(new)
    pages_before, pages_after = _pages(old[0]), _pages(new[0])
    changes = []
    for name in sorted({*before, *after}):
        if name not in after:
            changes.append(Change(name=name, what="removed"))
        elif name not in before:
            changes.append(Change(name=name, what="added"))
        elif before[name] != after[name]:
            anew = _made_anew(pages_before.get(name, ()), pages_after.get(name, ()))
            changes.append(Change(name=name, what="changed", pages=anew))
    return Difference(changes=tuple(changes), same=sum(before[name] == after.get(name) for name in before))


def _all_digests(packages: Sequence[Path]) -> dict[str, str]:
    return {name: digest for package in packages for name, digest in _digests(package).items()}


def _digests(package: Path) -> dict[str, str]:
    opened = open_archive(package)
    if isinstance(opened, Finding):
        raise _unreadable(package, opened)
    stream, archive = opened
    with stream, archive:
        listing = list_archive(stream, archive, package.name)
        if len({entry.name for entry in listing.entries}) < len(archive.infolist()):
            raise _unreadable(package, listing.findings[0])
        digests = {}
        for entry in listing.entries:
            data = read_entry(archive, entry)
            if isinstance(data, Finding):
                raise _unreadable(package, data)
            digests[entry.name] = hashlib.sha256(data).hexdigest()
        return digests


def _unreadable(package: Path, finding: Finding) -> PackageError:
    return PackageError(
        _("{package} cannot be compared: {message}.").format(package=package, message=finding.message),
        remedy=_("'scanpipe verify {package}' tells everything that is wrong with it.").format(package=package),
    )


def _pages(package: Path) -> dict[str, tuple[PageRecord, ...]]:
    """Return the pages of each member, from the manifest beside the package, if it is still there."""
    manifest = package.with_name(MANIFEST_NAME)
    return {file.name: file.pages for file in read_manifest(manifest).files} if manifest.is_file() else {}


def _made_anew(before: tuple[PageRecord, ...], after: tuple[PageRecord, ...]) -> tuple[str, ...]:
    """Return the labels of pages that are new, or were made from another capture or by another recipe."""
    known = {(record.page, record.capture, record.image) for record in before}
    return tuple(record.page for record in after if (record.page, record.capture, record.image) not in known)
