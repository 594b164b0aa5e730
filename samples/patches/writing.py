"""What is written: coverage of paper by ink, 0..1, of lines of a hand or a press, drawn strokes, rules and stamps."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from samples.noise import Field, as_cover, smooth_noise
from samples.patches.typefaces import Typeface, font

Faces = tuple[tuple[Typeface, ...], tuple[Typeface, ...]]


def writing(rng: np.random.Generator, shape: tuple[int, int], faces: Faces) -> Field:
    """Return a layer of writing (H, W) as a hand, a press or a typewriter leaves it."""
    kind = rng.choice(["hand", "print", "strokes", "form"], p=[0.48, 0.27, 0.1, 0.15])
    if kind == "strokes":
        return strokes(rng, shape)
    cover = _lines(rng, shape, faces[0 if kind == "hand" else int(rng.random() < 0.6)], by_hand=kind == "hand")
    if kind == "form":
        cover = np.maximum(cover, rules(rng, shape))
        cover = np.maximum(cover, _lines(rng, shape, faces[0], by_hand=True, sparse=True))
    if kind == "hand" and rng.random() < 0.25:
        cover = np.maximum(cover, strokes(rng, shape, count=int(rng.integers(1, 4))))
    return cover


def _lines(
    rng: np.random.Generator,
    shape: tuple[int, int],
    faces: tuple[Typeface, ...],
    *,
    by_hand: bool,
    sparse: bool = False,
) -> Field:
    height, width = shape
    face = faces[int(rng.integers(len(faces)))]
    size = int(np.exp(rng.uniform(np.log(26 if by_hand else 14), np.log(150 if by_hand else 90))))
    drawn = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(drawn)
    letters = font(face.path, size)
    step = size * rng.uniform(1.0, 2.2) * (2.5 if sparse else 1)
    bold = int(rng.random() < 0.2) * int(rng.integers(0, 1 + size // 24))
    top = rng.uniform(-step, step / 2)
    while top < height:
        left = rng.uniform(-width * 0.3, width * (0.6 if sparse else 0.15))
        while left < width * rng.uniform(0.75, 1.2):
            word = face.word(rng)
            pen.text((left, top + rng.normal(0, size * 0.02)), word, fill=255, font=letters, stroke_width=bold)
            left += letters.getlength(word) + size * rng.uniform(0.2, 0.6)
            if sparse and rng.random() < 0.5:
                break
        top += step
    cover = as_cover(np.asarray(drawn, np.uint8))
    cover = _bent(rng, cover, size, by_hand=by_hand)
    return _inked(rng, cover, size)


def _bent(rng: np.random.Generator, cover: Field, size: float, *, by_hand: bool) -> Field:
    """Slant, turn and shake lines."""
    height, width = cover.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    slant, turn = (rng.normal(0.2, 0.18) if by_hand else rng.normal(0, 0.03)), rng.normal(0, 0.025)
    shake = size * (rng.uniform(0.01, 0.05) if by_hand else rng.uniform(0, 0.008))
    map_x = xs + slant * (ys - height / 2) + shake * smooth_noise(rng, cover.shape, size * 0.5)
    map_y = ys + turn * (xs - width / 2) + shake * smooth_noise(rng, cover.shape, size * 0.5)
    map_y += size * rng.uniform(0, 0.25) * smooth_noise(rng, cover.shape, size * 5)
    return np.asarray(cv2.remap(cover, map_x, map_y, cv2.INTER_LINEAR, borderValue=0), np.float32)


def _inked(rng: np.random.Generator, cover: Field, size: float) -> Field:
    """Let the pen press more here and less there, and the ink miss the paper in places: edges move, strokes break."""
    sigma = rng.uniform(0.5, 1.0) + 0.012 * size
    soft = cv2.GaussianBlur(cover, (0, 0), sigma)
    level = (
        0.45 + rng.normal(0, 0.09) + rng.uniform(0, 0.16) * smooth_noise(rng, cover.shape, size * rng.uniform(0.6, 4))
    )
    if rng.random() < 0.5:
        level = level + rng.uniform(0.05, 0.3) * smooth_noise(rng, cover.shape, rng.uniform(1.2, 3.0))
    steep = rng.uniform(2.0, 6.0)
    return np.asarray(np.clip((soft - np.clip(level, 0.12, 0.8)) * steep + 0.5, 0, 1), np.float32)


def strokes(rng: np.random.Generator, shape: tuple[int, int], count: int = 0) -> Field:
    """Return drawn strokes: curves of a pen whose width changes, signatures, underlines, crossings out."""
    height, width = shape
    drawn = np.zeros(shape, np.uint8)
    broad = np.exp(rng.uniform(np.log(1.2), np.log(13)))
    for _stroke in range(count or int(rng.integers(4, 26))):
        length = int(rng.integers(8, 60))
        turn = np.cumsum(rng.normal(0, rng.uniform(0.02, 0.5), length)) + rng.uniform(0, 2 * np.pi)
        turn = turn + rng.choice([0, 0, rng.normal(0, 0.3)]) * np.arange(length)
        step = rng.uniform(4, 18)
        path = np.cumsum(np.stack([np.cos(turn), np.sin(turn)], 1) * step, 0) + rng.uniform((0, 0), (width, height))
        press = broad * (1 + 0.6 * np.sin(turn * 2 + rng.uniform(0, 6)) * rng.uniform(0, 1))
        points = np.round(path * 16).astype(int)
        for start, stop, thick in zip(points[:-1], points[1:], press, strict=False):
            cv2.line(drawn, start.tolist(), stop.tolist(), 255, max(1, round(float(thick))), cv2.LINE_AA, 4)
    return _inked(rng, as_cover(drawn), max(10.0, broad * 4))


def rules(rng: np.random.Generator, shape: tuple[int, int]) -> Field:
    """Return ruled lines: of a table, under writing, or dotted leaders."""
    height, width = shape
    drawn = np.zeros(shape, np.uint8)
    thick = int(rng.integers(1, 5))
    pitch = rng.uniform(28, 140)
    dotted = rng.random() < 0.3
    for y in np.arange(rng.uniform(0, pitch), height, pitch):
        tilt = rng.normal(0, 2)
        if dotted:
            gap = rng.uniform(4, 12)
            for x in np.arange(rng.uniform(0, 60), width, gap):
                cv2.circle(drawn, (round(x), round(y + tilt * x / width)), max(1, thick // 2), 255, -1, cv2.LINE_AA)
        else:
            cv2.line(drawn, (0, round(y)), (width, round(y + tilt)), 255, thick, cv2.LINE_AA)
    if not dotted and rng.random() < 0.7:
        for x in np.cumsum(rng.uniform(60, 300, 12)):
            cv2.line(drawn, (round(x), 0), (round(x + rng.normal(0, 3)), height), 255, thick, cv2.LINE_AA)
    return _inked(rng, as_cover(drawn), 12)


def stamp(rng: np.random.Generator, shape: tuple[int, int], faces: Faces) -> Field:
    """Return a rubber stamp (H, W), part of which may lie outside: worn, unevenly pressed."""
    height, width = shape
    size = int(rng.integers(90, 260))
    art = _rubber(rng, size, faces[1])
    cover = np.zeros(shape, np.float32)
    x, y = int(rng.uniform(-size / 3, width - size * 0.6)), int(rng.uniform(-size / 3, height - size * 0.6))
    left, top, right, bottom = max(0, x), max(0, y), min(width, x + size), min(height, y + size)
    cover[top:bottom, left:right] = as_cover(np.asarray(art[top - y : bottom - y, left - x : right - x], np.uint8))
    return _inked(rng, cover, 14)


def _rubber(rng: np.random.Generator, size: int, faces: tuple[Typeface, ...]) -> NDArray[np.uint8]:
    """Return what is cut into a stamp (size, size), 0-255: round, oval, framed, or lines of text alone."""
    art = np.zeros((size, size), np.uint8)
    middle, ring = (size // 2, size // 2), max(2, size // int(rng.integers(28, 60)))
    kind = rng.choice(["round", "oval", "frame", "text"])
    radius = size // 2 - ring - 1
    if kind == "frame":
        cv2.rectangle(art, (ring, size // 4), (size - ring, 3 * size // 4), 255, ring, cv2.LINE_AA)
    elif kind != "text":
        axes = (radius, radius if kind == "round" else radius * 2 // 3)
        cv2.ellipse(art, middle, axes, 0, 0, 360, 255, ring, cv2.LINE_AA)
        inner = tuple(round(axis * 0.66) for axis in axes)
        cv2.ellipse(art, middle, inner, 0, 0, 360, 255, max(1, ring // 2), cv2.LINE_AA)
        cv2.circle(art, middle, max(2, size // 14), 255, -1, cv2.LINE_AA)
    drawn = Image.fromarray(art)
    pen, face = ImageDraw.Draw(drawn), faces[int(rng.integers(len(faces)))]
    letters = font(face.path, max(9, size // int(rng.integers(8, 13))))
    for line in range(1 if kind in {"round", "oval"} else int(rng.integers(1, 4))):
        words = " ".join(face.word(rng).upper() for _word in range(2))
        pen.text((size * 0.12, size * (0.36 + 0.12 * line)), words, fill=255, font=letters)
    turn = cv2.getRotationMatrix2D(middle, rng.uniform(-25, 25), rng.uniform(0.8, 1))
    return np.asarray(cv2.warpAffine(np.asarray(drawn), turn, (size, size)), np.uint8)
