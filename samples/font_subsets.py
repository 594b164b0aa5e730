"""The fonts that pages are drawn with: fetched from npm, cut down to the characters used, merged, kept in `fonts/`.

The @fontsource packages hold one file per script; Vietnamese stands apart from Latin, so the two are merged. Layout
tables are dropped: pages are set glyph by glyph. All are under the SIL Open Font License 1.1, whose texts and copyright
lines stand beside them.
"""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from samples.glyphs import FONTS, characters

SUBSETS = ("latin", "latin-ext", "vietnamese")
NPM_VERSION = "5.3.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A font of @fontsource: npm package, weight and style, and the name it is kept under."""

    name: str
    package: str
    weight: int = 400
    style: str = "normal"


SOURCES = (
    Source(name="playwrite", package="playwrite-vn"),
    Source(name="patrick", package="patrick-hand"),
    Source(name="dancing", package="dancing-script", weight=500),
    Source(name="itim", package="itim"),
    Source(name="serif", package="tinos"),
    Source(name="serif-bold", package="tinos", weight=700),
    Source(name="serif-italic", package="tinos", style="italic"),
)


def fetch(cache: Path) -> None:
    """Install the packages of `SOURCES` with npm below `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    packages = sorted({f"@fontsource/{source.package}@{NPM_VERSION}" for source in SOURCES})
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix", str(cache)]
    subprocess.run([*command, *packages], check=True)


def build(cache: Path, target: Path = FONTS) -> None:
    """Write each font of `SOURCES` as one small TrueType file, with the licence of its package beside it."""
    target.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        package = cache / "node_modules" / "@fontsource" / source.package
        _subset_and_merge(package, source, target / f"{source.name}.ttf")
        licence = (package / "LICENSE").read_text(encoding="utf-8")
        if not licence.startswith("Copyright"):
            owner = TTFont(target / f"{source.name}.ttf")["name"].getDebugName(0)
            licence = f"{owner}\n\n{licence}"
        (target / f"{source.package}.OFL.txt").write_text(licence, encoding="utf-8")


def _subset_and_merge(package: Path, source: Source, target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        parts = []
        missing = set(characters())
        for subset in SUBSETS:
            path = package / "files" / f"{source.package}-{subset}-{source.weight}-{source.style}.woff"
            if path.exists():
                parts.append(_subset(path, missing, Path(scratch) / f"{subset}.ttf"))
        font = Merger().merge([str(part) for part in parts]) if len(parts) > 1 else TTFont(parts[0])
        if missing:
            raise LookupError(f"{source.package} lacks {''.join(sorted(missing))}")
        _rename(font, f"Sample {source.name}")
        made = TTFont(parts[0])["head"].created
        font["head"].created = font["head"].modified = made
        font.recalcTimestamp = False
        font.save(target)


def _rename(font: TTFont, name: str) -> None:
    """Give the font a name of its own: the licence (OFL 1.1, clause 3) reserves the original's for the original."""
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = name.replace(" ", "") if record.nameID == 6 else name


def _subset(path: Path, missing: set[str], target: Path) -> Path:
    """Keep those of `missing` that the file has, and take them out of `missing`."""
    font = TTFont(path, recalcTimestamp=False)
    have = {char for char in missing if ord(char) in font.getBestCmap()}
    missing -= have
    options = Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(char) for char in have])
    subsetter.subset(font)
    font.flavor = None
    font.save(target)
    return target
