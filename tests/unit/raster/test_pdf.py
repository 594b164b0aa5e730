"""PDF pages: a scan comes out as it went in, anything else is drawn, what is locked or broken is refused."""

import contextlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import img2pdf
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from scanpipe.errors import ImageRefused
from scanpipe.raster import Pixels
from scanpipe.raster.files import Frame, Reading, read_frames

GREY = pikepdf.Name.DeviceGray
INVISIBLE_TEXT = b"BT 3 Tr /F0 10 Tf 1 0 0 1 10 10 Tm (x) Tj ET"


def scan(*, grey: bool = False) -> Pixels:
    pixels = np.random.default_rng(3).integers(0, 256, (120, 80) if grey else (120, 80, 3), np.uint8)
    pixels[:30, :20] = 10
    return pixels


def png(pixels: Pixels, dpi: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()


def scanned_pdf(path: Path, pixels: Pixels, *, dpi: int = 200, rotation: int = 0) -> Path:
    path.write_bytes(img2pdf.convert(png(pixels, dpi), rotation=rotation or None))
    return path


def changed(path: Path, content: bytes = b"", **page_keys: Any) -> Path:
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        page = document.pages[0]
        for key, value in page_keys.items():
            page.obj[f"/{key}"] = value
        if content:
            page.contents_add(content)
            fonts = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            page.obj.Resources["/Font"] = pikepdf.Dictionary(F0=fonts)
        document.save(path)
    return path


def one(path: Path, **options: float) -> Frame:
    frames = list(read_frames(path, Reading(**options)))
    assert len(frames) == 1
    return frames[0]


@pytest.mark.parametrize("grey", [False, True])
def test_a_scanned_page_comes_out_pixel_by_pixel(tmp_path: Path, grey: bool) -> None:
    frame = one(scanned_pdf(tmp_path / "a.pdf", scan(grey=grey), dpi=240))
    np.testing.assert_array_equal(frame.raster.pixels, scan(grey=grey))
    assert frame.raster.dpi == pytest.approx(240, rel=0.001)
    assert not frame.dpi_assumed
    assert frame.name == "a.pdf"


def test_a_jpeg_in_a_pdf_is_decoded_once_and_not_drawn(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.fromarray(scan()).save(stream, "JPEG", dpi=(150, 150))
    (tmp_path / "a.pdf").write_bytes(img2pdf.convert(stream.getvalue()))
    np.testing.assert_array_equal(one(tmp_path / "a.pdf").raster.pixels, np.asarray(Image.open(stream)))


@pytest.mark.parametrize("inverted", [False, True])
def test_a_fax_page_in_a_pdf_is_black_on_white(tmp_path: Path, inverted: bool) -> None:
    page = np.full((120, 80), 255, np.uint8)
    page[10:40, 5:30] = 0
    stream = io.BytesIO()
    Image.fromarray(page).convert("1").save(
        stream, "TIFF", compression="group4", dpi=(200, 200), tiffinfo={262: 1 if inverted else 0}
    )
    (tmp_path / "a.pdf").write_bytes(img2pdf.convert(stream.getvalue()))
    pixels = one(tmp_path / "a.pdf").raster.pixels
    assert pixels.shape == (120, 80)
    np.testing.assert_array_equal(pixels, np.asarray(Image.open(stream).convert("L")))


@pytest.mark.parametrize(("rotation", "turns"), [(90, -1), (180, 2), (270, 1), (-90, 1)])
def test_the_page_is_turned_as_it_is_shown(tmp_path: Path, rotation: int, turns: int) -> None:
    path = changed(scanned_pdf(tmp_path / "a.pdf", scan()), Rotate=rotation)
    np.testing.assert_array_equal(one(path).raster.pixels, np.rot90(scan(), turns))


@pytest.mark.parametrize(
    "matrix",
    [
        *((80, 0, 0, 120, 0, 0), (-80, 0, 0, 120, 80, 0), (80, 0, 0, -120, 0, 120), (-80, 0, 0, -120, 80, 120)),
        *((0, 80, 120, 0, 0, 0), (0, 80, -120, 0, 120, 0), (0, -80, 120, 0, 0, 80), (0, -80, -120, 0, 120, 80)),
    ],
)
@pytest.mark.parametrize("rotation", [0, 90])
def test_an_image_stands_as_pdfium_shows_it(tmp_path: Path, matrix: tuple[int, ...], rotation: int) -> None:
    page = np.full((120, 80, 3), 255, np.uint8)
    page[:60, :40], page[60:, :20], page[:20, 60:] = (255, 0, 0), (0, 0, 255), (0, 128, 0)
    path = scanned_pdf(tmp_path / "a.pdf", page, dpi=72)
    sideways = matrix[0] == 0
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        only = document.pages[0]
        name = next(iter(only.resources.XObject.keys()))
        content = f"q {' '.join(map(str, matrix))} cm {name} Do Q".encode()
        only.Contents = document.make_stream(content)
        for box in ("/MediaBox", "/CropBox"):
            only.obj[box] = pikepdf.Array([0, 0, 120, 80] if sideways else [0, 0, 80, 120])
        only.obj["/Rotate"] = rotation
        document.save(path)
    extracted = one(path).raster
    drawn = one(changed(path, b"0 0 0.01 0.01 re f"), pdf_dpi=72).raster
    assert extracted.pixels.shape == drawn.pixels.shape
    assert np.abs(extracted.pixels.astype(int) - drawn.pixels).mean() < 4


@pytest.mark.parametrize("mode", [b"3 Tr", b"7 Tr"])
def test_an_invisible_text_layer_does_not_matter(tmp_path: Path, mode: bytes) -> None:
    path = changed(scanned_pdf(tmp_path / "a.pdf", scan()), INVISIBLE_TEXT.replace(b"3 Tr", mode))
    np.testing.assert_array_equal(one(path).raster.pixels, scan())


@pytest.mark.parametrize(
    "mark",
    [
        b"0 0 20 20 re f",
        INVISIBLE_TEXT.replace(b"3 Tr", b"0 Tr"),
        b"q 5 0 0 5 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \0 EI Q",
    ],
)
def test_anything_visible_beside_the_scan_makes_the_page_drawn(tmp_path: Path, mark: bytes) -> None:
    raster = one(changed(scanned_pdf(tmp_path / "a.pdf", scan(), dpi=200), mark), pdf_dpi=150).raster
    assert (raster.dpi, raster.height) == (200, 120)
    assert not np.array_equal(raster.pixels, scan())


@pytest.mark.parametrize("shown", [False, True])
def test_a_scan_in_a_layer_that_is_hidden_is_not_taken_for_the_page(tmp_path: Path, shown: bool) -> None:
    path = scanned_pdf(tmp_path / "a.pdf", scan(), dpi=72)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="scan"))
        usual = pikepdf.Dictionary({"/ON" if shown else "/OFF": pikepdf.Array([layer])})
        document.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=usual)
        (image,) = document.pages[0].resources.XObject.values()
        image.OC = layer
        document.save(path)
    pixels = one(path, pdf_dpi=72).raster.pixels
    assert np.array_equal(pixels, scan()) if shown else (pixels == 255).all()


