"""One patch: ink of one or two hands over worn paper, the other side's ink showing through, as a camera sees it."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.noise import Field, smooth_noise
from samples.patches.camera import Pixels, seen
from samples.patches.paper import aged, paper, surrounded
from samples.patches.writing import Faces, stamp, writing

SIZE_PX = 448
_LEAST_VISIBLE = 0.045
_TO_THE_EDGE = 1.5  # a person takes a pixel for ink that is covered by a third
_TEXTURE = 0.18  # of the ink's strength: grain and noise beyond it would hide the ink


class Patch(NamedTuple):
    """A picture (H, W, 3), RGB, and how much of each of its pixels is covered by ink (H, W), 0-255."""

    pixels: Pixels
    ink: NDArray[np.uint8]


def draw_patch(rng: np.random.Generator, faces: Faces) -> Patch:
    """Return a patch drawn by lot."""
    shape = (SIZE_PX, SIZE_PX)
    strength = rng.uniform(0.3, 1.0) if rng.random() < 0.75 else rng.uniform(0.14, 0.35)
    light = paper(rng, shape, coarsest=_TEXTURE * strength)
    if rng.random() < 0.6:
        light = light * (1 - _shown_through(rng, shape, faces, strength))
    aged_later = rng.random() < 0.5
    if not aged_later:
        light = aged(rng, light)
    truth = np.zeros(shape, np.float32)
    for absorbed, covered in _inks(rng, shape, faces, strength):
        light = light * (1 - absorbed)
        truth = np.maximum(truth, covered)
    if aged_later:
        light = aged(rng, light)
    if rng.random() < 0.25:
        light, there = surrounded(rng, light)
        truth = truth * there
    return Patch(pixels=seen(rng, light, noisiest=_TEXTURE * strength), ink=np.round(truth * 255).astype(np.uint8))


def _inks(rng: np.random.Generator, shape: tuple[int, int], faces: Faces, strength: float) -> list[tuple[Field, Field]]:
    """Return for each ink what it absorbs (H, W, 3), and what it covers (H, W)."""
    if rng.random() < 0.08:
        return []
    own = writing(rng, shape, faces)
    if rng.random() < 0.3:  # paper that nobody wrote on, beside writing
        own = own * (smooth_noise(rng, shape, 260) > rng.uniform(-0.3, 0.3))
    layers = [_ink(rng, own, strength)]
    if rng.random() < 0.14:  # a second pen or pencil
        layers.append(_ink(rng, writing(rng, shape, faces), strength * rng.uniform(0.25, 1.0)))
    if rng.random() < 0.15:
        layers.append(_ink(rng, stamp(rng, shape, faces), rng.uniform(0.2, 0.8), coloured=True))
    return layers


def _ink(rng: np.random.Generator, cover: Field, strength: float, *, coloured: bool = False) -> tuple[Field, Field]:
    tint = np.array([1.0, 1.0, 1.0]) * rng.uniform(0.85, 1.0, 3)
    if coloured or rng.random() < 0.3:
        tint = np.array([rng.uniform(0.15, 1), rng.uniform(0.5, 1), rng.uniform(0.15, 1)])
        tint = tint / tint.max()
    uneven = 1 + rng.uniform(0, 0.5) * smooth_noise(rng, cover.shape, rng.uniform(10, 160))
    uneven += rng.uniform(0, 0.35) * smooth_noise(rng, cover.shape, rng.uniform(1.5, 6))
    density = np.clip(strength * uneven, 0.0, 0.985)
    spread = cv2.GaussianBlur(cover, (0, 0), max(0.05, rng.gamma(2.0, 0.18)))
    absorbed = (spread * density)[..., None] * tint.astype(np.float32)
    covered = np.clip(spread * _TO_THE_EDGE, 0, 1)
    return np.asarray(absorbed, np.float32), np.where(density > _LEAST_VISIBLE, covered, 0).astype(np.float32)


def _shown_through(rng: np.random.Generator, shape: tuple[int, int], faces: Faces, strength: float) -> Field:
    """Return what the ink of the other side takes from the light (H, W, 3)."""
    cover = writing(rng, shape, faces)
    if rng.random() < 0.3:  # a press, whose other side shows in full
        cover = np.maximum(cover, writing(rng, shape, faces))
    cover = cover[:, ::-1]
    sigma = 0.5 + rng.gamma(2.0, 0.75)
    soft = cv2.GaussianBlur(cover, (0, 0), sigma)
    uneven = np.clip(0.75 + 0.5 * smooth_noise(rng, shape, rng.uniform(15, 300)), 0, 1.3)
    most = strength * rng.uniform(0.08, 0.75 if sigma < 1.6 else 0.95)
    tint = np.array([rng.uniform(0.6, 1), rng.uniform(0.8, 1), 1.0], np.float32)
    return np.asarray(np.clip(soft * uneven * most, 0, 0.95)[..., None] * tint, np.float32)
