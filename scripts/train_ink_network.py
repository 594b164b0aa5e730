"""Trains a network that tells ink from paper on patches that samples/patches draws, and writes it as ONNX.

    scripts/fetch-npm typefaces
    PYTHONPATH=. python scripts/train_ink_network.py .cache/typefaces/*/node_modules/@fontsource -o ink.onnx

Needs `pip install --group train`. The values by default take about an hour on two cores. No command of scanpipe uses
the network: `python -m bench.masks DATA --network ink.onnx` says how well it does, docs/decisions.md why not.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from samples.patches.patch import Patch, draw_patch
from samples.patches.typefaces import typefaces
from samples.patches.writing import Faces

CROP = 256
BATCH = 16
WIDTHS = (16, 24, 40, 56)


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
    """From RGB (n, 3, h, w), 0..1, to how surely each pixel is ink (n, 1, h, w), as a logit; sides in sixteens.

    It looks at 2 x 2 pixels at a time and is a small U-Net from there (Ronneberger, MICCAI 2015).
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        a, b, c, d = widths
        self.first = Block(12, a)
        self.down1 = nn.Sequential(Block(a, b, stride=2), Block(b, b))
        self.down2 = nn.Sequential(Block(b, c, stride=2), Block(c, c))
        self.down3 = nn.Sequential(Block(c, d, stride=2), Block(d, d), Block(d, d, dilation=2), Block(d, d, dilation=4))
        self.lift3, self.join2 = Block(d, c, size=1), nn.Sequential(Block(c, c), Block(c, c, dilation=2))
        self.lift2, self.join1 = Block(c, b, size=1), Block(b, b)
        self.lift1, self.join0 = Block(b, a, size=1), Block(a, a)
        self.last = nn.Conv2d(a, 4, 3, padding=1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the logits."""
        fine = self.first(functional.pixel_unshuffle(pixels, 2))
        half = self.down1(fine)
        quarter = self.down2(half)
        coarse = self.down3(quarter)
        quarter = self.join2(quarter + _larger(self.lift3(coarse)))
        half = self.join1(half + _larger(self.lift2(quarter)))
        fine = self.join0(fine + _larger(self.lift1(half)))
        return functional.pixel_shuffle(self.last(fine), 2)


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


def _drawn(seed: int, fonts: Path, number: int) -> Patch:
    return draw_patch(np.random.default_rng([seed, number]), _faces(fonts))


def bank(fonts: Path, count: int, seed: int, workers: int) -> tuple[Tensor, Tensor]:
    """Return patches: RGB (n, 3, h, w) and ink (n, 1, h, w), both 0-255."""
    pixels, ink = [], []
    with ProcessPoolExecutor(workers) as pool:
        for drawn in pool.map(partial(_drawn, seed, fonts), range(count), chunksize=8):
            pixels.append(torch.from_numpy(drawn.pixels).permute(2, 0, 1))
            ink.append(torch.from_numpy(drawn.ink)[None])
    return torch.stack(pixels), torch.stack(ink)


def batch_of(pixels: Tensor, ink: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return crops, mirrored, turned and scaled by lot."""
    xs, ys = [], []
    for number in rng.integers(0, len(pixels), BATCH):
        side = CROP if rng.random() < 0.6 else int(rng.integers(CROP * 5 // 8, CROP * 13 // 8))
        y, x = rng.integers(0, pixels.shape[2] - side + 1, 2)
        a, b = pixels[number, :, y : y + side, x : x + side].float(), ink[number, :, y : y + side, x : x + side].float()
        if side != CROP:
            how = {"size": (CROP, CROP), "mode": "bilinear", "antialias": True}
            a, b = functional.interpolate(a[None], **how)[0], functional.interpolate(b[None], **how)[0]
        if rng.random() < 0.5:
            a, b = a.flip(2), b.flip(2)
        turns = int(rng.choice([0, 0, 0, 1, 2, 3]))
        xs.append(torch.rot90(a, turns, (1, 2)))
        ys.append(torch.rot90(b, turns, (1, 2)))
    return torch.stack(xs) / 255, torch.stack(ys) / 255


def train(network: nn.Module, patches: tuple[Tensor, Tensor], *, steps: int, rate: float, seed: int) -> None:
    """Train; the rate rises for a twelfth of the steps, and then falls to nothing along half a cosine."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.08)
    rng = np.random.default_rng([seed, 1])
    began, mean = time.monotonic(), 0.0
    network.train()
    for step in range(steps):
        a, b = batch_of(*patches, rng)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(a.contiguous(memory_format=torch.channels_last))
        loss = loss_of(logits.float(), b)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        mean = 0.98 * mean + 0.02 * float(loss.detach())
        if step % 200 == 199:
            print(f"step {step + 1}: loss {mean:.4f}, {time.monotonic() - began:.0f} s", flush=True)


def export(network: nn.Module, path: Path) -> None:
    """Write the network, which takes pictures of any size whose sides are sixteens."""
    network.eval()
    sides = {2: "height", 3: "width"}
    torch.onnx.export(
        network, torch.zeros(1, 3, 64, 64), str(path), input_names=["pixels"], output_names=["ink"],
        dynamic_axes={"pixels": sides, "ink": sides}, dynamo=False,
    )  # fmt: skip


def main() -> int:
    """Draw, train and write."""
    parser = argparse.ArgumentParser(description="Train a network that tells ink from paper.")
    parser.add_argument("fonts", type=Path, help="the folder of Fontsource packages")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the ONNX file; its weights go beside it")
    parser.add_argument("--patches", type=int, default=4500, help="patches that are drawn (default: 4500)")
    parser.add_argument("--steps", type=int, default=21000, help="steps of training (default: 21000)")
    parser.add_argument("--seed", type=int, default=1, help="of the patches and their order (default: 1)")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate (default: 0.003)")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    network = InkNetwork().to(memory_format=torch.channels_last)
    if options.start:
        network.load_state_dict(torch.load(options.start))
    patches = bank(options.fonts, options.patches, options.seed, workers=2)
    train(network, patches, steps=options.steps, rate=options.rate, seed=options.seed)
    torch.save(network.state_dict(), options.output.with_suffix(".pt"))
    export(network, options.output)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
