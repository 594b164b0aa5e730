"""Patches of worn writing: the same by the same lot, and their truth says where ink is."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from samples.patches.patch import SIZE_PX, Patch, draw_patch
from samples.patches.typefaces import typefaces
from samples.patches.writing import Faces

FONTS = Path(__file__).parents[2] / "samples" / "fonts"


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Faces:
    folder = tmp_path_factory.mktemp("typefaces")
    for package, font in (("caveat", "dancing.ttf"), ("tinos", "serif.ttf")):
        (folder / package / "files").mkdir(parents=True)
        shutil.copy(FONTS / font, folder / package / "files" / f"{package}-latin-400-normal.woff")
    return typefaces(folder)


def drawn(faces: Faces, lot: int) -> Patch:
    return draw_patch(np.random.default_rng([7, lot]), faces)


def test_the_same_lot_draws_the_same_patch(faces: Faces) -> None:
    first, second, other = drawn(faces, 1), drawn(faces, 1), drawn(faces, 2)
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.ink, second.ink)
    assert not np.array_equal(first.pixels, other.pixels)


def test_ink_is_darker_than_the_paper_beside_it(faces: Faces) -> None:
    darker = 0
    for lot in range(12):
        patch = drawn(faces, lot)
        assert patch.pixels.shape == (SIZE_PX, SIZE_PX, 3)
        assert patch.ink.shape == (SIZE_PX, SIZE_PX)
        grey = patch.pixels.mean(axis=2)
        ink, paper = grey[patch.ink > 200], grey[patch.ink == 0]
        darker += not ink.size or not paper.size or bool(np.median(ink) < np.median(paper))
    assert darker >= 11


def test_a_folder_without_typefaces_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        typefaces(tmp_path)
