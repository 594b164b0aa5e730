"""The ZIPs of a book: one, or as many parts as the largest that is taken asks for; the same members, the same bytes."""

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanpipe.errors import PackageError
from scanpipe.messages import joined, lazy
from scanpipe.package.naming.limits import ZipRules
from scanpipe.package.naming.member_names import name_collisions, path_problem
from scanpipe.system.fsio import disk_errors_named

PLAIN: Final = ZipRules()
"""One ZIP, its files stored."""

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1024 * 1024
# PKWARE APPNOTE 4.3: a local and a central header with their zip64 fields beside twice the name; the directory's end.
_HEADERS, _END = 150, 100
_DEFLATE_LOSS = 1000  # what cannot be deflated grows by less than a byte in so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file to be put into a ZIP under `name`, which may begin with folders ("KS.2010.01/KS.2010.01.001.pdf")."""

    name: str
    path: Path


def write_zip(target: Path, members: Sequence[Member], rules: ZipRules = PLAIN) -> None:
    """Write a new ZIP of the members in the order given, each streamed from its file; the caller syncs it.

    Every entry carries the same date and attributes and no data descriptor, so the bytes depend on the members alone.

    Raises:
        PackageError: a name that is not plain ASCII and portable, or two that are one where capitals do not count;
            nothing is written then. Also when `target` exists: nothing is overwritten.
        DiskFull: no room; a torn file is left for the caller to remove.
    """
    _check_names(target, [member.name for member in members])
    method = zipfile.ZIP_DEFLATED if rules.packing == "deflated" else zipfile.ZIP_STORED
    try:
        with disk_errors_named(target), zipfile.ZipFile(target, "x", method) as archive:
            for member in members:
                _add(archive, member, method)
    except FileExistsError as error:
        raise PackageError(
            lazy("{target} exists already and was not overwritten.", target=target),
            remedy=lazy("To issue the package again, deliver a new revision."),
        ) from error


def split_members(members: Sequence[Member], rules: ZipRules) -> tuple[tuple[Member, ...], ...]:
    """Return the members of each ZIP, in the order given, so that none grows over the largest that is taken.

    Raises:
        PackageError: a file that is too large for a ZIP of its own.
    """
    if rules.max_bytes is None:
        return (tuple(members),)
    return tuple(_filled(members, rules.max_bytes))


def _filled(members: Sequence[Member], limit: int) -> Iterator[tuple[Member, ...]]:
    part: list[Member] = []
    size = _END
    for member in members:
        packed = _packed_size(member)
        if _END + packed > limit:
            text = lazy("{name} is too large for a ZIP of at most {mb} MB.")
            raise PackageError(
                text.format(name=member.name, mb=limit // 1_000_000),
                remedy=lazy("Increase 'max_mb' in the convention, or decrease 'kb_per_a4'."),
            )
        if size + packed > limit:
            yield tuple(part)
            part, size = [], _END
        part.append(member)
        size += packed
    yield tuple(part)


def _packed_size(member: Member) -> int:
    """Return more bytes than a member ever takes in a ZIP."""
    size = member.path.stat().st_size
    return size + size // _DEFLATE_LOSS + _HEADERS + 2 * len(member.name)


def _check_names(target: Path, names: Sequence[str]) -> None:
    problems = [joined(repr(name), problem, by=": ") for name in names if (problem := path_problem(name))]
    same = name_collisions(names)
    if same:
        problems.append(lazy("{names}: the same name", names=", ".join(same)))
    if problems:
        text = lazy("Cannot make {name}: {problems}.")
        raise PackageError(text.format(name=target.name, problems=joined(*problems, by="; ")))


def _add(archive: zipfile.ZipFile, member: Member, method: int) -> None:
    info = zipfile.ZipInfo(member.name, _ZIP_EPOCH)
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    info.compress_type = method
    info.file_size = member.path.stat().st_size
    with member.path.open("rb") as source, archive.open(info, "w") as entry:
        shutil.copyfileobj(source, entry, _CHUNK)
