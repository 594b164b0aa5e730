"""Is this capture usable? Told while the sheet still lies beside the scanner; flags only what is really bad.

Everything is measured on a copy of 100 dpi, but for sharpness, which takes a few tiles with ink at full resolution. A
flagged page is kept like any other. `check_capture` looks at one picture, `compare_capture` at those before it.
"""

from dataclasses import replace

import numpy as np

from scanpipe.capture.checks.compare import compare_capture
from scanpipe.capture.checks.dust_lines import dust_lines_mm
from scanpipe.capture.checks.edges import cut_strokes, edge_mark
from scanpipe.capture.checks.exposure import MOST_WHITE, usual_ink, white_share
from scanpipe.capture.checks.fingerprint import packed
from scanpipe.capture.checks.lines import skew_deg, straightened, upright
from scanpipe.capture.checks.page_map import DARK, PageMap, histogram, level_below, map_page
from scanpipe.capture.checks.second_sheet import sheet_edge_mm
from scanpipe.capture.checks.sharpness import blur_px
from scanpipe.capture.checks.values import BAD_FLAGS, CaptureChecks, CheckLimits, Flag, Mark
from scanpipe.messages import LazyText
from scanpipe.raster import Pixels, Raster
from scanpipe.raster.cut_off import ends_early

__all__ = ["BAD_FLAGS", "CaptureChecks", "CheckLimits", "Flag", "Mark", "check_capture", "compare_capture"]

_WIDEST_BLUR_PX = 2.5  # below this the resolution, not the focus, is the limit
_SAMPLE = 8  # every eighth pixel, each way, tells the paper's colour


def check_capture(raster: Raster, *, limits: CheckLimits | None = None, damage: LazyText | str = "") -> CaptureChecks:
    """Measure whether a capture shows a readable page, all of it (about 50 ms for A4 at 300 dpi in colour).

    Where the limits ask for page numbers, reading one takes some tenths of a second more.

    Args:
        raster: the page.
        limits: from where on something is told; by default as in station.toml.
        damage: how it shows that the file was damaged, if it was.
    """
    limits, page = limits or CheckLimits(), map_page(raster)
    checks = _ink_checks(page, raster)
    checks = replace(checks, damage=damage, flags=_losses(raster, damage), lines_mm=dust_lines_mm(page))
    if limits.page_numbers:
        checks = replace(checks, page_number=_page_number(raster))
    if limits.black_share and checks.dark_share > limits.black_share:
        return _flagged(checks, "black")
    if checks.ink_share < limits.blank_ink_share:
        return _flagged(checks, "blank")
    checks = _writing_checks(checks, page)
    return _flagged(_place_flags(checks, page, limits), *_light_flags(checks, page, limits))


def _ink_checks(page: PageMap, raster: Raster) -> CaptureChecks:
    grey, depth = (histogram(np.asarray(page.inner(levels), np.uint8)) for levels in (page.grey, page.depth))
    paper_pixels, depth[0] = depth[0], 0.0
    ink_pixels = float(depth.sum())
    width_mm, height_mm = raster.size_mm
    return CaptureChecks(
        ink_share=round(ink_pixels / (ink_pixels + float(paper_pixels)), 5),
        dark_share=round(float(grey[:DARK].sum() / grey.sum()), 5),
        white_share=round(white_share(grey), 3),
        paper=level_below(grey, 0.8),
        contrast=level_below(depth, 0.75) if ink_pixels else 0.0,
        blur_mm=0.0,
        colour=raster.colour,
        flags=(),
        size_mm=(round(width_mm, 1), round(height_mm, 1)),
        paper_rgb=_paper(raster.pixels),
    )


def _page_number(raster: Raster) -> int | None:
    from scanpipe.capture.checks.page_number import read_page_number

    return read_page_number(raster)


def _paper(pixels: Pixels) -> tuple[int, int, int]:
    """Return the colour of the paper: the level that four fifths of the pixels lie below, in each channel."""
    sample = np.ascontiguousarray(pixels[::_SAMPLE, ::_SAMPLE])
    channels = [sample] * 3 if sample.ndim == 2 else [np.ascontiguousarray(sample[..., at]) for at in range(3)]
    red, green, blue = (round(level_below(channel, 0.8)) for channel in channels)
    return red, green, blue


def _writing_checks(checks: CaptureChecks, page: PageMap) -> CaptureChecks:
    angle = skew_deg(page)
    written = straightened(page, angle or 0.0)
    return replace(
        checks,
        blur_mm=round(page.captured.mm(blur_px(page)), 3),
        skew_deg=angle,
        upright=upright(written, page.dpi),
        fingerprint=packed(written, page.dpi),
    )


def _losses(raster: Raster, damage: LazyText | str) -> tuple[Flag, ...]:
    damaged: tuple[Flag, ...] = ("damaged",) if damage else ()
    return (*damaged, "cut_off") if ends_early(raster.pixels).any else damaged


def _light_flags(checks: CaptureChecks, page: PageMap, limits: CheckLimits) -> list[Flag]:
    """Tell what is wrong with light and lens."""
    flags: list[Flag] = []
    grey = histogram(np.asarray(page.inner(page.grey), np.uint8))
    if level_below(grey, 0.95) < limits.dark_paper:
        flags.append("too_dark")
    if checks.white_share > MOST_WHITE and usual_ink(page) < limits.overexposed_contrast:
        flags.append("overexposed")
    if checks.contrast < limits.contrast:
        flags.append("low_contrast")
    too_soft = limits.blur_mm and checks.blur_mm > limits.blur_mm
    if too_soft and page.captured.px(checks.blur_mm) > _WIDEST_BLUR_PX:
        flags.append("blurred")
    return flags


def _place_flags(checks: CaptureChecks, page: PageMap, limits: CheckLimits) -> CaptureChecks:
    """Tell what is wrong with how the sheet lay, and where."""
    flags: list[Flag] = []
    marks: list[Mark] = []
    cut = [side for side in cut_strokes(page) if limits.edge_strokes and side.count >= limits.edge_strokes]
    if cut:
        flags.append("edge_cut")
        marks += [edge_mark(page, side) for side in cut]
    if limits.skew_deg and checks.skew_deg is not None and abs(checks.skew_deg) > limits.skew_deg:
        flags.append("askew")
    if limits.upside_down and checks.upright <= -limits.upside_down:
        flags.append("upside_down")
    top_mm = sheet_edge_mm(page, limits.sheet_edge) if limits.sheet_edge else None
    if top_mm is not None:
        flags.append("two_sheets")
        marks.append(Mark(flag="two_sheets", left_mm=0.0, top_mm=top_mm - 3, width_mm=checks.size_mm[0], height_mm=6.0))
    return replace(_flagged(checks, *flags), marks=tuple(marks))


def _flagged(checks: CaptureChecks, *flags: Flag) -> CaptureChecks:
    return replace(checks, flags=(*checks.flags, *flags))
