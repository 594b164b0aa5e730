"""The files of a package, each read in the limited child: what verifying, comparing and learning are told of them."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scanpipe.messages import lazy
from scanpipe.package.findings import Finding, error
from scanpipe.package.naming.convention import Convention
from scanpipe.package.paper_area import SizeMm
from scanpipe.package.verify.pdfs import verify_pdf
from scanpipe.package.zips.archive import MAX_MEMBER_BYTES, MAX_TOTAL_BYTES, ArchiveUnreadable, Entry, read_entry
from scanpipe.sandbox import LimitExceeded, at_most, limited
from scanpipe.system.plain_files import open_plain

# A page takes a second or two, and 50 to 200 kB; what takes a multiple of that for its bytes is made to.
_FILE_S, _PACKAGE_S, _MB_S = 20.0, 600.0, 60.0
_LONGEST_S = 6 * 3600.0
_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A file as it was read: `sizes_mm` are those of its pages, None where it is no PDF or cannot be read.

    `digest` is empty where nothing was read.
    """

    digest: str = ""
    size: int = -1
    sizes_mm: tuple[SizeMm, ...] | None = None
    findings: tuple[Finding, ...] = ()


@contextmanager
def package_time(size: int) -> Iterator[None]:
    """Give what is read within the block the time that a package of `size` bytes may take, all together."""
    with at_most(cpu_s=_PACKAGE_S + _MB_S * size / _MB):
        yield


@contextmanager
def file_time(size: int) -> Iterator[None]:
    """Give what is read within the block the time that a file of `size` bytes may take."""
    with at_most(cpu_s=_FILE_S + _MB_S * size / _MB):
        yield


def verified_member(path: Path, entry: Entry, convention: Convention) -> FileFacts:
    """Return what a member of a ZIP holds and all that is wrong with it, also where it goes beyond the bounds."""
    try:
        with file_time(entry.size):
            return _verify_member(path, entry, convention)
    except LimitExceeded as exceeded:
        return FileFacts(findings=(beyond_bounds(entry.name, exceeded),))


def verified_file(path: Path, convention: Convention) -> FileFacts:
    """Return what a file beside a ZIP holds and, if it is a PDF, all that is wrong with it; nothing if it is none."""
    try:
        with file_time(path.stat().st_size):
            return _verify_file(path, convention)
    except OSError:
        return FileFacts()
    except LimitExceeded as exceeded:
        return FileFacts(findings=(beyond_bounds(path.name, exceeded),))


def beyond_bounds(name: str, exceeded: LimitExceeded) -> Finding:
    """Return the finding that a file is not read to its end, and why."""
    return error("beyond-bounds", name, lazy("it was refused: {reason}", reason=exceeded.text))


@limited(cpu_s=_LONGEST_S)
def _verify_member(path: Path, entry: Entry, convention: Convention) -> FileFacts:
    try:
        data = read_entry(path, entry)
    except ArchiveUnreadable as unreadable:
        return FileFacts(findings=(unreadable.finding,))
    return _verified(entry.name, data, convention)


@limited(cpu_s=_LONGEST_S)
def _verify_file(path: Path, convention: Convention) -> FileFacts:
    try:
        with open_plain(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            if path.suffix == ".pdf" and size <= MAX_MEMBER_BYTES:
                return _verified(path.name, stream.read(), convention)
            digest = hashlib.file_digest(stream, "sha256").hexdigest() if size <= MAX_TOTAL_BYTES else ""
            return FileFacts(digest=digest, size=size)
    except OSError:
        return FileFacts()


def _verified(name: str, data: bytes, convention: Convention) -> FileFacts:
    facts, findings = verify_pdf(name, data, convention)
    return FileFacts(
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        sizes_mm=tuple((page.width_mm, page.height_mm) for page in facts.pages) if facts else None,
        findings=findings,
    )


@limited(cpu_s=_LONGEST_S)
def digest_member(path: Path, entry: Entry) -> FileFacts:
    """Return the digest of a member, which is not looked into.

    Raises:
        LimitExceeded: it takes more memory or time than is given.
    """
    try:
        data = read_entry(path, entry)
    except ArchiveUnreadable as unreadable:
        return FileFacts(findings=(unreadable.finding,))
    return FileFacts(digest=hashlib.sha256(data).hexdigest(), size=len(data))
