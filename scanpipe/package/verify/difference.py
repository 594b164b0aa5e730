"""What changed from one package to another: members by their bytes, pages by the manifests beside the packages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scanpipe.errors import PackageError
from scanpipe.messages import LazyText, joined, lazy
from scanpipe.package.reports.manifest import MANIFEST_NAME, FileChange, Manifest, PageChange, PageRecord, read_manifest
from scanpipe.package.verify.files import digest_member, package_time
from scanpipe.package.zips.archive import Entry, list_archive
from scanpipe.sandbox import LimitExceeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All changes from one package to another, by name, and the number of members whose bytes are the same."""

    changes: tuple[FileChange, ...]
    same: int


def compare_packages(old: Sequence[Path], new: Sequence[Path]) -> Difference:
    """Compare two packages, each the ZIPs of a book, read once.

    Raises:
        PackageError: a package cannot be read; the message names it.
    """
    before, after = _manifest(old[0]), _manifest(new[0])
    known = after.changes if before and after and after.changes else None
    why = {page.page: page for file in known.files for page in file.pages} if known else {}
    why = why if known and before and known.against == before.revision else {}
    return differences(_all_digests(old), _all_digests(new), _pages(before), _pages(after), why=why)


def differences(
    before: Mapping[str, str],
    after: Mapping[str, str],
    pages_before: Mapping[str, Sequence[PageRecord]],
    pages_after: Mapping[str, Sequence[PageRecord]],
    *,
    why: Mapping[str, PageChange],
) -> Difference:
    """Compare two packages.

    Args:
        before: the digest of each file by its name, in the older one.
        after: the same in the newer one.
        pages_before: the pages of each file, as far as they are known.
        pages_after: the same in the newer one.
        why: why a page was made anew, by its label.
    """
    changes = []
    for name in sorted({*before, *after}):
        if name not in after:
            changes.append(FileChange(name=name, what="removed"))
        elif name not in before:
            changes.append(FileChange(name=name, what="added"))
        elif before[name] != after[name]:
            file = PurePosixPath(name).name
            anew = _made_anew(pages_before.get(file, ()), pages_after.get(file, ()))
            pages = tuple(why.get(page, PageChange(page=page)) for page in anew)
            changes.append(FileChange(name=name, what="changed", pages=pages))
    return Difference(changes=tuple(changes), same=sum(before[name] == after.get(name) for name in before))


def _all_digests(packages: Sequence[Path]) -> dict[str, str]:
    with package_time(sum(package.stat().st_size for package in packages if package.is_file())):
        return {name: digest for package in packages for name, digest in _digests(package).items()}


def _digests(package: Path) -> dict[str, str]:
    try:
        listing = list_archive(package)
        if listing.files is None or len({entry.name for entry in listing.entries}) < listing.files:
            raise _unreadable(package, listing.findings[0].message)
        return dict(_digest(package, entry) for entry in listing.entries)
    except LimitExceeded as exceeded:
        raise _unreadable(package, exceeded.text) from exceeded


def _digest(package: Path, entry: Entry) -> tuple[str, str]:
    facts = digest_member(package, entry)
    for finding in facts.findings:
        raise _unreadable(package, joined(finding.member, finding.message, by=": "))
    return entry.name, facts.digest


def _unreadable(package: Path, message: LazyText | str) -> PackageError:
    return PackageError(
        lazy("{package} cannot be compared: {message}.", package=package, message=message),
        remedy=lazy("Run 'scanpipe verify {package}' to list all its errors.", package=package),
    )


def _manifest(package: Path) -> Manifest | None:
    """Return the manifest beside the package, if it is still there."""
    manifest = package.with_name(MANIFEST_NAME)
    return read_manifest(manifest) if manifest.is_file() else None


def _pages(manifest: Manifest | None) -> dict[str, tuple[PageRecord, ...]]:
    return {file.name: file.pages for file in manifest.files} if manifest else {}


def _made_anew(before: Sequence[PageRecord], after: Sequence[PageRecord]) -> tuple[str, ...]:
    """Return the labels of pages that are new, or were made from another capture or by another recipe."""
    known = {(record.page, record.capture, record.image) for record in before}
    return tuple(record.page for record in after if (record.page, record.capture, record.image) not in known)
