"""A delivery has the bytes that the version before gave it: digests of then are kept in `kept_delivery.json`.

Bytes depend on libraries, fonts and what the processor can do, too. Where these are not those of then, only what does
not depend on them is compared. `SCANPIPE_KEEP_DIGESTS=1 scripts/tests tests/e2e/test_kept_delivery.py` keeps the
digests of today: after a change that is to give other bytes, or when a library brings them.
"""

import hashlib
import json
import os
import subprocess
import zipfile
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import cv2
import pikepdf

from tests.e2e.conftest import revision

KEPT = Path(__file__).with_name("kept_delivery.json")
LIBRARIES = (
    *("numpy", "opencv-python-headless", "numba", "pillow", "imagecodecs", "pikepdf", "img2pdf", "pypdfium2"),
    *("openpyxl", "jinja2", "weasyprint", "fonttools", "pydyf"),
)
DEBIAN_PACKAGES = ("tesseract-ocr", "tesseract-ocr-vie", "fonts-croscore", "libpango-1.0-0", "libharfbuzz-subset0")
SIZES_WITHIN = 0.1
"""How far apart files may be in size when they are made by other libraries."""

Delivery = dict[str, dict[str, object]]


def surroundings() -> dict[str, str]:
    """Return what the bytes of a delivery depend on beside the source."""
    query = ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *DEBIAN_PACKAGES]
    installed = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    return {
        **{name: version(name) for name in LIBRARIES},
        **dict(line.split(" ", 1) for line in installed.splitlines()),
        "processor": cv2.getCPUFeaturesLine(),
    }


def described(folder: Path) -> Delivery:
    """Return what is to be said of each file of a delivery, members of its ZIP included."""
    with zipfile.ZipFile(folder / "KS.2010.01.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files |= {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return {name: described_file(name, content) for name, content in files.items()}


def described_file(name: str, content: bytes) -> dict[str, object]:
    facts: dict[str, object] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    if name.endswith(".pdf"):
        with pikepdf.open(BytesIO(content)) as pdf:
            facts["pages"] = [[round(float(side)) for side in page.mediabox] for page in pdf.pages]
    return facts


def whatever_made(delivery: Delivery) -> list[tuple[str, object]]:
    return [(name, facts.get("pages")) for name, facts in delivery.items()]


def test_a_delivery_has_the_bytes_of_the_version_before(delivered: Path) -> None:
    today = described(revision(delivered, 1))
    if os.environ.get("SCANPIPE_KEEP_DIGESTS"):
        kept = json.dumps({"surroundings": surroundings(), "files": today}, indent=1, ensure_ascii=False)
        KEPT.write_text(kept + "\n")
    kept = json.loads(KEPT.read_text())
    then: Delivery = kept["files"]
    assert whatever_made(today) == whatever_made(then)
    if surroundings() == kept["surroundings"]:
        assert today == then
    for name, facts in today.items():
        sizes = [int(str(each["bytes"])) for each in (facts, then[name])]
        assert max(sizes) <= (1 + SIZES_WITHIN) * min(sizes), name
