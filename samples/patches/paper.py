"""What is written on: paper of many tones and grains, what years left on it, and what lies around it."""

import cv2
import numpy as np

from samples.noise import Field, smooth_noise

Shape = tuple[int, int]


def paper(rng: np.random.Generator, shape: Shape, *, coarsest: float) -> Field:
    """Return the reflectance (H, W, 3) of a piece of paper, 0..1, unevenly toned; `coarsest` bounds its grain."""
    bright = rng.uniform(0.45, 0.97)
    warm = np.abs(rng.normal(0, 0.12))
    tone = np.array([bright, bright * (1 - 0.35 * warm), bright * (1 - warm)], np.float32)
    if rng.random() < 0.12:
        tone = np.clip(tone * rng.uniform(0.75, 1.05, 3), 0, 1).astype(np.float32)
    field = 1 + rng.uniform(0, 0.12) * smooth_noise(rng, shape, rng.uniform(80, 400))
    field += rng.uniform(0, 0.05) * smooth_noise(rng, shape, rng.uniform(10, 40))
    field += np.minimum(1.0, coarsest / 0.075) * _grain(rng, shape)
    if rng.random() < 0.12:
        field += np.minimum(1.0, coarsest / 0.06) * _weave(rng, shape)
    return np.asarray(field[..., None] * tone, np.float32)


def _grain(rng: np.random.Generator, shape: Shape) -> Field:
    coarse = rng.uniform(0.6, 4.0)
    noise = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), coarse)
    strength = rng.uniform(0, 0.02) if rng.random() < 0.7 else rng.uniform(0.02, 0.075)
    grain = noise / (noise.std() + 1e-6) * strength
    if rng.random() < 0.3:  # fibres: dark specks longer than they are broad
        fibre = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), sigmaX=4, sigmaY=0.7)
        grain -= np.clip(fibre / (fibre.std() + 1e-6) - 2.0, 0, 2) * rng.uniform(0, 0.06)
    return np.asarray(grain, np.float32)


def _weave(rng: np.random.Generator, shape: Shape) -> Field:
    ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    angle, pitch = rng.normal(0, 0.1), rng.uniform(4, 14)
    across = np.sin((xs * np.cos(angle) + ys * np.sin(angle)) * 2 * np.pi / pitch)
    down = np.sin((ys * np.cos(angle) - xs * np.sin(angle)) * 2 * np.pi / (pitch * rng.uniform(0.7, 1.4)))
    return np.asarray(rng.uniform(0.01, 0.06) * (across * rng.integers(0, 2) + down), np.float32)


def aged(rng: np.random.Generator, light: Field) -> Field:
    """Return the paper with stains, foxing, creases, smudges and holes, each by lot."""
    for damage, chance in ((_stained, 0.22), (_foxed, 0.2), (_creased, 0.25), (_smudged, 0.35), (_taped, 0.06)):
        if rng.random() < chance:
            light = damage(rng, light)
    return light


def _stained(rng: np.random.Generator, light: Field) -> Field:
    shape = light.shape[:2]
    for _stain in range(int(rng.integers(1, 4))):
        blot = smooth_noise(rng, shape, rng.uniform(40, 220)) - rng.uniform(-0.2, 0.5)
        soft = np.exp(rng.uniform(np.log(0.08), np.log(1.5)))
        wet = np.clip(blot / soft + 0.5, 0, 1)
        tide = np.exp(-np.abs(blot) / rng.uniform(0.02, 0.1)) * rng.uniform(0, 0.6)
        amount = rng.uniform(0.03, 0.35) * np.clip(wet * rng.uniform(0.3, 1) + tide, 0, 1)
        tint = np.array([rng.uniform(0.4, 1), 1, 1 + rng.uniform(0, 0.4)], np.float32)
        light = light * np.clip(1 - amount[..., None] * tint, 0.02, 1)
    return np.asarray(light, np.float32)


def _foxed(rng: np.random.Generator, light: Field) -> Field:
    shape = light.shape[:2]
    spots = np.zeros(shape, np.float32)
    for _spot in range(int(rng.integers(4, 60))):
        centre = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
        cv2.circle(spots, centre, int(rng.integers(1, 9)), float(rng.uniform(0.2, 1)), -1)
    spots = cv2.GaussianBlur(spots, (0, 0), rng.uniform(0.8, 4)) * rng.uniform(0.08, 0.4)
    return np.asarray(light * (1 - spots[..., None] * np.array([0.5, 0.8, 1.0], np.float32)), np.float32)


