"""A bag on the disk (BagIt 0.97, then RFC 8493): stored files of a book, its facts as JSON lines, and checksums."""

import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from scanpipe.errors import BagDamaged, UsageError
from scanpipe.messages import lazy
from scanpipe.system.fsio import TEMP_PREFIX, disk_errors_named, nfc, set_mode, sync_folder, sync_tree
from scanpipe.system.os_errors import describe

FACTS: Final = "facts.jsonl"
STORE, FOLDERS = "store", "folders"
"""Folders of the payload: stored files, and workbooks of published folders that people went on in."""

_CHECKSUM = "sha256"


class BagHead(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of the facts: what they are of, and what they were made with.

    Attributes:
        book: its full name.
        journal: how many migrations its journal had.
        host: the machine that it was exported from.
        convention: the digest of its convention as it was read there.
        recipe: the id of its recipe there.
        lost: how many stored files that its facts name were lost there.
    """

    book: str
    journal: int
    host: str
    convention: str
    recipe: str
    lost: int = 0


@contextmanager
def staged_bag(target: Path) -> Iterator[Path]:
    """Yield the empty payload of a bag beside `target`; it is gone afterwards unless `name_bag` gave it its name.

    Raises:
        UsageError: the folder cannot be written.
        DiskFull: no room.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=TEMP_PREFIX, dir=target.parent))
    except OSError as error:
        raise UsageError(lazy("{path}: {reason}.", path=target.parent, reason=describe(error))) from error
    try:
        with disk_errors_named(target):
            yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def seal_bag(staged: Path, info: dict[str, str]) -> None:
    """Add checksums to a payload, and make it survive a power cut."""
    set_mode(staged, 0o777 & ~_umask())
    _bagit().make_bag(str(staged), checksums=[_CHECKSUM], bag_info=info)
    sync_tree(staged)


def name_bag(staged: Path, target: Path) -> None:
    """Give a sealed bag its name.

    Raises:
        UsageError: something of that name came to be meanwhile.
    """
    if os.path.lexists(target):
        raise UsageError(lazy("{path} exists already.", path=target), remedy=lazy("Choose another folder."))
    staged.rename(target)
    sync_folder(target.parent)


def copy_in(staged: Path, name: str, data: bytes) -> None:
    """Write a file of the payload."""
    path = staged / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def check_bag(bag: Path) -> None:
    """Read all of a bag and compare it with its checksums.

    Raises:
        BagDamaged: it is no bag, or files of it are damaged, missing or too many; the message names them.
    """
    bagit = _bagit()
    inner = sorted(path.parent for path in bag.glob("*/bagit.txt"))
    if inner and not (bag / "bagit.txt").exists():
        raise BagDamaged(
            lazy("{folder} is no bag, but holds bags: {bags}.", folder=bag, bags=", ".join(map(str, inner))),
            remedy=lazy("Import them one by one."),
        )
    for path in _special_files(bag):
        raise _damaged(bag, path.relative_to(bag), lazy("it is no plain file"))
    for name in ("bagit.txt", f"manifest-{_CHECKSUM}.txt", f"tagmanifest-{_CHECKSUM}.txt"):
        if not (bag / name).is_file():
            raise _damaged(bag, name, lazy("it is missing"))
    try:
        found = bagit.Bag(str(bag))
        found.info.pop("Payload-Oxum", None)  # a sum that does not fit names no file
        found.validate()
    except bagit.BagValidationError as error:
        raise _invalid(bag, error) from error
    except (bagit.BagError, OSError, ValueError) as error:
        raise _damaged(bag, "bagit.txt", str(error)) from error


def read_head(bag: Path) -> tuple[BagHead, Iterator[bytes]]:
    """Return the first line of the facts, and the others one by one.

    Raises:
        BagDamaged: it cannot be read.
    """
    try:
        stream = (bag / "data" / FACTS).open("rb")
        return msgspec.json.decode(stream.readline(), type=BagHead), iter(stream)
    except (OSError, msgspec.DecodeError) as error:
        raise damaged_facts(bag, str(error)) from error


def payload(bag: Path, folder: str) -> dict[str, Path]:
    """Return the files of a folder of the payload by their paths below it."""
    root = bag / "data" / folder
    return {nfc(path.relative_to(root).as_posix()): path for path in sorted(root.rglob("*")) if path.is_file()}


def damaged_facts(bag: Path, reason: str) -> BagDamaged:
    """Return the error that says what is wrong with the facts of a bag."""
    return _damaged(bag, f"data/{FACTS}", reason)


def _bagit() -> Any:
    import bagit

    logging.getLogger("bagit").setLevel(logging.CRITICAL + 1)  # what it logs is raised as well
    return bagit


def _special_files(bag: Path) -> Iterator[Path]:
    """Yield what is neither a folder nor a plain file: a pipe would never end, a link leads elsewhere."""
    for place, folders, files in os.walk(bag):
        for name in (*folders, *files):
            mode = (path := Path(place) / name).lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                yield path


def _invalid(bag: Path, error: Any) -> BagDamaged:
    paths = [str(detail.path) for detail in error.details if hasattr(detail, "path")]
    return _damaged(bag, ", ".join(sorted(set(paths))[:5]) or "bag-info.txt", lazy("it is damaged, missing or unknown"))


def _damaged(bag: Path, name: object, reason: object) -> BagDamaged:
    return BagDamaged(
        lazy("The bag {bag} cannot be used. {name}: {reason}.", bag=bag, name=name, reason=reason),
        remedy=lazy("Nothing was imported. Copy the bag again from the machine that it was exported from."),
    )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
