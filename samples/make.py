"""Makes what stands in samples/: `python samples/make.py pages` redraws the book, `... fonts` fetches the fonts anew.

The pages need nothing but the project; with the same library versions they come out the same to the byte. The fonts
need npm.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from samples.book import LEAVES, draw_leaf, index_rows
from samples.manifest import book_table, page_table
from samples.truth import Mask, SamplePage
from scanpipe.errors import UsageError
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_jpeg, encode_mask
from scanpipe.system.outputs import Output, Outputs

HERE = Path(__file__).parent
JPEG_QUALITY = 88
TRUTHS = ("ink", "diacritics", "seal")


def make_pages(target: Path, *, force: bool = False) -> None:
    """Draw the book into `target`: page images, truth masks, index.csv, manifest.toml.

    Raises:
        UsageError: another folder than samples/ holds files of these names already (unless `force`).
    """
    names = [f"{leaf.name}.jpg" for leaf in LEAVES]
    names += [f"truth/{leaf.name}.{truth}.png" for leaf in LEAVES for truth in TRUTHS]
    outputs = Outputs(folder=target, force=force or target.resolve() == HERE.resolve())
    outputs.check(Output(name=name, source=name) for name in (*names, "manifest.toml", "index.csv"))
    (target / "truth").mkdir(parents=True, exist_ok=True)
    tables = [book_table()]
    for leaf in LEAVES:
        page = draw_leaf(leaf)
        _write_images(target, leaf.name, page)
        tables.append(page_table(leaf, page))
        print(f"{leaf.name}.jpg")
    (target / "manifest.toml").write_text("\n".join(tables), encoding="utf-8")
    rows = [f"{number},{first},{last},{day.isoformat()}\n" for number, first, last, day in index_rows()]
    (target / "index.csv").write_text("number,first,last,date\n" + "".join(rows), encoding="utf-8")


def _write_images(target: Path, name: str, page: SamplePage) -> None:
    image = encode_jpeg(Raster(pixels=page.pixels, dpi=page.dpi), quality=JPEG_QUALITY)
    (target / f"{name}.jpg").write_bytes(image)
    for truth, mask in zip(TRUTHS, (page.ink, page.diacritics, page.seal), strict=True):
        (target / "truth" / f"{name}.{truth}.png").write_bytes(_mask_png(mask, page.dpi))


def _mask_png(mask: Mask, dpi: int) -> bytes:
    """Return a 1-bit PNG, black where the mask is true."""
    return encode_mask(Raster(pixels=np.where(mask, 0, 255).astype(np.uint8), dpi=dpi))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    pages = commands.add_parser("pages", help="redraw the sample book")
    pages.add_argument("--target", type=Path, default=HERE, help="folder to write to (default: samples/)")
    pages.add_argument("--force", action="store_true", help="overwrite files that are there already")
    fonts = commands.add_parser("fonts", help="fetch and cut the fonts from npm")
    fonts.add_argument("--cache", type=Path, default=HERE.parent / ".cache" / "fonts", help="where npm installs them")
    chosen = parser.parse_args(arguments)
    if chosen.command == "pages":
        try:
            make_pages(chosen.target, force=chosen.force)
        except UsageError as error:
            parser.error(str(error))
    else:
        from samples import font_subsets

        font_subsets.fetch(chosen.cache)
        font_subsets.build(chosen.cache)


if __name__ == "__main__":
    main()
