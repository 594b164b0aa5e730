"""The files that one run writes where people keep theirs.

Whatever was there before the run stays as it is unless the person says otherwise. All names are checked before the
first file is written; a file that comes to be meanwhile is met when its name is taken. A file that is read is never
written.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from scanpipe.errors import UsageError
from scanpipe.messages import LazyText, lazy, lazy_counted
from scanpipe.system.fsio import nfc, write_atomic, write_new
from scanpipe.system.printable import printable

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file that is to be written: its name, and what it is made from."""

    name: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """Writes files into `folder`: with `force` also over files that are there, but never over one of `inputs`."""

    folder: Path
    force: bool = False
    inputs: tuple[Path, ...] = ()
    _written: set[str] = field(default_factory=set)

    def check(self, planned: Iterable[Output]) -> None:
        """Look at all files of the run before the first is written.

        Raises:
            UsageError: two would have one name, or one is there already; all that are there are named.
        """
        planned = tuple(planned)
        refuse_twins(planned)
        targets = [self.folder / output.name for output in planned]
        there = [target for target in targets if os.path.lexists(target)]
        for target in there:
            self._refuse_input(target)
        kept = [target for target in there if not self.force or target.is_dir()]
        if kept:
            raise _there_already(kept)

    def write(self, name: str, data: bytes) -> Path:
        """Write a file and return its path; its folder must be there.

        Raises:
            UsageError: it is there already, was written in this run, or is one of the files that are read.
            DiskFull: no room.
        """
        target = self.folder / name
        self._refuse_input(target)
        try:
            if self.force and _as_told_apart(name) not in self._written:
                write_atomic(target, data)
            else:
                write_new(target, data)
        except FileExistsError as error:
            raise _there_already([target]) from error
        self._written.add(_as_told_apart(name))
        return target

    def _refuse_input(self, target: Path) -> None:
        for source in self.inputs:
            if target.exists() and source.exists() and target.samefile(source):
                raise UsageError(
                    lazy("{target} is an input file and cannot be the output file.", target=target),
                    remedy=lazy("No file was overwritten. Choose another output folder or file."),
                )


def refuse_twins(planned: Iterable[Output]) -> None:
    """Make sure that each file has a name of its own, also on disks that do not tell a from A, or NFC from NFD.

    Raises:
        UsageError: two would have one name.
    """
    seen: dict[str, Output] = {}
    for output in planned:
        other = seen.setdefault(_as_told_apart(output.name), output)
        if other is not output:
            raise UsageError(
                lazy(
                    "{first} and {second} have the same output file {name}.",
                    first=other.source,
                    second=output.source,
                    name=output.name,
                ),
                remedy=lazy("No file was written. Rename one file, or run the command twice with different folders."),
            )


def _as_told_apart(name: str) -> str:
    return nfc(nfc(name).casefold())


def _there_already(targets: list[Path]) -> UsageError:
    names: LazyText | str = ", ".join(printable(str(target)) for target in targets[:_SHOWN])
    more = len(targets) - _SHOWN
    if more > 0:
        names = lazy_counted("{names} and {n} more", "{names} and {n} more", more, names=names)
    return UsageError(
        lazy("These files exist already: {names}.", names=names),
        remedy=lazy("No file was overwritten. Choose another folder, move the files, or use --force."),
    )
