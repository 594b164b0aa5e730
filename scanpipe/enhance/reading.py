"""The picture that OCR reads: grey writing as it is, on white, with everything away from strokes blanked."""

import cv2
import numpy as np

from scanpipe.enhance.paper import Paper
from scanpipe.enhance.text_mask import levelled
from scanpipe.raster import Raster

_AROUND_MM = 0.3


def reading_picture(image: Raster, paper: Paper, mask: Raster) -> Raster:
    """Return the page's grey around the strokes of its mask, paper white."""
    reach = 2 * image.px(_AROUND_MM) + 1
    near = cv2.erode(mask.pixels, np.ones((reach, reach), np.uint8))
    return image.replace(np.asarray(cv2.max(levelled(image, paper), near), np.uint8))
