"""The JBIG2 stream of a mask, as readers of PDFs decode it."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pikepdf import Array, Dictionary, Name

from scanpipe.package.pages.jbig2 import encode_jbig2
from scanpipe.raster import Pixels
from tests.page_drawings import draw_page

LEVELS = st.sampled_from([0, 255])
SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 70))


def decoded(data: bytes, height: int, width: int) -> Pixels:
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(100, 100))
        image = pikepdf.Stream(document, data)
        image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, width, height
        image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceGray, 1, Array([Name.JBIG2Decode])
        page = document.pages[0]
        page.Resources = Dictionary(XObject=Dictionary(Mask=document.make_indirect(image)))
        page.Contents = document.make_stream(b"100 0 0 100 0 0 cm /Mask Do")
        stream = io.BytesIO()
        document.save(stream)
    with pypdfium2.PdfDocument(stream.getvalue()) as opened:
        (found,) = opened[0].get_objects()
        pixels = found.get_bitmap().to_numpy()
    return (pixels if pixels.ndim == 2 else pixels[..., 0]).astype(np.uint8)


@settings(max_examples=60, deadline=None)
@given(SHAPES.flatmap(lambda shape: arrays(np.uint8, shape, elements=LEVELS)))
def test_every_mask_comes_back_as_it_was(mask: Pixels) -> None:
    assert np.array_equal(decoded(encode_jbig2(mask), *mask.shape) > 127, mask > 127)


@pytest.mark.parametrize("level", [0, 255])
def test_a_mask_of_one_level_takes_a_hundred_bytes(level: int) -> None:
    mask = np.full((3508, 2480), level, np.uint8)
    data = encode_jbig2(mask)
    assert len(data) <= 100
    assert np.array_equal(decoded(data, *mask.shape) > 127, mask > 127)


def test_a_page_of_print_comes_back_as_it_was_and_a_noisy_one_too() -> None:
    noise = np.where(np.random.default_rng(1).random((700, 900)) < 0.5, np.uint8(0), np.uint8(255))
    for mask in (draw_page().mask.pixels, noise):
        assert np.array_equal(decoded(encode_jbig2(mask), *mask.shape) > 127, mask > 127)
