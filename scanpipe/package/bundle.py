"""The ZIP of a book: flat, PDFs stored as they are, the same members giving the same bytes."""

import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import PackageError
from scanpipe.fsio import disk_errors_named
from scanpipe.messages import _
from scanpipe.package.member_names import name_problem, same_names

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file to be put into a ZIP under `name`."""

    name: str
    path: Path


def write_zip(target: Path, members: Sequence[Member]) -> None:
    """Write a new ZIP of the members in the order given, each streamed from its file; the caller syncs it.

    Every entry carries the same date and attributes and no data descriptor, so the bytes depend on the members alone.

    Raises:
        PackageError: a name that is not flat, plain ASCII and portable, or two that are one where capitals do not
            count; nothing is written then. Also when `target` exists: nothing is overwritten.
        DiskFull: no room; a torn file is left for the caller to remove.
    """
    _check_names(target, [member.name for member in members])
    try:
        with disk_errors_named(target), zipfile.ZipFile(target, "x", zipfile.ZIP_STORED) as archive:
            for member in members:
                _add(archive, member)
    except FileExistsError as error:
        raise PackageError(
            _("{target} is there already and is not overwritten.").format(target=target),
            remedy=_("Packages are re-issued as a new revision."),
        ) from error


def _check_names(target: Path, names: Sequence[str]) -> None:
    problems = [f"{name!r}: {problem}" for name in names if (problem := name_problem(name))]
    same = same_names(names)
    if same:
        problems.append(_("{names}: one and the same name").format(names=", ".join(same)))
    if problems:
        text = _("{name} cannot be made: {problems}.")
        raise PackageError(text.format(name=target.name, problems="; ".join(problems)))


def _add(archive: zipfile.ZipFile, member: Member) -> None:
    info = zipfile.ZipInfo(member.name, _ZIP_EPOCH)
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    info.file_size = member.path.stat().st_size
    with member.path.open("rb") as source, archive.open(info, "w") as entry:
        shutil.copyfileobj(source, entry, _CHUNK)
