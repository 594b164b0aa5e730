"""The ZIPs of one book as they lie in a folder: one that holds it all, or parts, each of which leads to the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import ConventionError
from scanpipe.messages import lazy
from scanpipe.package.findings import Finding, error, warning
from scanpipe.package.naming.convention import Convention, ZipName


@dataclass(frozen=True, slots=True, kw_only=True)
class BookZips:
    """The ZIPs in order; `missing` are the numbers of parts that later ones show to be lacking.

    `beside` are parts that lie beside a ZIP that is whole: of another revision, or left over.
    """

    paths: tuple[Path, ...]
    name: ZipName
    missing: tuple[int, ...] = ()
    beside: tuple[Path, ...] = ()


def book_zips(path: Path, convention: Convention) -> BookZips:
    """Return all ZIPs of the book of which `path` is one.

    Raises:
        ConventionError: its name tells no book.
    """
    name = convention.parse_zip_name(path.name)
    if name.part is None:
        beside = tuple(part for _number, part in _parts(path.parent, name, convention))
        return BookZips(paths=(path,), name=name, beside=beside)
    parts = {**dict(_parts(path.parent, name, convention)), name.part: path}
    missing = tuple(number for number in range(1, max(parts)) if number not in parts)
    return BookZips(paths=tuple(parts[number] for number in sorted(parts)), name=name, missing=missing)


def _parts(folder: Path, of: ZipName, convention: Convention) -> Iterator[tuple[int, Path]]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            name = convention.parse_zip_name(path.name)
        except ConventionError:
            continue
        if name.part is not None and name.book == of.book and path.is_file():
            yield name.part, path


def verify_zips(zips: BookZips, convention: Convention) -> Iterator[Finding]:
    """Check that no part is missing and none larger than is taken."""
    for number in zips.missing:
        missing = convention.zip_name(zips.name.book, number)
        yield error("zip-part-missing", missing, lazy("this part is missing, but later parts of the book are present"))
    for path in zips.beside:
        text = lazy("it is beside the complete ZIP {whole} and does not belong to it")
        yield warning("zip-part-beside", path.name, text.format(whole=zips.paths[0].name))
    yield from _too_large(zips.paths, convention)


def _too_large(paths: Sequence[Path], convention: Convention) -> Iterator[Finding]:
    limit = convention.zip.max_bytes
    for path in paths:
        if limit and path.is_file() and path.stat().st_size > limit:
            text = lazy("it is larger than the limit of {mb} MB")
            yield error("zip-size", path.name, text.format(mb=convention.zip.max_mb))
