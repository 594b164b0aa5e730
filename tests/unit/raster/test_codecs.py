"""JPEG 2000 as the layers of a page are kept."""

import cv2
import imagecodecs
import pytest

from scanpipe.raster.codecs import encode_jpeg2000
from tests.page_drawings import draw_page

TOLERANCE_DB = 1.0


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("psnr_db", [36, 42])
def test_jpeg_2000_is_as_true_as_was_asked_for(psnr_db: float, colour: bool) -> None:
    raster = draw_page(grain=8, colour=colour).image
    data = encode_jpeg2000(raster, psnr_db=psnr_db)
    decoded = imagecodecs.jpeg2k_decode(data)
    assert decoded.shape == raster.pixels.shape
    assert cv2.PSNR(decoded, raster.pixels) == pytest.approx(psnr_db, abs=TOLERANCE_DB)
    assert data == encode_jpeg2000(raster, psnr_db=psnr_db)
