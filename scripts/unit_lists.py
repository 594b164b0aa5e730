"""Write scanpipe/package/naming/unit_lists.tsv from vietnamadminunits (MIT): `python scripts/unit_lists.py VERSION`.

The script downloads the package, reads three things from it, and deletes it: the communes before 1 July 2025, the
communes since, and which became which. The package is not a dependency, because it needs unidecode (GPL), shapely and
geopy.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "scanpipe" / "package" / "naming" / "unit_lists.tsv"
OLD, NEW = "2025-06-30", "2025-07-01"
_OLD_QUERY = (
    "SELECT DISTINCT wardCode, ward, district, province, provinceKey, districtKey, wardKey FROM admin_units_legacy"
)
_NEW_QUERY = "SELECT DISTINCT wardCode, ward, '', province, provinceKey, '', wardKey FROM admin_units"


def main(version: str) -> None:
    """Write the lists."""
    with tempfile.TemporaryDirectory() as folder:
        data = download(version, Path(folder))
        with sqlite3.connect(data / "dataset.db") as tables:
            old = {"_".join(row[4:]): row[:4] for row in tables.execute(_OLD_QUERY) if row[0]}
            new = {f"{row[4]}_{row[6]}": row[:4] for row in tables.execute(_NEW_QUERY) if row[0]}
        became = set(pairs(json.loads((data / "converter_2025.json").read_text())))
        licence = next(Path(folder).glob("*.dist-info/**/LICENSE")).read_text(encoding="utf-8").splitlines()
    links = {(old[a][0], new[b][0]) for a, b in became if a in old and b in new}
    lines = [line(OLD, row, {b for a, b in links if a == row[0]}) for row in old.values()]
    lines += [line(NEW, row, {a for a, b in links if b == row[0]}) for row in new.values()]
    header = [f"# {text}".rstrip() + "\n" for text in (f"From vietnamadminunits {version}", "", *licence)]
    TARGET.write_text("".join(header + sorted(lines)), encoding="utf-8")
    print(f"{len(old)} old units, {len(new)} new, {len(links)} links")


def download(version: str, folder: Path) -> Path:
    """Return the package's folder of data."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder)]
    subprocess.run([*command, f"vietnamadminunits=={version}"], check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return folder / "vietnamadminunits" / "data"


def pairs(converter: dict[str, dict[str, dict[str, Any]]]) -> Iterator[tuple[str, str]]:
    """Yield the keys of an old unit and of a new one that it, or a part of it, became."""
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            yield from ((old, f"{province}_{ward}") for old in olds)
    for province, wards in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, news in wards.items():
            yield from ((old, f"{province}_{new['newWardKey']}") for new in news)


def line(version: str, row: tuple[str, str, str, str], related: set[str]) -> str:
    """Return a unit as a line."""
    code, name, district, province = (text or "" for text in row)
    return "\t".join([version, code, name, district, province, " ".join(sorted(related))]) + "\n"


if __name__ == "__main__":
    main(sys.argv[1])
