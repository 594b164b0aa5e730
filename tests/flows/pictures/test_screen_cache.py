"""Pictures that were made once, as many as there is room for."""

import os
import shutil
from pathlib import Path

from scanpipe.flows.pictures.screen_cache import ScreenCache


def test_what_was_put_is_there_until_the_folder_is_deleted(tmp_path: Path) -> None:
    cache = ScreenCache(tmp_path / "cache")
    assert cache.get("aa1") is None
    cache.put("aa1", b"picture")
    assert (cache.get("aa1"), cache.has("aa1")) == (b"picture", True)
    shutil.rmtree(tmp_path / "cache")
    assert cache.get("aa1") is None
    cache.put("aa1", b"again")
    assert cache.get("aa1") == b"again"


def test_what_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    cache = ScreenCache(tmp_path, most_bytes=100)
    for number in range(4):
        cache.put(f"{number}0", b"x" * 25)
        os.utime(tmp_path / f"{number}0" / f"{number}0", (number, number))
    assert cache.get("00")  # used now
    cache.put("50", b"x" * 25)
    assert [cache.has(f"{number}0") for number in (0, 1, 2, 3, 5)] == [True, False, False, True, True]


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = ScreenCache(tmp_path / "file")
    cache.put("aa1", b"picture")
    assert cache.get("aa1") is None
