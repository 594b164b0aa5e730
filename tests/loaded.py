"""Importing this loads what commands need, their machine code included, for processes that are forked afterwards.

Not the command line: its texts are put into words as it is loaded, in the language of each command.
"""

import gc
import importlib
import threading

import cv2
import numpy as np

from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.recipe import Recipe
from scanpipe.flows.recipes import load_recipe
from scanpipe.package.naming.units import listed_units
from scanpipe.package.pages.jbig2 import encode_jbig2
from scanpipe.package.reports.delivery_note import Parties, delivery_note_pdf, delivery_note_xlsx
from scanpipe.package.reports.printing import print_pdf
from scanpipe.package.reports.report import render_report
from scanpipe.raster import Raster
from tests.sample_delivery import DELIVERY, REPORT

LIBRARIES = (
    *("numba", "PIL.Image", "pikepdf", "img2pdf", "openpyxl", "imagecodecs", "tifffile", "pypdfium2", "jinja2"),
    *("msgspec", "babel", "pytesseract", "tomlkit", "natsort", "weasyprint", "click"),
    *("scanpipe.flows.night.run", "scanpipe.flows.capture.scan", "scanpipe.flows.capture.import_files"),
    "scanpipe.flows.process.page_task",
)


def _compile() -> None:
    """Have what is compiled, or kept compiled, brought into memory by a page of a few strokes."""
    page = np.full((400, 300, 3), 220, np.uint8)
    for row in range(40, 360, 20):
        page[row : row + 4, 40:260:7] = 30
    recipe = load_recipe("default")
    assert isinstance(recipe, Recipe)
    enhance(Raster(pixels=page, dpi=100), recipe)
    encode_jbig2(page[..., 0])


for _name in LIBRARIES:
    importlib.import_module(_name)
cv2.setNumThreads(1)  # a fork would miss the threads of its parent
_compile()
listed_units()
print_pdf(render_report(REPORT, language="vi"))  # fonts, style sheets, templates
delivery_note_pdf([DELIVERY], Parties())
delivery_note_xlsx([DELIVERY])
assert threading.active_count() == 1
gc.freeze()
