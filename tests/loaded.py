"""Importing this loads what commands need, their machine code included, for processes that are forked afterwards.

Not the command line: its texts are put into words as it is loaded, in the language of each command.
"""

import gc
import importlib
import threading

import cv2
import numpy as np

from scanpipe.flows.process.page_task import warm_up
from scanpipe.package.naming.units import listed_units
from scanpipe.package.pages.jbig2 import encode_jbig2
from scanpipe.package.reports.delivery_note import Parties, delivery_note_pdf, delivery_note_xlsx
from scanpipe.package.reports.printing import print_pdf
from scanpipe.package.reports.report import render_report
from tests.sample_delivery import DELIVERY, REPORT

LIBRARIES = (
    *("numba", "PIL.Image", "pikepdf", "img2pdf", "openpyxl", "imagecodecs", "tifffile", "pypdfium2", "jinja2"),
    *("msgspec", "babel", "pytesseract", "tomlkit", "natsort", "weasyprint", "click"),
    *("scanpipe.flows.night.run", "scanpipe.flows.capture.scan", "scanpipe.flows.capture.import_files"),
)


for _name in LIBRARIES:
    importlib.import_module(_name)
cv2.setNumThreads(1)  # a fork would miss the threads of its parent
warm_up()
encode_jbig2(np.full((400, 300), 220, np.uint8))
listed_units()
print_pdf(render_report(REPORT, language="vi"))  # fonts, style sheets, templates
delivery_note_pdf([DELIVERY], Parties())
delivery_note_xlsx([DELIVERY])
assert threading.active_count() == 1
gc.freeze()
