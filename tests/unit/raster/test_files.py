"""Image files as people bring them: every form reads to the same upright page."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms

from scanpipe.errors import ImageRefused
from scanpipe.raster import Pixels
from scanpipe.raster.files import Frame, Reading, read_frames

ORIENTATION_TAG = 0x0112
HEIGHT, WIDTH = 40, 64
JPEG_TOLERANCE = 12.0  # mean grey levels, at quality 95 on smooth tones

STORED_AS: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: np.swapaxes(upright, 0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(np.swapaxes(upright, 0, 1), 2),
    8: lambda upright: np.rot90(upright, -1),
}


def colour_page() -> Pixels:
    """No two corners, no two channels alike."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    pixels = np.stack([rows * 5, columns * 3, 255 - rows * 2 - columns], axis=-1).astype(np.uint8)
    pixels[:10, :14] = (200, 20, 30)
    return pixels


def grey_page() -> Pixels:
    return np.ascontiguousarray(colour_page()[..., 1])


def bitonal_page() -> Pixels:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    pixels[4:12, 6:40] = 0
    pixels[20:36, 6:14] = 0
    return pixels


def one(path: Path, **options: float) -> Frame:
    frames = list(read_frames(path, Reading(**options)))
    assert len(frames) == 1
    return frames[0]


def saved(folder: Path, name: str, pixels: Pixels, **options: Any) -> Path:
    path = folder / name
    Image.fromarray(pixels).save(path, **options)
    return path


def tiff(folder: Path, samples: NDArray[Any], **options: Any) -> Path:
    path = folder / "scan.tif"
    tifffile.imwrite(path, samples, **{"metadata": None, **options})
    return path


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("scan.png", {}),
        ("scan.bmp", {}),
        ("scan.ppm", {}),
        ("scan.webp", {"lossless": True}),
        ("scan.jp2", {"irreversible": False}),
        ("scan.j2k", {"irreversible": False}),
        ("scan.tif", {}),
        *(
            ("scan.tif", {"compression": kind})
            for kind in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "lzma", "zstd")
        ),
    ],
)
@pytest.mark.parametrize("page", [colour_page, grey_page])
def test_lossless_forms_keep_every_pixel(
    tmp_path: Path, name: str, options: dict[str, Any], page: Callable[[], Pixels]
) -> None:
    if name.endswith("webp") and page is grey_page:
        pytest.skip("WebP has no grey form")
    frame = one(saved(tmp_path, name, page(), **options))
    assert frame.name == name
    np.testing.assert_array_equal(frame.raster.pixels, page())


@pytest.mark.parametrize("page", [colour_page, grey_page])
def test_jpeg_xl_keeps_every_pixel(tmp_path: Path, page: Callable[[], Pixels]) -> None:
    path = tmp_path / "scan.jxl"
    path.write_bytes(imagecodecs.jpegxl_encode(page(), lossless=True))
    np.testing.assert_array_equal(one(path).raster.pixels, page())


