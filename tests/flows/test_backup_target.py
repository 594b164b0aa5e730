"""What the disk of a backup says, in words that name it and the way out."""

import errno
import os
from pathlib import Path

import pytest

from scanpipe.errors import DiskFull, StoreFailed
from scanpipe.flows.backup.target import target_errors_named


def test_a_file_that_the_disk_is_too_small_for_in_kind_is_told_apart_from_a_full_disk() -> None:
    with pytest.raises(StoreFailed) as caught, target_errors_named(Path("/mnt/backup")):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), "/mnt/backup/journals/1")
    assert "/mnt/backup/journals/1" in str(caught.value)
    assert "exFAT" in str(caught.value.remedy)
    with pytest.raises(DiskFull), target_errors_named(Path("/mnt/backup")):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/mnt/backup/store/1")
