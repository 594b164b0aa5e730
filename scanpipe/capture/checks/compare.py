"""What only shows beside the pages before: one scanned twice, dust on the glass, a drifting lamp, another size."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from scanpipe.capture.checks.exposure import MOST_WHITE
from scanpipe.capture.checks.fingerprint import InkCells, unpacked
from scanpipe.capture.checks.likeness import filled_in_alike, parts_alike, shift
from scanpipe.capture.checks.values import CaptureChecks, CheckLimits, Flag, Mark

MOST_COMPARED: Final = 300
"""So many of the latest pages are looked at."""

_Placed = tuple[InkCells, int, int, float]

_CANDIDATES = 4
_FEWEST_KNOWN = 3
_FILLED_IN = 0.35  # two pages of one register have -0.2 to 0.0, two drawn forms to 0.27, one that came twice 0.5 to 0.9
_WORTH_A_LOOK = 0.4  # likeness of the whole; two pages of one form reach 0.4 to 0.7
_TURNED, _TURNED_MORE = 0.3, 0.1
_SURE = 4.0  # standard errors: the page's own lines say that it stands upright
_SAME_PLACE_MM = 0.4
_HIDDEN = 2  # of the last pages of one side, so many may hide the line
_WAS_WHITE = 0.1  # of the pages before: so little was purely white
_USUAL_AFTER, _USUAL_SHARE = 5, 0.9
_TONE_PAGES = 10


def compare_capture(
    checks: CaptureChecks,
    earlier: Sequence[CaptureChecks],
    *,
    limits: CheckLimits | None = None,
    spread: bool = False,
) -> tuple[Flag, ...]:
    """Return what is wrong with a page beside the ones before it (a few ms for 300 of them).

    Args:
        checks: the page.
        earlier: those of the same book before it, oldest first.
        limits: from where on something is told.
        spread: whether the page is to show two pages side by side, so it should be wider than high.
    """
    limits, earlier = limits or CheckLimits(), earlier[-MOST_COMPARED:]
    flags: list[Flag] = []
    if limits.size_mm and _is_odd_size(checks, earlier, limits.size_mm, spread=spread):
        flags.append("wrong_size")
    if limits.size_mm and _is_too_long(checks, earlier, limits.size_mm):
        flags.append("two_sheets")
    if limits.overexposed_contrast and _is_whiter(checks, earlier):
        flags.append("overexposed")
    flags += _by_ink(checks, earlier, limits)
    if limits.dust_pages and dust_marks(checks, earlier, limits):
        flags.append("dust_line")
    if limits.tone_drift and _drift(checks, earlier) > limits.tone_drift:
        flags.append("tone_drift")
    return tuple(flag for flag in flags if flag not in checks.flags)


def dust_marks(checks: CaptureChecks, earlier: Sequence[CaptureChecks], limits: CheckLimits) -> tuple[Mark, ...]:
    """Return the lines from top to bottom that stood at the same place on enough of the last pages of the same side.

    Each side of a scanner of both sides has its own glass.
    """
    needed = limits.dust_pages - 1
    recent = [page for page in earlier if page.side == checks.side][-needed - _HIDDEN :] if needed else []
    marks = []
    for place in checks.lines_mm:
        same = sum(any(abs(place - other) <= _SAME_PLACE_MM for other in page.lines_mm) for page in recent)
        if same >= needed:
            height = checks.size_mm[1]
            marks.append(Mark(flag="dust_line", left_mm=place - 1, top_mm=0.0, width_mm=2.0, height_mm=height))
    return tuple(marks)


def _is_odd_size(checks: CaptureChecks, earlier: Sequence[CaptureChecks], bound: float, *, spread: bool) -> bool:
    width, height = checks.size_mm
    if spread and width < height:
        return True
    usual = _usual_size(earlier, bound)
    if usual is None:
        return False
    opened = (width / 2, height)  # a book that lies open shows two pages
    return all(max(abs(size[0] - usual[0]), abs(size[1] - usual[1])) > bound for size in ((width, height), opened))


def _is_too_long(checks: CaptureChecks, earlier: Sequence[CaptureChecks], bound: float) -> bool:
    """Whether the page is as wide as the others and longer: two sheets that overlap."""
    usual = _usual_size(earlier, bound)
    return usual is not None and abs(checks.size_mm[0] - usual[0]) <= bound and checks.size_mm[1] - usual[1] > bound


def _usual_size(earlier: Sequence[CaptureChecks], bound: float) -> tuple[float, float] | None:
    """Return the size that nearly all pages have; None where they are too few, or of several sizes."""
    sizes = np.array([page.size_mm for page in earlier if page.size_mm[0]], np.float64)
    if len(sizes) < _USUAL_AFTER:
        return None
    usual = np.median(sizes, axis=0)
    alike = np.abs(sizes - usual).max(axis=1) <= bound
    return (float(usual[0]), float(usual[1])) if alike.mean() >= _USUAL_SHARE else None


def _is_whiter(checks: CaptureChecks, earlier: Sequence[CaptureChecks]) -> bool:
    """Whether the page has gone purely white, where nearly all pages before it show their paper."""
    if len(earlier) < _USUAL_AFTER or checks.white_share <= MOST_WHITE:
        return False
    return float(np.quantile([page.white_share for page in earlier], _USUAL_SHARE)) < _WAS_WHITE


def _by_ink(checks: CaptureChecks, earlier: Sequence[CaptureChecks], limits: CheckLimits) -> list[Flag]:
    """Tell from where the ink stands whether the page came before, and whether it lies as the pages before do."""
    page = unpacked(checks.fingerprint) if checks.fingerprint and not checks.blank else None
    others = [unpacked(other.fingerprint) for other in earlier if other.fingerprint] if page else []
    known = [other for other in others if other is not None and page is not None and other.cell_mm == page.cell_mm]
    if page is None or not known:
        return []
    scores = np.stack([other.profile for other in known]) @ page.profile
    nearest = [known[at] for at in np.argsort(scores)[::-1][:_CANDIDATES]]
    placed = [(other, *shift(page, other)) for other in nearest]
    flags: list[Flag] = []
    if limits.duplicate and _is_duplicate(page, placed, limits.duplicate):
        flags.append("duplicate")
    if limits.upside_down and checks.upright < _SURE and _is_turned(page, [(at[0], at[3]) for at in placed]):
        flags.append("upside_down")
    return flags


def _is_duplicate(page: InkCells, placed: Sequence[_Placed], bound: float) -> bool:
    """Whether the page is more like one earlier page than any other, also where those others differ from it.

    Nothing is told before there are others: two pages of one form are alike. A form that nobody filled in is as like
    one as the other.
    """
    first, *others = sorted(placed, key=lambda other: -other[3])
    if first[3] < _WORTH_A_LOOK or len(placed) < _FEWEST_KNOWN or first[3] - others[0][3] < bound:
        return False
    maps = np.stack([parts_alike(page, other, down, right) for other, down, right, _alike in (first, *others)])
    return filled_in_alike(maps[0], maps[1:]) > _FILLED_IN


def _is_turned(page: InkCells, placed: Sequence[tuple[InkCells, float]]) -> bool:
    """Whether the page lies better on the others when it is turned by 180 degrees."""
    best = max(placed, key=lambda other: other[1])
    if best[1] > _TURNED + _TURNED_MORE:
        return False
    turned = [shift(other, page, turned=True)[2] for other, _alike in placed]
    as_is = [alike for _other, alike in placed]
    return float(np.mean(turned)) > _TURNED and float(np.mean(turned)) > float(np.mean(as_is)) + _TURNED_MORE


def _drift(checks: CaptureChecks, earlier: Sequence[CaptureChecks]) -> float:
    """Return by how many levels the paper of the last pages differs from that of the first, in any channel."""
    tones = [page.paper_rgb for page in (*earlier, checks) if page.paper_rgb != (0, 0, 0) and not page.blank]
    if len(tones) < 2 * _TONE_PAGES:
        return 0.0
    values = np.array(tones, np.float64)
    return float(np.abs(np.median(values[-_TONE_PAGES:], axis=0) - np.median(values[:_TONE_PAGES], axis=0)).max())
