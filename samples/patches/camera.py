"""How a scanner, a camera or a microfilm reader sees the sheet."""

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.noise import Field, smooth_noise

Pixels = NDArray[np.uint8]


def seen(rng: np.random.Generator, light: Field, *, noisiest: float) -> Pixels:
    """Return what is stored of a reflectance (H, W, 3), as RGB, or grey in RGB: blurred, noisy, packed."""
    shape = light.shape[:2]
    light = np.asarray(cv2.GaussianBlur(light, (0, 0), max(0.05, rng.gamma(2.0, 0.32))), np.float32)
    if rng.random() < 0.6:
        light = light * (1 + rng.uniform(0, 0.35) * smooth_noise(rng, shape, rng.uniform(150, 600)))[..., None]
    if rng.random() < 0.45:
        grey = light @ np.array([0.3, 0.59, 0.11], np.float32)
        if rng.random() < 0.3:  # microfilm: steep, grainy
            middle = np.quantile(grey, rng.uniform(0.2, 0.6))
            grey = np.clip((grey - middle) * rng.uniform(1.2, 2.2) + middle, 0, 1)
        light = np.repeat(grey[..., None], 3, 2)
    exposure = rng.uniform(0.6, 1.12) / max(0.25, float(np.quantile(light, 0.9)))
    light = np.clip(light * exposure, 0, 1) ** np.exp(rng.normal(0, 0.2))
    noise = rng.standard_normal((*shape, 1 if rng.random() < 0.5 else 3)).astype(np.float32)
    light = light + noise * min(noisiest, rng.choice([0.003, 0.01, 0.02, 0.04], p=[0.35, 0.35, 0.2, 0.1]))
    if rng.random() < 0.2:
        light = light + rng.uniform(0.3, 1.5) * (light - cv2.GaussianBlur(light, (0, 0), rng.uniform(0.8, 2)))
    pixels = np.clip(light * 255, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        _done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))])
        pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(pixels)
