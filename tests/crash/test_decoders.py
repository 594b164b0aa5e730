"""Files are decoded by other processes: one that crashes, hangs or eats all memory costs its file only."""

import os
import signal
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from scanpipe.capture.folder import Imported, Refused, import_pages, list_files
from scanpipe.errors import DiskFull, EngineError, UsageError
from scanpipe.raster import Pixels
from scanpipe.raster.codecs import decode_master
from scanpipe.raster.files import Reading
from scanpipe.sandbox import parent

CHILD = "scanpipe.sandbox.child"


def page(shade: int, *, size: tuple[int, int] = (60, 40)) -> Pixels:
    pixels = np.full((*size, 3), shade, np.uint8)
    pixels[5:10, 5:30] = 10
    return pixels


def write_page(path: Path, shade: int) -> Path:
    Image.fromarray(page(shade)).save(path, dpi=(300, 300))
    return path


def book(path: Path, count: int) -> Path:
    pages = [Image.fromarray(page(index % 200 + 50)) for index in range(count)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_lzw", dpi=(300, 300))
    return path


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


_OF_OTHER_TESTS: set[int] = set()


@pytest.fixture(autouse=True)
def _children_of_other_tests() -> None:
    """End the child that reads for earlier tests, and remember others: one that waits, one that is not reaped yet."""
    parent.end_child()
    _OF_OTHER_TESTS.clear()
    _OF_OTHER_TESTS.update(child.pid for child in psutil.Process().children())


def children() -> list[psutil.Process]:
    new = [child for child in psutil.Process().children() if child.pid not in _OF_OTHER_TESTS]
    return [child for child in new if child.status() != psutil.STATUS_ZOMBIE and CHILD in child.cmdline()]


def test_files_come_in_the_order_a_person_means(desk: Path) -> None:
    names = ["trang 10.tif", "trang 2.tif", "trang 1.TIF", "Trang 11.tif", "bìa.jpg", "trang 2a.tif", "trang 02b.png"]
    for name in names:
        (desk / name).touch()
    assert [path.name for path in list_files(desk).files] == [
        *("bìa.jpg", "trang 1.TIF", "trang 2.tif", "trang 2a.tif", "trang 02b.png", "trang 10.tif", "Trang 11.tif")
    ]


def test_what_is_no_image_is_reported_and_system_litter_is_not(desk: Path) -> None:
    for name in ("1.tif", "ghi chú.docx", "2.heic", "Thumbs.db", ".DS_Store", ".hidden.tif", "desktop.ini"):
        (desk / name).touch()
    (desk / "3.tif").mkdir()
    os.mkfifo(desk / "4.tif")
    listing = list_files(desk)
    assert [path.name for path in listing.files] == ["1.tif"]
    assert sorted(path.name for path in listing.ignored) == ["2.heic", "3.tif", "4.tif", "ghi chú.docx"]


def test_a_folder_that_is_not_there_is_a_usage_error(desk: Path) -> None:
    with pytest.raises(UsageError, match="gone"):
        list_files(desk / "gone")


def test_masters_are_lossless_and_say_what_they_are(desk: Path, spool: Path) -> None:
    path = write_page(desk / "1.png", 200)
    (imported,) = import_pages([path], spool=spool)
    assert isinstance(imported, Imported)
    assert (imported.path, imported.name, imported.master.width, imported.master.height) == (path, "1.png", 40, 60)
    assert (imported.master.dpi, imported.master.dpi_assumed) == (300, False)
    assert imported.master.checks.flags == ()
    np.testing.assert_array_equal(decode_master(imported.master.data, dpi=imported.master.dpi).pixels, page(200))
    assert list(spool.iterdir()) == []


def test_a_resolution_that_is_not_told_is_assumed(desk: Path, spool: Path) -> None:
    Image.fromarray(page(200)).save(desk / "1.png")
    (imported,) = import_pages([desk / "1.png"], spool=spool, reading=Reading(default_dpi=240))
    assert isinstance(imported, Imported)
    assert (imported.master.dpi, imported.master.dpi_assumed) == (240, True)


def test_bad_files_are_refused_by_name_and_the_rest_goes_on(desk: Path, spool: Path) -> None:
    files = [write_page(desk / "1.png", 100), desk / "2.tif", write_page(desk / "3.png", 120), desk / "4.jpg"]
    files[1].write_bytes(b"II*\0 no image")
    files[3].touch()
    results = list(import_pages([*files, desk / "5.tif"], spool=spool))
    assert [type(result) for result in results] == [Imported, Refused, Imported, Refused, Refused]
    assert [result.name for result in results] == ["1.png", "2.tif", "3.png", "4.jpg", "5.tif"]
    assert "empty" in str(results[3].reason)  # type: ignore[union-attr]
    assert "does not exist" in str(results[4].reason)  # type: ignore[union-attr]


def test_a_bad_page_of_a_tiff_keeps_its_place_among_the_good(desk: Path, spool: Path) -> None:
    path = book(desk / "book.tif", 4)
    data = bytearray(path.read_bytes())
    with Image.open(path) as image:
        image.seek(1)
        start = image.tag_v2[273][0]  # type: ignore[attr-defined]
    data[start : start + 60] = b"\xff" * 60
    path.write_bytes(data)
    results = list(import_pages([path], spool=spool))
    assert [result.name for result in results] == [f"book.tif#{number}" for number in (1, 2, 3, 4)]
    assert [isinstance(result, Imported) for result in results] == [True, False, True, True]


def test_a_decoder_that_hangs_is_killed_and_the_rest_goes_on(desk: Path, spool: Path) -> None:
    files = [write_page(desk / f"{number}.png", 100) for number in (1, 2, 3)]
    results = import_pages(files, spool=spool, timeout_s=3, side_by_side=1)
    assert isinstance(next(results), Imported)
    (child,) = children()
    child.suspend()
    hung = next(results)
    assert isinstance(hung, Refused)
    assert "longer than 3 seconds" in str(hung.reason)
    assert isinstance(next(results), Imported)
    assert list(results) == []
    assert children() == []


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_decoder_that_crashes_costs_its_file_only(desk: Path, spool: Path, number: signal.Signals) -> None:
    files = [write_page(desk / f"{number}.png", 100) for number in (1, 2, 3)]
    results = import_pages(files, spool=spool, timeout_s=60, side_by_side=1)
    assert isinstance(next(results), Imported)
    (child,) = children()
    child.suspend()

    def end() -> None:
        child.send_signal(number)
        if number is not signal.SIGKILL:
            child.resume()  # it dies of the signal when it goes on

    killer = threading.Timer(0.3, end)
    killer.start()
    crashed = next(results)
    killer.join()
    assert isinstance(crashed, Refused)
    assert crashed.name == "2.png"
    assert number.name in str(crashed.reason)
    assert isinstance(next(results), Imported)
    assert list(results) == []


def test_a_decoder_that_is_killed_while_it_starts_is_started_again(
    desk: Path, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = desk / "python"
    dying.write_text(f'#!/bin/sh\n[ -e {desk}/died ] && exec {sys.executable} "$@"\n: > {desk}/died\nkill -9 $$\n')
    dying.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dying))
    (imported,) = import_pages([write_page(desk / "1.png", 100)], spool=spool)
    assert isinstance(imported, Imported)


