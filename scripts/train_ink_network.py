"""Trains the network that looks text masks over, on patches that samples/patches draws.

    scripts/fetch-npm typefaces
    PYTHONPATH=. python scripts/train_ink_network.py .cache/typefaces/*/node_modules/@fontsource

Needs `pip install --group train`. The values by default take 100 minutes on two cores: 12 to draw and mask the patches,
70 of which the rate falls along. `python -m bench.masks DATA` says how well it does on pages that it never saw, and
docs/ink-network.md what it is.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from samples.patches.patch import SIZE_PX, draw_patch
from samples.patches.typefaces import typefaces
from samples.patches.writing import Faces
from scanpipe.enhance.maps.strokes import find_strokes
from scanpipe.enhance.mask import ink_network
from scanpipe.enhance.mask.text_mask import text_mask
from scanpipe.enhance.page import page_of
from scanpipe.enhance.parameters import MaskParams
from scanpipe.raster import Raster

CROP = 256
BATCH = 16
WIDTHS = (16, 32, 48, 64)
RATE = 3e-3
_RISING = 0.03  # of the steps
_SHARPEST_DPI, _COARSEST_DPI = 330.0, 200.0


class Block(nn.Sequential):  # type: ignore[misc]
    """Convolution, normalisation, rectifier; `stride` 2 halves the picture."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1, dilation: int = 1, size: int = 3) -> None:
        padding = dilation * (size // 2)
        super().__init__(
            nn.Conv2d(inputs, outputs, size, stride, padding, dilation, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class InkNetwork(nn.Module):  # type: ignore[misc]
    """How surely each pixel is ink, as a logit: what it says is added to the mask that it is shown.

    In: planes (n, 16, h / 2, w / 2) of levels and mask, 0..1, two by two pixels; out: (n, 4, h / 2, w / 2) likewise.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        a, b, c, d = widths
        self.first = Block(16, a)
        self.down1 = nn.Sequential(Block(a, b, stride=2), Block(b, b))
        self.down2 = nn.Sequential(Block(b, c, stride=2), Block(c, c))
        self.down3 = nn.Sequential(Block(c, d, stride=2), Block(d, d), Block(d, d, dilation=2), Block(d, d, dilation=4))
        self.lift3, self.join2 = Block(d, c, size=1), nn.Sequential(Block(c, c), Block(c, c, dilation=2))
        self.lift2, self.join1 = Block(c, b, size=1), Block(b, b)
        self.lift1, self.join0 = Block(b, a, size=1), Block(a, a)
        self.last = nn.Conv2d(a, 4, 3, padding=1)
        self.trust = nn.Parameter(torch.tensor(1.5))

    def forward(self, planes: Tensor) -> Tensor:
        """Return the logits."""
        fine = self.first(planes)
        half = self.down1(fine)
        quarter = self.down2(half)
        coarse = self.down3(quarter)
        quarter = self.join2(quarter + _larger(self.lift3(coarse)))
        half = self.join1(half + _larger(self.lift2(quarter)))
        fine = self.join0(fine + _larger(self.lift1(half)))
        logits: Tensor = self.last(fine) + self.trust * (2 * planes[:, 12:16] - 1)
        return logits


def _larger(maps: Tensor) -> Tensor:
    return functional.interpolate(maps, scale_factor=2, mode="nearest")


def loss_of(logits: Tensor, ink: Tensor) -> Tensor:
    """Return cross entropy and, for each picture, what is missing to a full F-measure (soft)."""
    entropy = functional.binary_cross_entropy_with_logits(logits, ink)
    sure = torch.sigmoid(logits)
    both, all_ = (sure * ink).sum((1, 2, 3)), (sure + ink).sum((1, 2, 3))
    return entropy + 0.5 * (1 - (2 * both + 20) / (all_ + 20)).mean()


@cache
def _faces(fonts: Path) -> Faces:
    cv2.setNumThreads(1)
    return typefaces(fonts)


def _drawn(seed: int, fonts: Path, number: int) -> NDArray[np.uint8]:
    """Return a patch (h, w, 5): its levels over the paper and its mask, as the network sees them, and its ink."""
    rng = np.random.default_rng([seed, number])
    patch = draw_patch(rng, _faces(fonts))
    raster = Raster(pixels=patch.pixels, dpi=float(rng.uniform(_COARSEST_DPI, _SHARPEST_DPI)))
    page = page_of(raster)
    strokes = find_strokes(raster, page.ink)
    mask, _stats = text_mask(raster, page.ink, strokes, MaskParams(), marks=page.marks, by_network=False)
    return np.dstack([ink_network.over_paper(raster, page.ink.paper), cv2.bitwise_not(mask.pixels), patch.ink])


def bank(fonts: Path, count: int, seed: int, workers: int) -> NDArray[np.uint8]:
    """Return patches (n, h, w, 5)."""
    patches = np.empty((count, SIZE_PX, SIZE_PX, 5), np.uint8)
    with ProcessPoolExecutor(workers) as pool:
        for number, drawn in enumerate(pool.map(partial(_drawn, seed, fonts), range(count), chunksize=8)):
            patches[number] = drawn
    return patches


def batch_of(patches: NDArray[np.uint8], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return crops, some of them scaled, in other tones or without colour: what is seen (n, 4, h, w), and its ink.

    None is mirrored or turned: writing leans to the right, and what shows through to the left.
    """
    xs, ys = [], []
    for number in rng.integers(0, len(patches), BATCH):
        side = CROP if rng.random() < 0.6 else int(rng.integers(CROP * 3 // 4, CROP * 7 // 5))
        y, x = rng.integers(0, SIZE_PX - side + 1, 2)
        crop = torch.from_numpy(patches[number, y : y + side, x : x + side].copy()).permute(2, 0, 1).float() / 255
        if side != CROP:
            crop = functional.interpolate(crop[None], size=(CROP, CROP), mode="bilinear", antialias=True)[0]
        levels = crop[:3]
        if rng.random() < 0.5:
            levels = torch.clamp(levels, 1e-3, 1) ** float(np.exp(rng.normal(0, 0.15)))
        if rng.random() < 0.3:
            levels = levels.mean(0, keepdim=True).expand(3, -1, -1)
        xs.append(torch.cat([levels, crop[3:4]]))
        ys.append(crop[4:5])
    return torch.stack(xs), torch.stack(ys)


def train(network: nn.Module, patches: NDArray[np.uint8], *, steps: int, seed: int) -> None:
    """Train; the rate rises for some steps, and falls to nothing along half a cosine."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=_RISING)
    rng = np.random.default_rng([seed, 1])
    began, mean = time.monotonic(), 0.0
    network.train()
    for step in range(steps):
        seen, ink = batch_of(patches, rng)
        planes = functional.pixel_unshuffle(seen, 2).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(planes)
        loss = loss_of(functional.pixel_shuffle(logits.float(), 2), ink)
        optimizer.zero_grad()
        loss.backward()
        if torch.isfinite(nn.utils.clip_grad_norm_(network.parameters(), 1.0)):
            optimizer.step()
        schedule.step()
        mean = 0.99 * mean + 0.01 * float(loss.detach())
        if step % 200 == 199:
            print(f"step {step + 1}: loss {mean:.4f}, {time.monotonic() - began:.0f} s", flush=True)


def export(network: nn.Module, path: Path) -> None:
    """Write the network, which takes planes of any size whose sides are eights."""
    network.eval()
    sides = {2: "height", 3: "width"}
    torch.onnx.export(
        network, torch.zeros(1, 16, 64, 64), str(path), input_names=["planes"], output_names=["ink"],
        dynamic_axes={"planes": sides, "ink": sides}, dynamo=False, opset_version=13,
    )  # fmt: skip


def main() -> int:
    """Draw, train and write."""
    parser = argparse.ArgumentParser(description="Train the network that looks text masks over.")
    parser.add_argument("fonts", type=Path, help="the folder of Fontsource packages")
    parser.add_argument("-o", "--output", type=Path, default=ink_network.WEIGHTS, help="the ONNX file")
    parser.add_argument("--patches", type=int, default=8800, help="patches that are drawn (default: 8800)")
    parser.add_argument("--steps", type=int, default=23000, help="steps of training (default: 23000)")
    parser.add_argument("--seed", type=int, default=1, help="of the patches and their order (default: 1)")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    network = InkNetwork().to(memory_format=torch.channels_last)
    train(
        network, bank(options.fonts, options.patches, options.seed, workers=2), steps=options.steps, seed=options.seed
    )
    export(network, options.output)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
