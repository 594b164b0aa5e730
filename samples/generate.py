"""Draws a page: pure, the same arguments give the same page."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from samples import forms, notes, seals, sheets, tables
from samples.canvas import Canvas
from samples.forms import Office
from samples.people import Birth, birth
from samples.truth import PAPER_MM, Kind, Paper, SamplePage

_TONES = (sheets.IVORY, sheets.WHITE, sheets.YELLOWED)
OPENED, CLOSED = date(2010, 1, 4), date(2010, 12, 31)


def draw_page(
    kind: Kind,
    *,
    seed: int,
    paper: Paper = "A4",
    dpi: int = 300,
    cases: Sequence[Birth] = (),
    office: Office | None = None,
    page: int = 1,
    edge_seal: bool = False,
    closing: tuple[int, tuple[str, ...]] = (10, ("1", "2")),
) -> SamplePage:
    """Return an unworn page of a birth register and its truth.

    Args:
        kind: what stands on it. On A3 a form or page of lines fills each half, a table runs across; the cover and
            the closing notes stand on the right half.
        seed: everything not given is drawn from it.
        paper: A4 upright, or an A3 spread lying down.
        dpi: pixels an inch.
        cases: the registrations on it, in order; drawn by lot where too few are given.
        office: who writes and signs.
        page: the number stamped on it.
        edge_seal: press half a seal (giáp lai) over the right edge.
        closing: what the closing notes state: pages, case numbers.
    """
    rng = np.random.default_rng([seed, 1])
    office = office or Office.drawn(rng)
    given = [*cases, *_more_cases(rng, 6)][: max(len(cases), 6)]
    tone = sheets.CARD if kind == "cover" else _TONES[int(rng.integers(len(_TONES)))]
    canvas = Canvas.of(sheets.sheet(PAPER_MM[paper], dpi, tone, np.random.default_rng([seed, 2])), dpi)
    _fill(canvas, kind, paper, given, office, rng, page, closing)
    if edge_seal:
        y = float(rng.uniform(60, 200))
        seals.seal(canvas, PAPER_MM[paper][0] - 3, y, rng, top=forms.SEAL_TOP, bottom=forms.SEAL_BOTTOM)
    return _finished(canvas, kind, paper, seed)


def _more_cases(rng: np.random.Generator, count: int) -> list[Birth]:
    day = OPENED + timedelta(days=int(rng.integers(0, 300)))
    first = int(rng.integers(1, 90))
    return [birth(rng, f"{first + step:02d}", day + timedelta(days=step)) for step in range(count)]


def _fill(
    canvas: Canvas,
    kind: Kind,
    paper: Paper,
    cases: Sequence[Birth],
    office: Office,
    rng: np.random.Generator,
    page: int,
    closing: tuple[int, tuple[str, ...]],
) -> None:
    stamp = f"{page:06d}"
    right = canvas.at(210.0) if paper == "A3" else canvas
    halves = (canvas, right) if paper == "A3" else (canvas,)
    if kind == "table" and paper == "A3":
        tables.spread_table(canvas, cases[:5], office, rng, page_stamp=stamp)
    elif kind == "table":
        tables.table(canvas, cases[:2], office, rng, page_stamp=stamp)
    elif kind == "cover":
        notes.cover(right, office, rng, opened=OPENED, closed=CLOSED)
    elif kind == "notes":
        notes.notes(right, office, rng, pages=closing[0], cases=closing[1], opened=OPENED, closed=CLOSED)
    else:
        layout = forms.form if kind == "form" else notes.lines
        for half, case in zip(halves, cases, strict=False):
            layout(half, case, office, rng, page_stamp=stamp)


def _finished(canvas: Canvas, kind: Kind, paper: Paper, seed: int) -> SamplePage:
    height, width = canvas.ink.shape
    right, bottom = float(width - 1), float(height - 1)
    return SamplePage(
        kind=kind,
        paper=paper,
        seed=seed,
        dpi=canvas.dpi,
        pixels=np.round(canvas.reflectance * 255).astype(np.uint8),
        lines=tuple(canvas.lines),
        ink=canvas.ink,
        diacritics=canvas.diacritics,
        seal=canvas.seal,
        page_box=((0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)),
    )
