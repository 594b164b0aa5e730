"""Pages that come as they should, of every form that the virtual devices can give them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import Device, Scanned
from scanpipe.errors import DeviceError, DeviceMissing, FeederEmpty, OptionRefused, ScanIncomplete
from tests.device.conftest import FEEDER, Settings

PATTERN = {"test-picture": "Color pattern"}


def scan_one(scanner: SaneScanner, settings: object) -> Scanned:
    with scanner.open(settings) as session:  # type: ignore[arg-type]
        return session.scan(1)


def test_devices_are_listed_with_what_they_are(scanner: SaneScanner):
    assert Device(name="test:0", vendor="Noname", model="frontend-tester", kind="virtual device") in scanner.devices()
    assert {device.name for device in scanner.devices()} == {"pnm:0", "pnm:1", "test:0", "test:1"}


def test_a_page_has_the_size_that_was_asked(scanner: SaneScanner, settings: Settings):
    page = scan_one(scanner, settings(mode="Color", dpi=150, options=PATTERN))
    assert page.raster.colour
    assert page.raster.dpi == 150
    assert page.raster.size_mm == pytest.approx((80, 50), abs=0.5)
    assert page.settings["resolution"] == 150
    assert page.settings["mode"] == "Color"


def test_without_a_page_size_the_whole_bed_is_scanned(scanner: SaneScanner, settings: Settings):
    assert scan_one(scanner, settings(page_mm=None, dpi=50)).raster.size_mm == pytest.approx((200, 200), abs=1)


def test_a_feeder_gives_its_ten_pages_and_then_ends(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(source=FEEDER)) as session:
        sides = [session.scan(position).side for position in range(1, 11)]
        with pytest.raises(FeederEmpty, match="picture 11"):
            session.scan(11)
    assert sides == ["front"] * 10


def test_two_sided_pages_alternate_from_the_front(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(source=FEEDER, duplex=True)) as session:
        assert [session.scan(position).side for position in range(1, 5)] == ["front", "back", "front", "back"]


def test_a_flatbed_scans_again_and_again(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(source="Flatbed")) as session:
        pages = [session.scan(position) for position in range(1, 13)]
    assert len({page.raster.pixels.shape for page in pages}) == 1


@pytest.mark.parametrize(("picture", "level"), [("Solid black", 0), ("Solid white", 255)])
def test_one_bit_pages_come_black_as_0_and_white_as_255(
    scanner: SaneScanner, settings: Settings, picture: str, level: int
):
    page = scan_one(scanner, settings(depth=1, options={"test-picture": picture}))
    assert (page.raster.pixels == level).all()
    assert page.raster.size_mm == pytest.approx((80, 50), abs=0.5)


def test_one_bit_colour_is_refused(scanner: SaneScanner, settings: Settings):
    with pytest.raises(OptionRefused, match="1 in colour"):
        scan_one(scanner, settings(depth=1, mode="Color"))


def test_sixteen_bits_are_refused_and_not_garbled(scanner: SaneScanner, settings: Settings):
    with pytest.raises(OptionRefused, match="depth = 8; it uses 16"):
        scan_one(scanner, settings(options={"depth": 16}))


@pytest.mark.parametrize("mode", ["Gray", "Color"])
@pytest.mark.parametrize("loss", [1, 7, 128])
def test_padded_lines_are_not_sheared(scanner: SaneScanner, settings: Settings, mode: str, loss: int):
    whole = scan_one(scanner, settings(mode=mode, options=PATTERN)).raster.pixels
    padded = scan_one(scanner, settings(mode=mode, options={**PATTERN, "ppl-loss": loss})).raster.pixels
    assert padded.shape[1] == whole.shape[1] - loss
    assert whole.shape[0] - 1 <= padded.shape[0] <= whole.shape[0]
    assert np.array_equal(padded, whole[: padded.shape[0], :-loss])


def test_padded_one_bit_lines_are_unpadded_or_refused(scanner: SaneScanner, settings: Settings):
    # 236 pixels a line; 228 = 236 - 8 is no multiple of 8, 224 = 236 - 12 is.
    whole = scan_one(scanner, settings(depth=1, options={"test-picture": "Grid"})).raster.pixels
    padded = scan_one(scanner, settings(depth=1, options={"test-picture": "Grid", "ppl-loss": 12})).raster.pixels
    assert np.array_equal(padded, whole[: padded.shape[0], :-12])
    with pytest.raises(OptionRefused, match="padded lines"):
        scan_one(scanner, settings(depth=1, options={"ppl-loss": 8}))


def test_parameters_are_those_after_the_start(scanner: SaneScanner, settings: Settings):
    sure = scan_one(scanner, settings(options=PATTERN)).raster.pixels
    fuzzy = scan_one(scanner, settings(options={**PATTERN, "fuzzy-parameters": True})).raster.pixels
    assert np.array_equal(sure, fuzzy)


def test_a_hand_scanner_gives_the_rows_it_gives(scanner: SaneScanner, settings: Settings):
    page = scan_one(scanner, settings(page_mm=None, options={"hand-scanner": True}))
    assert page.raster.size_mm[0] == pytest.approx(110, abs=0.5)
    assert page.raster.height > 100


def test_colours_in_three_passes_are_refused(scanner: SaneScanner, settings: Settings):
    with pytest.raises(OptionRefused, match="one of several passes"):
        scan_one(scanner, settings(mode="Color", options={"three-pass": True}))


def test_small_reads_make_the_same_page(scanner: SaneScanner, settings: Settings):
    whole = scan_one(scanner, settings(options=PATTERN)).raster.pixels
    small = scan_one(scanner, settings(options={**PATTERN, "read-limit": True, "read-limit-size": 13})).raster.pixels
    assert np.array_equal(whole, small)


def test_slow_reads_make_the_same_page(scanner: SaneScanner, settings: Settings):
    whole = scan_one(scanner, settings(options=PATTERN)).raster.pixels
    slow = {"read-delay": True, "read-delay-duration": 100_000}
    assert np.array_equal(whole, scan_one(scanner, settings(options={**PATTERN, **slow})).raster.pixels)


def test_the_spool_is_empty_after_a_page(scanner: SaneScanner, settings: Settings):
    scan_one(scanner, settings())
    assert list(scanner.spool.iterdir()) == []


def picture(path: Path, shape: tuple[int, ...], seed: int) -> np.ndarray:
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return pixels


def test_files_are_served_to_the_bit_in_natural_order(scanner: SaneScanner, settings: Settings, tmp_path: Path):
    folder = tmp_path / "trang sổ hộ tịch"
    folder.mkdir()
    truth = {
        2: picture(folder / "page 2.ppm", (61, 47, 3), 1),
        3: picture(folder / "page 10.pgm", (33, 50), 2),
        1: picture(folder / "page 1.ppm", (20, 31, 3), 3),
    }
    (folder / "notes.txt").write_text("no page")
    with scanner.open(settings(device="pnm:0", mode="", page_mm=None, dpi=250, feed=folder)) as session:
        for position in (1, 2, 3, 2):
            page = session.scan(position)
            assert np.array_equal(page.raster.pixels, truth[position])
            assert page.raster.dpi == 250
        with pytest.raises(FeederEmpty, match="picture 4"):
            session.scan(4)


def test_a_bilevel_file_comes_as_0_and_255(scanner: SaneScanner, settings: Settings, tmp_path: Path):
    bits = np.random.default_rng(5).integers(0, 2, (19, 37)).astype(bool)
    Image.fromarray(bits).save(tmp_path / "1.pbm")
    page = scan_one(scanner, settings(device="pnm:0", mode="", page_mm=None, depth=1, feed=tmp_path))
    assert np.array_equal(page.raster.pixels, np.where(bits, 255, 0))


def test_a_page_that_comes_short_is_not_a_page(scanner: SaneScanner, settings: Settings, tmp_path: Path):
    picture(tmp_path / "1.ppm", (60, 40, 3), 1)
    whole = (tmp_path / "1.ppm").read_bytes()
    short = settings(device="pnm:0", mode="", page_mm=None, feed=tmp_path)
    (tmp_path / "1.ppm").write_bytes(whole[: len(whole) // 2])
    with scanner.open(short) as session:
        with pytest.raises(ScanIncomplete, match=r"pnm:0, picture 1: .* of 60 lines"):
            session.scan(1)
        (tmp_path / "1.ppm").write_bytes(whole)
        assert session.scan(1).raster.height == 60


def test_a_file_that_is_no_picture_is_an_error(scanner: SaneScanner, settings: Settings, tmp_path: Path):
    (tmp_path / "1.ppm").write_text("hello\nworld\n")
    with pytest.raises(DeviceError, match="pnm:0, picture 1"):
        scan_one(scanner, settings(device="pnm:0", mode="", page_mm=None, feed=tmp_path))


def test_a_missing_feed_folder_is_named(scanner: SaneScanner, settings: Settings, tmp_path: Path):
    gone = tmp_path / "gone"
    with pytest.raises(DeviceMissing, match="gone"), scanner.open(settings(feed=gone)):
        pass