def _creased(rng: np.random.Generator, light: Field) -> Field:
    height, width = light.shape[:2]
    lines = np.zeros((height, width), np.float32)
    for _crease in range(int(rng.integers(1, 5))):
        ends = rng.uniform((0, 0), (width, height), (2, 2))
        reach = (ends[1] - ends[0]) * 3
        start, stop = ends[0] - reach, ends[1] + reach
        cv2.line(lines, start.astype(int).tolist(), stop.astype(int).tolist(), float(rng.uniform(-1, 1)), 1)
    soft = cv2.GaussianBlur(lines, (0, 0), rng.uniform(0.8, 5))
    soft = soft / (np.abs(soft).max() + 1e-6) * rng.uniform(0.03, 0.22)
    uneven = np.clip(0.6 + 0.6 * smooth_noise(rng, (height, width), 60), 0, 1)
    return np.asarray(light * (1 - (soft * uneven)[..., None]), np.float32)


def _smudged(rng: np.random.Generator, light: Field) -> Field:
    shape = light.shape[:2]
    cloud = np.clip(smooth_noise(rng, shape, rng.uniform(15, 120)) - rng.uniform(0.1, 0.6), 0, 1)
    streaks = cv2.GaussianBlur(
        rng.standard_normal(shape).astype(np.float32), (0, 0), sigmaX=rng.uniform(1, 12), sigmaY=1
    )
    amount = cloud * rng.uniform(0.1, 0.7) * (1 + rng.uniform(0, 0.3) * streaks / (streaks.std() + 1e-6))
    return np.asarray(light * (1 - np.clip(amount, 0, 0.85))[..., None], np.float32)


def _taped(rng: np.random.Generator, light: Field) -> Field:
    height, width = light.shape[:2]
    tape = np.zeros((height, width), np.float32)
    box = cv2.boxPoints(((rng.uniform(0, width), rng.uniform(0, height)), (40, 400), rng.uniform(0, 180)))
    cv2.fillPoly(tape, [box.astype(np.int32)], 1.0, cv2.LINE_AA)
    amount = cv2.GaussianBlur(tape, (0, 0), 1.0) * rng.uniform(0.05, 0.35)
    return np.asarray(light * (1 - amount[..., None] * np.array([0.3, 0.6, 1.0], np.float32)), np.float32)


def surrounded(rng: np.random.Generator, light: Field) -> tuple[Field, Field]:
    """Lay a dark bed, leaves below or the next page along some edges; return that, and where the sheet still is."""
    height, width = light.shape[:2]
    there = np.ones((height, width), np.float32)
    out = light
    for side in range(4):
        if rng.random() > 0.35:
            continue
        length = width if side % 2 else height
        edge = rng.uniform(0, 70) + rng.uniform(0, 8) * smooth_noise(rng, (1, length), rng.uniform(20, 300))[0]
        away = np.arange(height if side % 2 else width, dtype=np.float32)
        beyond = away[:, None] < edge[None, :] if side % 2 else away[None, :] < edge[:, None]
        if side >= 2:
            beyond = beyond[::-1, ::-1]
        bed = _bed(rng, (height, width), upright=not side % 2)
        out = np.where(beyond[..., None], bed, out)
        there = np.minimum(there, ~beyond)
        if rng.random() < 0.6:  # the shadow of the edge
            near = cv2.GaussianBlur(beyond.astype(np.float32), (0, 0), rng.uniform(1, 12))
            out = out * (1 - rng.uniform(0.1, 0.6) * near * there)[..., None]
    return np.asarray(out, np.float32), there


def _bed(rng: np.random.Generator, shape: Shape, *, upright: bool) -> Field:
    level = rng.choice([rng.uniform(0.01, 0.15), rng.uniform(0.15, 0.7)])
    field = np.full(shape, level, np.float32) * (1 + 0.3 * smooth_noise(rng, shape, rng.uniform(3, 60)))
    if rng.random() < 0.4:  # a stack of leaves: their edges run along that of the page
        length = shape[1] if upright else shape[0]
        leaves = cv2.GaussianBlur(rng.standard_normal((1, length)).astype(np.float32), (0, 0), rng.uniform(0.7, 3))[0]
        lines = 1 + rng.uniform(0.1, 0.5) * leaves / (leaves.std() + 1e-6)
        field = field * (lines[None, :] if upright else lines[:, None])
    return np.asarray(np.clip(field, 0.005, 1)[..., None] * rng.uniform(0.85, 1.0, 3), np.float32)
