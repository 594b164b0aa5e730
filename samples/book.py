"""The sample book KS.2010.01: which pages it has, which cases stand on them, how worn each is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from samples.forms import Office
from samples.generate import draw_page
from samples.hands import BLACK_INK, BLUE, VIOLET, Hand
from samples.people import birth
from samples.truth import Kind, Paper, SamplePage
from samples.wear import Wear, wear_as

SEED = 14758
DPI = 300
OPENED, CLOSED = date(2010, 1, 4), date(2010, 12, 31)
UNIT = {"code": "14758", "list_version": "2010", "name": "Phường Đông Thọ"}

REGISTERED = {
    "1": date(2010, 1, 6), "2": date(2010, 1, 19), "3": date(2010, 2, 8), "4": date(2010, 2, 22),
    "5": date(2010, 3, 3), "6": date(2010, 3, 15), "7": date(2010, 4, 7), "8": date(2010, 4, 28),
    "9": date(2010, 5, 12), "10": date(2010, 6, 9), "11": date(2010, 7, 14), "12": date(2010, 8, 20),
    "12a": date(2010, 8, 20), "13": date(2010, 10, 5), "14": date(2010, 11, 30),
}  # fmt: skip
"""The cases of the book and the days they were registered."""

_CHAIR = Hand(font="playwrite", size_mm=4.4, colour=BLACK_INK, slant=0.06, jump=0.0)
_OFFICES = (
    Office(
        hand=Hand(font="patrick", size_mm=5.8, colour=BLUE, slant=0.05, jump=0.025),
        clerk="Lương Thị Vượng",
        signer="Trịnh Viết Hưởng",
        signer_hand=_CHAIR,
    ),
    Office(
        hand=Hand(font="playwrite", size_mm=4.3, colour=VIOLET, slant=0.04, jump=0.0),
        clerk="Mai Thị Cẩm Tú",
        signer="Trịnh Viết Hưởng",
        signer_hand=_CHAIR,
    ),
)
"""Another clerk took over in the course of the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page of the book: its place, what stands on it, its wear and how bad that is (0..3)."""

    name: str
    kind: Kind
    paper: Paper = "A4"
    body: int = 0
    cases: tuple[str, ...] = ()
    level: int = 0
    wear: Wear = field(default_factory=Wear)
    edge_seal: bool = False


LEAVES = (
    Leaf(name="01-cover", kind="cover", level=1, wear=Wear(stain=0.35, skew=0.4, border=5)),
    Leaf(name="02-form", kind="form", body=1, cases=("1",), level=0, edge_seal=True),
    Leaf(name="03-form", kind="form", body=2, cases=("2",), level=1, wear=Wear(fading=0.25, bleed=0.3, skew=-0.8)),
    Leaf(
        name="04-lines",
        kind="lines",
        body=3,
        cases=("2",),
        level=2,
        wear=Wear(fading=0.45, stain=0.6, skew=1.4, border=4),
    ),
    Leaf(
        name="05-table",
        kind="table",
        body=4,
        cases=("3", "4"),
        level=2,
        wear=Wear(smudge=0.6, bleed=0.5, skew=-1.7, border=6),
    ),
    Leaf(
        name="06-spread",
        kind="table",
        paper="A3",
        body=5,
        cases=("5", "6", "7", "8", "9"),
        level=2,
        wear=Wear(fading=0.35, shadow=0.6, skew=0.7, border=7),
    ),
    Leaf(
        name="07-form",
        kind="form",
        body=6,
        cases=("10",),
        level=3,
        wear=Wear(fading=0.85, stain=0.5, bleed=0.35, skew=2.4, border=8),
    ),
    Leaf(
        name="08-form",
        kind="form",
        body=7,
        cases=("11",),
        level=1,
        wear=Wear(shadow=0.5, skew=0.3, border=3),
        edge_seal=True,
    ),
    Leaf(
        name="09-form",
        kind="form",
        body=8,
        cases=("12",),
        level=3,
        wear=Wear(fading=0.5, smudge=0.9, stain=0.85, shadow=0.6, skew=-2.8, border=9),
    ),
    Leaf(name="10-form", kind="form", body=9, cases=("12a",), level=2, wear=Wear(fading=0.6, bleed=0.55, skew=1.1)),
    Leaf(
        name="11-spread",
        kind="form",
        paper="A3",
        body=10,
        cases=("13", "14"),
        level=3,
        wear=Wear(fading=0.55, stain=0.5, bleed=0.5, shadow=0.8, skew=-1.2, fold=1.7, border=8),
    ),
    Leaf(name="12-notes", kind="notes", level=1, wear=Wear(fading=0.3, stain=0.3, skew=-0.5, border=5)),
)


def leaf_seed(leaf: Leaf) -> int:
    """Return the seed a page is drawn from."""
    return SEED + LEAVES.index(leaf)


def draw_leaf(leaf: Leaf, *, dpi: int = DPI) -> SamplePage:
    """Return a page of the book, worn; a case is the same wherever it stands."""
    office = _OFFICES[LEAVES.index(leaf) >= 8]
    cases = [
        birth(np.random.default_rng([SEED, position]), _two_digits(number), day)
        for position, (number, day) in enumerate(REGISTERED.items())
        if number in leaf.cases
    ]
    page = draw_page(
        leaf.kind,
        seed=leaf_seed(leaf),
        paper=leaf.paper,
        dpi=dpi,
        cases=cases,
        office=office,
        page=leaf.body,
        edge_seal=leaf.edge_seal,
        closing=(sum(1 for each in LEAVES if each.body), tuple(map(_two_digits, REGISTERED))),
    )
    return wear_as(page, leaf.wear, seed=leaf_seed(leaf))


def _two_digits(number: str) -> str:
    return number.zfill(3 if number.endswith("a") else 2)


def index_rows() -> Iterator[tuple[str, int, int, date]]:
    """Yield (number, first body page, last body page, day) of every case, in order."""
    for number, day in REGISTERED.items():
        pages = [leaf.body for leaf in LEAVES if number in leaf.cases]
        yield number, min(pages), max(pages), day
