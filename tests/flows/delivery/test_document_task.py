"""The task that makes a page set one PDF."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from scanpipe.errors import PackageError
from scanpipe.flows.delivery.document_task import DocumentJob, DocumentPage, build_document
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_master, encode_png
from scanpipe.state.store import Store


def test_a_page_too_small_for_a_pdf_is_named_with_its_size(tmp_path: Path) -> None:
    store = Store(tmp_path)
    speck = Raster(pixels=np.full((3, 600, 3), 200, np.uint8), dpi=300)
    mask = Raster(pixels=np.full((3, 600), 255, np.uint8), dpi=300)
    page = DocumentPage(
        image=store.put(encode_master(speck)), mask=store.put(encode_png(mask)), text_layer=store.put(b""), dpi=300
    )
    job = DocumentJob(store=str(tmp_path), title="", subject="", pages=(page,), budget_kb_per_a4=100)
    with pytest.raises(PackageError, match=r"page 1 is 50\.8 x 0\.3 mm at 300 dpi"):
        build_document(msgspec.to_builtins(job))
