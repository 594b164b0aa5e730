"""Capture stops before the disk is full."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from scanpipe.errors import DiskFull
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.capture import room
from scanpipe.flows.capture.events import CaptureHalted
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.capture.scan import capture_scanner
from tests.small_books import BOOK, small_book, write_scans


def test_nothing_is_captured_where_too_little_room_is_left(tmp_path: Path) -> None:
    with small_book(tmp_path, pages=2) as station:
        full = replace(station, settings=msgspec.structs.replace(station.settings, stop_free_gb=1_000_000))
        for run in (capture_folder(full, BOOK, tmp_path), capture_scanner(full, BOOK)):
            with pytest.raises(DiskFull, match="capture stops below 1,000,000"):
                next(run)


def test_what_came_before_room_ran_out_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scans = write_scans(tmp_path / "scans", "1.png", "2.png", "3.png")
    left = iter([9e9, 8e9, 0.5e9])
    monkeypatch.setattr(room, "free_bytes", lambda _folder: next(left))
    with small_book(tmp_path, pages=3) as station:
        events = list(capture_folder(station, BOOK, scans))
        (halted,) = (event for event in events if isinstance(event, CaptureHalted))
        assert "Only 0.5 GB are free" in str(halted.reason)
        assert len(book_facts(station, BOOK).captured) == 2
