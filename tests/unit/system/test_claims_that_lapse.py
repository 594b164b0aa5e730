"""Claims of windows that were left without a word: none of them is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanpipe.system import claims
from scanpipe.system.claims import Claims


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Claims]:
    table = Claims(tmp_path, "review")
    yield table
    table.close()


def test_what_lapsed_is_written_no_more(table: Claims, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(claims, "LEASE_S", -1.0)
        for window in range(20):
            table.claim("1", holder=f"window-{window}", person="Lan")
    table.claim("2", holder="b", person="Hoa")
    (kept,) = tmp_path.glob("review-*")
    assert b"Hoa" in kept.read_bytes() and b"Lan" not in kept.read_bytes()


def test_the_file_of_a_server_that_ends_meanwhile_is_no_fault(
    table: Claims, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.claim("1", holder="a", person="Lan")
    monkeypatch.setattr(Path, "glob", lambda folder, _pattern: iter([folder / "review-gone"]))
    assert table.claim("2", holder="b", person="Hoa") is None
