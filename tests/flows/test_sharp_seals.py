"""Seals are cut out sharply; what a pen wrote is not."""

import msgspec
import pytest

from scanpipe.enhance.maps.ink_colours import Colour
from scanpipe.enhance.maps.seals import Kind, Seal
from scanpipe.enhance.pipeline import enhance
from scanpipe.enhance.report import Report
from scanpipe.flows.recipes import load_recipe
from scanpipe.flows.sharp_seals import sharp_seals
from tests.page_drawings import draw_page


@pytest.fixture(scope="module")
def bare() -> Report:
    return enhance(draw_page(()).image, load_recipe("default")).report


def seal(number: int, kind: Kind, colour: Colour, size_mm: float = 20) -> Seal:
    box = (number, number, number + 1, number + 1)
    return Seal(kind=kind, colour=colour, box_px=box, size_mm=(size_mm, 6), ink_mm2=20, confidence=0.9)


def sharp(report: Report, *seals: Seal) -> list[int]:
    return [left for left, *_rest in sharp_seals(msgspec.structs.replace(report, seals=seals))]


def test_coloured_seals_and_a_few_stamps_are_sharp(bare: Report) -> None:
    assert sharp(bare, seal(1, "round", "red"), seal(2, "stamp", "blue"), seal(3, "oval", "violet")) == [1, 2, 3]


def test_signatures_ticks_and_what_is_black_are_not(bare: Report) -> None:
    assert not sharp(bare, seal(1, "signature", "blue"), seal(2, "stamp", "red", 8), seal(3, "round", "black"))


def test_many_stamps_of_one_ink_are_writing_and_the_seals_among_them_stay_sharp(bare: Report) -> None:
    written = [seal(number, "stamp", "blue" if number % 2 else "violet") for number in range(10, 17)]
    assert sharp(bare, *written, seal(1, "round", "red"), seal(2, "box", "violet"), seal(3, "stamp", "red")) == [
        1,
        2,
        3,
    ]
