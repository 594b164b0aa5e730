"""Delivered PDFs as other people's programs show them, compared with the page that went in."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from scanpipe.raster import MM_PER_INCH, Pixels
from tests.conformance.conftest import ROOT, PageSetPdf
from tests.page_drawings import DrawnPage

RENDER_DPI = 100
LOWEST_PSNR_DB = 35.0  # measured: 38 and more; a shift by half a millimetre brings small pages to 28
SOFTENED_PX = 1.5  # programs differ in how they reduce a picture; what counts is what stands where, in which colour
HARMLESS = {"warning: ICC support is not available"}  # Debian's mutool is built without it
PAGE_SETS = ("colour", "grey", "many", "spread", "blank", "black", "low")


def by_pdfium(path: Path, folder: Path) -> list[Path]:
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document, 1):
            page.render(scale=RENDER_DPI / 72).to_pil().save(folder / f"{number:03}.png")
    return sorted(folder.iterdir())


def by_poppler(path: Path, folder: Path) -> list[Path]:
    return _run(folder, "pdftoppm", "-png", "-r", str(RENDER_DPI), path, folder / "page")


def by_ghostscript(path: Path, folder: Path) -> list[Path]:
    # Ghostscript draws a mask without reducing it softly, so it draws at the mask's resolution and reduces the picture.
    return _run(
        folder, "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=png16m", "-dDOINTERPOLATE",
        f"-r{3 * RENDER_DPI}", "-dDownScaleFactor=3", f"-sOutputFile={folder}/%03d.png", path,
    )  # fmt: skip


def by_mupdf(path: Path, folder: Path) -> list[Path]:
    if shutil.which("mutool") is None:
        pytest.skip("mutool is not on this machine")
    return _run(folder, "mutool", "draw", "-q", "-r", str(RENDER_DPI), "-o", folder / "%03d.png", path)


def by_pdfjs(path: Path, folder: Path) -> list[Path]:
    if shutil.which("node") is None:
        pytest.skip("Node is not on this machine")
    fetched = subprocess.run([ROOT / "scripts" / "fetch-npm", "pdfjs"], capture_output=True, text=True)
    if fetched.returncode:
        pytest.fail(f"Node is there but pdf.js could not be had:\n{fetched.stderr}")
    return _run(folder, "node", Path(fetched.stdout.strip()) / "render.mjs", path, folder, str(RENDER_DPI))


def _run(folder: Path, *command: str | Path) -> list[Path]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert not {*done.stderr.splitlines()} - HARMLESS
    return sorted(folder.iterdir())


def as_seen(page: DrawnPage, like: Pixels) -> Pixels:
    """Return the page at the size of a rendering, which may differ by a pixel from the paper's."""
    expected = [mm / MM_PER_INCH * RENDER_DPI for mm in page.image.size_mm]
    assert (like.shape[1], like.shape[0]) == pytest.approx(expected, abs=1.5)
    pixels = page.image.pixels if page.image.colour else np.repeat(page.image.pixels[..., None], 3, axis=2)
    return cv2.resize(pixels, (like.shape[1], like.shape[0]), interpolation=cv2.INTER_AREA).astype(np.uint8)


def softened(pixels: Pixels) -> Pixels:
    return cv2.GaussianBlur(pixels, (0, 0), SOFTENED_PX).astype(np.uint8)


@pytest.mark.parametrize("render", [by_pdfium, by_poppler, by_ghostscript, by_mupdf, by_pdfjs])
@pytest.mark.parametrize("name", PAGE_SETS)
def test_every_program_shows_the_page_that_went_in(
    page_sets: dict[str, PageSetPdf], name: str, render: Callable[[Path, Path], list[Path]], tmp_path: Path
) -> None:
    rendered = render(page_sets[name].path, tmp_path)
    for file, page in zip(rendered, page_sets[name].pages, strict=True):
        shown = np.asarray(Image.open(file).convert("RGB"))
        psnr = cv2.PSNR(softened(shown), softened(as_seen(page, shown)))
        assert psnr > LOWEST_PSNR_DB, f"{file.name}: {psnr:.1f} dB"
