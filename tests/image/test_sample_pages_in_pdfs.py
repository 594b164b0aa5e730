"""Pages of the sample book as they are packed: within the budget, their seals sharp."""

from pathlib import Path

import pytest

from scanpipe.enhance.pipeline import enhance
from scanpipe.flows.recipes import load_recipe
from scanpipe.flows.sharp_seals import sharp_seals
from scanpipe.package.pages.encode import encode_page
from scanpipe.raster.files import read_frames

SAMPLES = Path(__file__).parents[2] / "samples"
BUDGET_KB = 100


@pytest.mark.parametrize("name", ["05-table", "06-spread", "08-form"])
def test_a_page_with_signatures_in_a_second_ink_keeps_its_seals_and_the_budget(name: str) -> None:
    page = enhance(next(iter(read_frames(SAMPLES / f"{name}.jpg"))).raster, load_recipe("default"))
    seals = sharp_seals(page.report)
    letter_mm = page.report.metrics.mask.letter_mm
    packed = encode_page(page.image, page.mask, budget_kb_per_a4=BUDGET_KB, seals=seals, letter_mm=letter_mm)
    assert seals
    assert not packed.over_budget
    assert "ink_lost" not in page.report.flags