def test_a_written_page_with_a_coarse_image_is_drawn_as_finely_as_asked(tmp_path: Path) -> None:
    raster = one(changed(scanned_pdf(tmp_path / "a.pdf", scan(), dpi=200), b"0 0 20 20 re f"), pdf_dpi=300).raster
    assert (raster.dpi, raster.height) == (300, 180)


def test_a_stamp_laid_over_the_scan_is_not_lost(tmp_path: Path) -> None:
    path = scanned_pdf(tmp_path / "a.pdf", np.full((120, 80, 3), 255, np.uint8), dpi=72)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        look = document.make_stream(b"1 0 0 rg 0 0 40 40 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        look["/BBox"] = pikepdf.Array([0, 0, 40, 40])
        stamp = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[10, 10, 50, 50], F=4)
        stamp["/AP"] = pikepdf.Dictionary(N=look)
        document.pages[0].obj["/Annots"] = document.make_indirect(pikepdf.Array([stamp]))
        document.save(path)
    pixels = one(path, pdf_dpi=72).raster.pixels
    assert tuple(pixels[90, 30]) == (255, 0, 0)


def test_a_written_page_is_drawn_to_the_millimetre_and_grey_where_it_has_no_colour(tmp_path: Path) -> None:
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(612, 792))
        page.contents_add(b"72 72 144 72 re f")
        document.save(tmp_path / "a.pdf")
    raster = one(tmp_path / "a.pdf", pdf_dpi=300).raster
    assert (raster.width, raster.height) == (2550, 3300)
    assert not raster.colour
    assert (raster.pixels[2701:2999, 301:899] == 0).all()
    assert raster.pixels[:2600].min() == 255


def test_several_pages_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(img2pdf.convert([png(scan(), 200), png(scan(grey=True), 100)]))
    frames = list(read_frames(tmp_path / "a.pdf"))
    assert [(frame.name, frame.raster.dpi) for frame in frames] == [("a.pdf#1", 200), ("a.pdf#2", 100)]


InDocument = Callable[[pikepdf.Pdf], pikepdf.Stream]


def placed(path: Path, images: list[tuple[InDocument, str]], box: list[float], **page_keys: Any) -> Path:
    """Write a page of images, each with the matrix that places it."""
    with pikepdf.new() as document:
        names = {
            f"/I{number}": document.make_indirect(image(document)) for number, (image, _matrix) in enumerate(images)
        }
        shows = b"".join(f"q {matrix} cm /I{n} Do Q\n".encode() for n, (_image, matrix) in enumerate(images))
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=box,
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(names)),
            Contents=document.make_stream(shows),
            **page_keys,
        )
        document.pages.append(pikepdf.Page(document.make_indirect(page)))
        document.save(path)
    return path