def test_jpeg_xl_with_alpha_and_16_bits_stands_on_white_paper(tmp_path: Path) -> None:
    samples = np.full((HEIGHT, WIDTH, 4), 65535, np.uint16)
    samples[:, : WIDTH // 2] = (65535, 0, 0, 65535)
    samples[:, WIDTH // 2 :] = (0, 0, 0, 0)
    path = tmp_path / "scan.jxl"
    path.write_bytes(imagecodecs.jpegxl_encode(samples, lossless=True))
    pixels = one(path).raster.pixels
    assert tuple(pixels[5, 5]) == (255, 0, 0)
    assert tuple(pixels[5, -5]) == (255, 255, 255)


@pytest.mark.parametrize("options", [{"name": "a.jpg"}, {"name": "a.tif", "compression": "jpeg"}])
def test_jpeg_and_jpeg_in_tiff_read_in_colour(tmp_path: Path, options: dict[str, Any]) -> None:
    pixels = one(saved(tmp_path, pixels=colour_page(), quality=95, **options)).raster.pixels
    assert np.abs(pixels.astype(int) - colour_page()).mean() < JPEG_TOLERANCE


@pytest.mark.parametrize(
    "options",
    [
        {"planarconfig": "separate"},
        {"planarconfig": "separate", "compression": "lzw"},
        {"tile": (16, 16)},
        {"tile": (16, 16), "compression": "deflate", "predictor": True},
        {"bigtiff": True},
        {"byteorder": ">"},
        {"rowsperstrip": 3, "compression": "zstd"},
    ],
)
def test_every_layout_of_tiff_reads_alike(tmp_path: Path, options: dict[str, Any]) -> None:
    samples = colour_page()
    if options.get("planarconfig"):
        samples = np.moveaxis(samples, -1, 0)
    np.testing.assert_array_equal(
        one(tiff(tmp_path, samples, photometric="rgb", **options)).raster.pixels, colour_page()
    )


@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
@pytest.mark.parametrize("depth", ["bool", "uint8", "uint16"])
def test_white_paper_is_white_whichever_way_the_file_counts(tmp_path: Path, photometric: str, depth: str) -> None:
    page = bitonal_page() if depth == "bool" else grey_page()
    counted = 255 - page if photometric == "miniswhite" else page
    samples = counted > 0 if depth == "bool" else counted.astype(depth) * (257 if depth == "uint16" else 1)
    pixels = one(tiff(tmp_path, samples, photometric=photometric)).raster.pixels
    np.testing.assert_array_equal(pixels, page)


@pytest.mark.parametrize("bits", [2, 4, 12])
def test_odd_depths_are_scaled_over_their_range(tmp_path: Path, bits: int) -> None:
    top = (1 << bits) - 1
    samples = np.linspace(0, top, WIDTH).round().astype(np.uint16 if bits > 8 else np.uint8)[None].repeat(8, 0)
    path = tmp_path / "scan.tif"
    packed = imagecodecs.packints_encode(samples, bits)
    write_bilevel_like(path, bytes(packed), width=WIDTH, height=8, bits=bits)
    pixels = one(path).raster.pixels
    np.testing.assert_allclose(pixels[0], samples[0].astype(float) * 255 / top, atol=1)


def write_bilevel_like(path: Path, data: bytes, *, width: int, height: int, bits: int) -> None:
    """A TIFF of one uncompressed strip, written field by field."""
    fields = [(256, 4, width), (257, 4, height), (258, 3, bits), (259, 3, 1), (262, 3, 1)]
    fields += [(273, 4, 0), (277, 3, 1), (278, 4, height), (279, 4, len(data))]
    start = 8 + 2 + 12 * len(fields) + 4
    stream = io.BytesIO()
    stream.write(b"II*\0" + (8).to_bytes(4, "little") + len(fields).to_bytes(2, "little"))
    for tag, kind, value in fields:
        value = start if tag == 273 else value
        stream.write(tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + (1).to_bytes(4, "little"))
        stream.write(value.to_bytes(4, "little"))
    stream.write(bytes(4) + data)
    path.write_bytes(stream.getvalue())


def test_16_bit_png_and_colour_tiff_are_scaled_down(tmp_path: Path) -> None:
    grey = grey_page().astype(np.uint16) * 257
    Image.fromarray(grey).save(tmp_path / "grey.png")
    np.testing.assert_array_equal(one(tmp_path / "grey.png").raster.pixels, grey_page())
    colour = colour_page().astype(np.uint16) * 257
    np.testing.assert_array_equal(one(tiff(tmp_path, colour, photometric="rgb")).raster.pixels, colour_page())


def test_a_palette_becomes_colour_and_a_grey_palette_grey(tmp_path: Path) -> None:
    quantised = Image.fromarray(colour_page()).quantize(16)
    quantised.save(tmp_path / "colour.png")
    np.testing.assert_array_equal(one(tmp_path / "colour.png").raster.pixels, np.asarray(quantised.convert("RGB")))
    greys = Image.fromarray(grey_page()).quantize(256)
    greys.putpalette(bytes(value for value in range(256) for _channel in range(3)))
    greys.putdata(list(grey_page().reshape(-1)))
    greys.save(tmp_path / "grey.png")
    np.testing.assert_array_equal(one(tmp_path / "grey.png").raster.pixels, grey_page())


def test_a_cmyk_jpeg_without_adobes_marker_stores_ink_as_it_is(tmp_path: Path) -> None:
    page = Image.fromarray(colour_page()).convert("CMYK")
    for name, image in (("adobe.jpg", page), ("plain.jpg", ImageChops.invert(page))):
        image.save(tmp_path / name, quality=95)
    data = (tmp_path / "plain.jpg").read_bytes()
    marker = data.index(b"\xff\xee")
    (tmp_path / "plain.jpg").write_bytes(data[:marker] + data[marker + 2 + data[marker + 3] :])
    pictures = [one(tmp_path / name).raster.pixels.astype(int) for name in ("adobe.jpg", "plain.jpg")]
    assert np.abs(pictures[0] - pictures[1]).mean() < JPEG_TOLERANCE
    assert np.abs(pictures[1] - colour_page()).mean() < JPEG_TOLERANCE


@pytest.mark.parametrize("name", ["scan.tif", "scan.jpg"])
def test_cmyk_reads_as_the_colour_it_prints(tmp_path: Path, name: str) -> None:
    cmyk = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    cmyk[..., 1:3] = 255
    Image.frombytes("CMYK", (WIDTH, HEIGHT), cmyk.tobytes()).save(tmp_path / name)
    red = one(tmp_path / name).raster.pixels.reshape(-1, 3).mean(axis=0)
    assert red[0] > 240
    assert red[1:].max() < 20


def test_lab_reads_as_colour(tmp_path: Path) -> None:
    rgb = Image.fromarray(colour_page())
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(rgb, srgb, lab, outputMode="LAB")
    assert converted is not None
    converted.save(tmp_path / "lab.tif")
    pixels = one(tmp_path / "lab.tif").raster.pixels.astype(int)
    assert np.abs(pixels - colour_page()).mean() < 4


def test_transparency_shows_white_paper(tmp_path: Path) -> None:
    samples = np.dstack([colour_page(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    samples[:, :20] = (0, 0, 0, 0)
    samples[0, 30] = (0, 0, 0, 128)
    pixels = one(saved(tmp_path, "scan.png", samples)).raster.pixels
    assert (pixels[:, :20] == 255).all()
    assert tuple(pixels[0, 30]) == (127, 127, 127)
    np.testing.assert_array_equal(pixels[1:, 20:], colour_page()[1:, 20:])


def test_grey_with_transparency_stays_grey(tmp_path: Path) -> None:
    samples = np.dstack([grey_page(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    samples[:, :20, 1] = 0
    pixels = one(saved(tmp_path, "scan.png", samples)).raster.pixels
    assert pixels.ndim == 2
    assert (pixels[:, :20] == 255).all()
    np.testing.assert_array_equal(pixels[:, 20:], grey_page()[:, 20:])


def test_a_page_transparent_all_over_is_not_lost(tmp_path: Path) -> None:
    samples = np.dstack([colour_page(), np.zeros((HEIGHT, WIDTH), np.uint8)])
    np.testing.assert_array_equal(one(saved(tmp_path, "scan.png", samples)).raster.pixels, colour_page())


def test_a_colour_profile_is_applied_and_srgb_is_left_alone(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = one(saved(tmp_path, "srgb.png", colour_page(), icc_profile=srgb)).raster.pixels
    np.testing.assert_array_equal(plain, colour_page())
    swapped = srgb.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    other = swapped.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))
    pixels = one(saved(tmp_path, "other.png", colour_page(), icc_profile=other)).raster.pixels
    assert np.abs(pixels.astype(int) - colour_page()[..., ::-1]).mean() < 4


def test_a_damaged_colour_profile_is_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path, "scan.png", colour_page(), icc_profile=b"no profile at all" * 20)
    np.testing.assert_array_equal(one(path).raster.pixels, colour_page())


def exif_with(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    return exif


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("name", "options"), [("a.png", {}), ("a.webp", {"lossless": True}), ("a.jpg", {"quality": 95})]
)
def test_exif_orientation_is_honoured(tmp_path: Path, orientation: int, name: str, options: dict[str, Any]) -> None:
    stored = np.ascontiguousarray(STORED_AS[orientation](colour_page()))
    pixels = one(saved(tmp_path, name, stored, exif=exif_with(orientation), **options)).raster.pixels
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(pixels.astype(int) - colour_page()).mean() < (JPEG_TOLERANCE if name == "a.jpg" else 0.001)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "group3", "group4"])
def test_tiff_orientation_is_honoured(tmp_path: Path, orientation: int, compression: str) -> None:
    upright = bitonal_page() if compression.startswith("group") else colour_page()
    stored = Image.fromarray(np.ascontiguousarray(STORED_AS[orientation](upright)))
    if compression.startswith("group"):
        stored = stored.convert("1")
    stored.save(tmp_path / "a.tif", compression=compression, tiffinfo={ORIENTATION_TAG: orientation}, dpi=(200, 200))
    frame = one(tmp_path / "a.tif")
    np.testing.assert_array_equal(frame.raster.pixels, upright)
    assert frame.raster.dpi == 200


@pytest.mark.parametrize("orientation", [9, 0, 65535])
def test_an_orientation_that_does_not_exist_changes_nothing(tmp_path: Path, orientation: int) -> None:
    path = saved(tmp_path, "a.png", colour_page(), exif=exif_with(orientation))
    np.testing.assert_array_equal(one(path).raster.pixels, colour_page())


def test_what_counts_is_the_content_not_the_suffix(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.png", colour_page())
    renamed = path.rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(one(renamed).raster.pixels, colour_page())


def test_the_pages_of_a_tiff_come_in_order_with_their_numbers(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.full((8, 8 + index), index * 20, np.uint8)) for index in range(12)]
    pages[0].save(tmp_path / "book.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    frames = list(read_frames(tmp_path / "book.tif"))
    assert [frame.name for frame in frames] == [f"book.tif#{number}" for number in range(1, 13)]
    assert [int(frame.raster.pixels[0, 0]) for frame in frames] == [index * 20 for index in range(12)]
    assert [frame.raster.width for frame in frames] == [8 + index for index in range(12)]


def test_the_thumbnail_in_a_tiff_is_no_page(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(colour_page(), photometric="rgb", metadata=None)
        writer.write(colour_page()[::4, ::4], photometric="rgb", subfiletype=1, metadata=None)
    frame = one(tmp_path / "a.tif")
    assert frame.name == "a.tif"
    assert frame.raster.width == WIDTH


def test_a_tiff_whose_pages_run_in_a_circle_ends(tmp_path: Path) -> None:
    path = tiff(tmp_path, grey_page(), photometric="minisblack")
    data = bytearray(path.read_bytes())
    first = int.from_bytes(data[4:8], "little")
    fields = int.from_bytes(data[first : first + 2], "little")
    link = first + 2 + 12 * fields
    data[link : link + 4] = first.to_bytes(4, "little")
    path.write_bytes(data)
    np.testing.assert_array_equal(one(path).raster.pixels, grey_page())


def test_a_bad_page_is_named_with_its_number(tmp_path: Path) -> None:
    pages = [Image.fromarray(grey_page()) for _index in range(3)]
    path = tmp_path / "book.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate")
    with tifffile.TiffFile(path) as file:
        place = file.pages[1].dataoffsets[0]
    data = bytearray(path.read_bytes())
    data[place : place + 8] = bytes(8)
    path.write_bytes(data)
    with pytest.raises(ImageRefused, match=r"book\.tif#2 cannot be read"):
        list(read_frames(path))
