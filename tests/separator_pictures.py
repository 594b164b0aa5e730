"""Separator sheets as they are scanned, and pages to go between them."""

from pathlib import Path

import numpy as np
import pypdfium2

from scanpipe.flows.book.books import BookDetails, add_book
from scanpipe.flows.capture.separator_sheets import SheetsRequest, write_separator_sheets
from scanpipe.flows.station import create_station, open_station
from scanpipe.raster import Raster

BOOK, OTHER = "KS.2010.01", "KS.2010.02"
DPI = 200


def separator_pictures(folder: Path) -> dict[str, Raster]:
    """Return the cover sheet, cases 12 to 15 and a sheet of bars of one book, and the cover sheet of another."""
    create_station(folder / "station")
    with open_station(folder / "station", purpose="test") as opened:
        for volume in (1, 2):
            add_book(opened, kind="KS", year=2010, volume=volume, unit="14758", details=BookDetails())
        write_separator_sheets(opened, BOOK, folder / "own.pdf", SheetsRequest(cases="12-15"))
        write_separator_sheets(opened, BOOK, folder / "bars.pdf", SheetsRequest(patches=1))
        write_separator_sheets(opened, OTHER, folder / "other.pdf", SheetsRequest(cover_only=True))
    names = ["cover", "12", "13", "14", "15"]
    return {
        **dict(zip(names, _pictures(folder / "own.pdf"), strict=True)),
        "bars": _pictures(folder / "bars.pdf")[-1],
        "other": _pictures(folder / "other.pdf")[0],
    }


def _pictures(pdf: Path) -> list[Raster]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            Raster(pixels=np.asarray(page.render(scale=DPI / 72).to_numpy(), np.uint8)[..., :3].copy(), dpi=DPI)
            for page in document
        ]


def page(number: int) -> Raster:
    """Return a small page with a line at a place of its own."""
    pixels = np.full((400, 300, 3), 235, np.uint8)
    pixels[40 + 20 * number : 50 + 20 * number, 40:260] = 30
    return Raster(pixels=pixels, dpi=DPI)
