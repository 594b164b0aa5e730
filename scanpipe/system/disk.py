"""How much room a disk has."""

import shutil
from pathlib import Path

GB = 1e9


def free_bytes(folder: Path) -> int:
    """Return how much can still be written into a folder, or into the nearest one above it that is there."""
    place = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    return shutil.disk_usage(place).free
