"""The folder of a revision: written under another name, and published by a rename when it is whole and on the disk."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scanpipe.errors import PackageRefused
from scanpipe.messages import lazy
from scanpipe.system.fsio import disk_errors_named, sync_folder

_STAGING = ".tmp-"


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target`, which is to be published as that; it is gone afterwards if it was not.

    Raises:
        PackageRefused: something of that name is there.
        DiskFull: no room.
    """
    home = target.parent
    staged = home / f"{_STAGING}{target.name}"
    if os.path.lexists(target):
        raise PackageRefused(
            lazy("{folder} exists already, but was not made by a delivery of this book.", folder=target),
            remedy=lazy("Move the folder to another place, then run the same command again."),
        )
    with disk_errors_named(home):
        home.mkdir(parents=True, exist_ok=True)
        for scrap in home.glob(f"{_STAGING}*"):  # left by a delivery that was killed
            shutil.rmtree(scrap)
        staged.mkdir()
        try:
            yield staged
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def publish_folder(staged: Path, target: Path) -> None:
    """Give a folder that is finished and synced its name, so that it survives a power cut."""
    staged.rename(target)
    sync_folder(target.parent)