def test_a_decoder_that_never_starts_ends_the_import(desk: Path, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(EngineError, match="did not start"):
        list(import_pages([write_page(desk / "1.png", 100)], spool=spool))


def test_a_pipe_is_refused_and_not_waited_for(desk: Path, spool: Path) -> None:
    os.mkfifo(desk / "2.tif")
    (refused,) = import_pages([desk / "2.tif"], spool=spool)
    assert isinstance(refused, Refused)
    assert not refused.damaged


def test_a_crash_within_a_tiff_costs_one_page(desk: Path, spool: Path) -> None:
    results = import_pages([book(desk / "book.tif", 4)], spool=spool, side_by_side=1)
    assert isinstance(next(results), Imported)
    (child,) = children()
    child.kill()
    child.wait()
    names = [(result.name, isinstance(result, Imported)) for result in results]
    assert names == [("book.tif#2", False), ("book.tif#3", True), ("book.tif#4", True)]


def test_a_decoder_hungry_for_memory_is_held_back(desk: Path, spool: Path) -> None:
    Image.new("RGB", (11_000, 11_000), "white").save(desk / "1.png", compress_level=1)
    files = [desk / "1.png", write_page(desk / "2.png", 100)]
    hungry, modest = import_pages(files, spool=spool, memory_mb=900)
    assert isinstance(hungry, Refused)
    assert "memory" in str(hungry.reason)
    assert isinstance(modest, Imported)


def test_a_thick_tiff_streams(desk: Path, spool: Path) -> None:
    path = book(desk / "book.tif", 300)
    resident = {}
    for count, result in enumerate(import_pages([path], spool=spool, side_by_side=1), start=1):
        assert isinstance(result, Imported)
        assert result.name == f"book.tif#{count}"
        if count in (20, 300):
            resident[count] = children()[0].memory_info().rss
    assert resident[300] - resident[20] < 20 << 20
    assert list(spool.iterdir()) == []


def test_leaving_in_the_middle_leaves_nothing_behind(desk: Path, spool: Path) -> None:
    results = import_pages([book(desk / "book.tif", 5)], spool=spool, side_by_side=1)
    next(results)
    assert len(children()) == 1
    results.close()  # type: ignore[attr-defined]
    assert children() == []
    assert list(spool.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_stops_the_import_and_is_called_that(
    desk: Path, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = import_pages(
        [write_page(desk / "1.png", 100), write_page(desk / "2.png", 100)], spool=spool, side_by_side=1
    )
    assert isinstance(next(results), Imported)
    (folder,) = spool.iterdir()
    (folder / "page0").symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        next(results)


def test_files_decoded_side_by_side_come_in_their_order(desk: Path, spool: Path) -> None:
    files = [write_page(desk / f"{number}.png", 200 if number % 2 else 40) for number in range(1, 8)]
    files.insert(3, book(desk / "book.tif", 3))
    names = [result.name for result in import_pages(files, spool=spool, side_by_side=3)]
    assert names == [
        "1.png",
        "2.png",
        "3.png",
        "book.tif#1",
        "book.tif#2",
        "book.tif#3",
        *(f"{n}.png" for n in range(4, 8)),
    ]