def flate(pixels: Pixels, bits: int = 8, **keys: Any) -> InDocument:
    """Return an image for `placed`; with one bit a pixel from black and white."""
    data = np.packbits(pixels > 127, axis=1) if bits == 1 else pixels
    space = {} if "ImageMask" in keys else {"ColorSpace": pikepdf.Name.DeviceRGB if pixels.ndim == 3 else GREY}
    return lambda document: pikepdf.Stream(
        document,
        zlib.compress(data.tobytes()),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=pixels.shape[1],
        Height=pixels.shape[0],
        BitsPerComponent=bits,
        Filter=pikepdf.Name.FlateDecode,
        **space,
        **keys,
    )


def test_a_pdf_under_a_password_is_refused_as_that(tmp_path: Path) -> None:
    path = scanned_pdf(tmp_path / "a.pdf", scan())
    with pikepdf.open(path) as document:
        document.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(user="bí mật", owner="x"))
        document.save(tmp_path / "open.pdf", encryption=pikepdf.Encryption(user="", owner="x"))
    with pytest.raises(ImageRefused, match=r"locked\.pdf cannot be read: it is protected by a password"):
        list(read_frames(tmp_path / "locked.pdf"))
    np.testing.assert_array_equal(one(tmp_path / "open.pdf").raster.pixels, scan())


def test_a_page_of_monstrous_size_is_refused(tmp_path: Path) -> None:
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(14400, 14400))
        document.save(tmp_path / "a.pdf")
    with pytest.raises(ImageRefused, match=r"a\.pdf cannot be read: 60000 x 60000 pixels"):
        list(read_frames(tmp_path / "a.pdf"))


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    with pikepdf.new() as document:
        document.save(tmp_path / "a.pdf")
    with pytest.raises(ImageRefused, match="it contains no page"):
        list(read_frames(tmp_path / "a.pdf"))


def test_a_crop_box_cuts_the_scan_and_does_not_resample_it(tmp_path: Path) -> None:
    page = scan()  # 120 x 80 pixels at 400 dpi: 21.6 x 14.4 points
    path = placed(
        tmp_path / "a.pdf", [(flate(page), "14.4 0 0 21.6 0 0")], [0, 0, 14.4, 21.6], CropBox=[1.8, 3.6, 12.6, 18]
    )
    raster = one(path).raster
    np.testing.assert_array_equal(raster.pixels, page[20:100, 10:70])
    assert raster.dpi == pytest.approx(400, abs=0.01)


def test_a_user_unit_makes_a_drawn_page_larger(tmp_path: Path) -> None:
    page = scan()
    halves = [(flate(page[:60]), "20 0 0 15 0 15"), (flate(page[60:]), "20 0 0 15 0 0")]
    raster = one(placed(tmp_path / "a.pdf", halves, [0, 0, 20, 30], UserUnit=2)).raster
    assert (raster.width, raster.height) == (80, 120)
    assert raster.dpi == pytest.approx(144)
    assert np.abs(raster.pixels.astype(int) - page).mean() < 1


def test_strips_are_drawn_at_their_resolution(tmp_path: Path) -> None:
    page = scan(grey=True)
    strips = [(flate(page[top : top + 24]), f"9.6 0 0 2.88 0 {11.52 - top * 0.12}") for top in range(0, 120, 24)]
    raster = one(placed(tmp_path / "a.pdf", strips, [0, 0, 9.6, 14.4])).raster
    assert (raster.width, raster.height, raster.dpi) == (80, 120, 600)


@pytest.mark.parametrize(
    ("bits", "keys"),
    [
        *((8, {}), (8, {"Decode": [1, 0]}), (1, {}), (1, {"Decode": [1, 0]})),
        *((1, {"ImageMask": True}), (1, {"ImageMask": True, "Decode": [1, 0]})),
    ],
)
def test_grey_that_is_reversed_or_a_mask_in_black_is_taken_as_pdfium_shows_it(
    tmp_path: Path, bits: int, keys: dict[str, Any]
) -> None:
    page = np.full((120, 80), 255, np.uint8)
    page[10:40, 5:30] = 0
    path = placed(tmp_path / "a.pdf", [(flate(page, bits, **keys), "80 0 0 120 0 0")], [0, 0, 80, 120])
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        shown = document[0].render(scale=1).to_numpy()[..., 0]
    raster = one(path).raster
    np.testing.assert_array_equal(raster.pixels, shown)
    assert raster.black_and_white


def test_a_mask_in_another_colour_is_drawn(tmp_path: Path) -> None:
    page = np.full((120, 80), 255, np.uint8)
    page[10:40, 5:30] = 0
    path = placed(tmp_path / "a.pdf", [(flate(page, 1, ImageMask=True), "80 0 0 120 0 0")], [0, 0, 80, 120])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].contents_add(b"1 0 0 rg", prepend=True)
        document.save(path)
    assert tuple(one(path).raster.pixels[20, 10]) == (255, 0, 0)


def test_a_small_fine_image_does_not_make_the_page_finer(tmp_path: Path) -> None:
    images = [(flate(scan()), "80 0 0 120 0 0"), (flate(scan()), "2 0 0 3 0 0")]
    assert one(placed(tmp_path / "a.pdf", images, [0, 0, 80, 120])).raster.dpi == 72
