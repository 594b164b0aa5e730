import csv
import tomllib
import unicodedata
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from natsort import natsorted
from PIL import Image

import samples
from samples.book import LEAVES, REGISTERED, draw_leaf, index_rows
from samples.glyphs import characters
from samples.make import main
from samples.manifest import page_table

FOLDER = Path(samples.__file__).parent
MANIFEST = tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))
PAGES = MANIFEST["page"]
NAMES = [page["file"] for page in PAGES]


def test_the_manifest_names_every_page_in_the_order_of_the_book() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.jpg")) == sorted(NAMES)
    assert natsorted(NAMES) == NAMES
    book = MANIFEST["book"]
    assert len(PAGES) == book["front"] + book["pages"] + book["back"]
    assert [page["label"] for page in PAGES] == ["F1", *map(str, range(1, book["pages"] + 1)), "B1"]


def test_the_folder_stays_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) <= 16 * 1024 * 1024


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_images_and_masks_are_as_the_manifest_says(page: dict) -> None:
    size = (page["width"], page["height"])
    with Image.open(FOLDER / page["file"]) as image:
        assert (image.size, image.mode, image.info["dpi"]) == (size, "RGB", (page["dpi"], page["dpi"]))
    for truth in ("ink", "diacritics", "seal"):
        with Image.open(FOLDER / page[truth]) as mask:
            assert (mask.size, mask.mode) == (size, "1")
            assert mask.getextrema() == (0, 255)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_text_is_composed_drawable_and_on_the_page(page: dict) -> None:
    assert page["text"]
    for line in page["text"]:
        left, top, width, height = line["box"]
        assert unicodedata.normalize("NFC", line["text"]) == line["text"]
        assert set(line["text"]) <= characters()
        assert left < page["width"] and top < page["height"] and left + width > 0 and top + height > 0


def test_the_index_gives_each_case_its_pages() -> None:
    with (FOLDER / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["number"], int(row["first"]), int(row["last"]), date.fromisoformat(row["date"]))
                for row in csv.DictReader(stream)]  # fmt: skip
    assert rows == list(index_rows())
    assert len(rows) == MANIFEST["book"]["cases"]
    on_page = {page["label"]: page["cases"] for page in PAGES}
    for number, first, last, _day in rows:
        assert all(number in on_page[str(body)] for body in range(first, last + 1))


def test_the_book_holds_what_makes_books_hard() -> None:
    spans = [last - first + 1 for _number, first, last, _day in index_rows()]
    assert max(spans) == 2
    assert any(len(leaf.cases) == 2 for leaf in LEAVES)
    assert "12a" in REGISTERED
    assert {page["paper"] for page in PAGES} == {"A4", "A3"}
    for kind in ("fading", "smudge", "stain", "bleed", "shadow", "skew", "border"):
        assert any(page["wear"][kind] for page in PAGES), kind
    assert {page["level"] for page in PAGES} == {0, 1, 2, 3}


def test_the_closing_page_states_the_totals() -> None:
    written = [line["text"] for line in PAGES[-1]["text"] if line["hand"]]
    assert written[:2] == [str(MANIFEST["book"]["pages"]), str(MANIFEST["book"]["cases"])]


def test_a_committed_page_is_what_its_seed_draws() -> None:
    leaf = LEAVES[0]
    drawn = draw_leaf(leaf)
    assert tomllib.loads(page_table(leaf, drawn))["page"][0] == PAGES[0]
    with Image.open(FOLDER / PAGES[0]["file"]) as image:
        assert np.abs(np.asarray(image).astype(np.int16) - drawn.pixels).mean() < 2
    with Image.open(FOLDER / PAGES[0]["ink"]) as mask:
        assert np.array_equal(~np.asarray(mask), drawn.ink)


def test_a_folder_of_somebody_is_not_drawn_over(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("typed")
    with pytest.raises(SystemExit):
        main(["pages", "--target", str(tmp_path)])
    assert [path.name for path in tmp_path.iterdir()] == ["index.csv"]
