"""What enhancing a page costs on one core: CPU seconds beside other programs, memory, growth with size.

A page is timed from encoded bytes to mask, picture and score, without OCR and without encoding the results, in a
process that has done one page before; other programs are timed as whole commands.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
A4_PAGES = ("00__24_3cb67_default.jpg", "01__24_ac2b1_default.jpg", "04__1_14b3a_default.jpg")
SPREAD = "FRAN_0187_50115_L.jpg"
_REPEAT = 5
_SHARES = (0.25, 0.5, 0.75, 1.0)

_WORKER = """
import json, sys, time, cv2, numpy as np
cv2.setNumThreads(1)
from scanpipe.enhance.auto_recipe import decide
from scanpipe.enhance.pipeline import enhance
from scanpipe.flows.recipes import load_recipe
from scanpipe.raster import Raster
recipe, repeat, share = load_recipe(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
encoded = [np.fromfile(path, np.uint8) for path in sys.argv[4:]]
def page(data):
    pixels = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    height, width = (round(length * share) for length in pixels.shape[:2])
    raster = Raster(pixels=np.ascontiguousarray(pixels[:height, :width]), dpi=300)
    enhance(raster, decide(raster, recipe)[0])
    return width * height
page(encoded[0])
found = []
for _ in range(repeat):
    for data in encoded:
        started = time.process_time()
        size = page(data)
        found.append((size, time.process_time() - started))
print(json.dumps(found))
"""


def rows(data: Path, recipe: str) -> Iterator[tuple[str, str, str]]:
    """Give the rows of the table, of pages from the folders typewriter-fr and reg-mariages."""
    pages = [data / "typewriter-fr" / name for name in A4_PAGES]
    ours = statistics.median(seconds for _size, seconds in _enhanced(pages, recipe, _REPEAT, 1.0)[0])
    peers = {name: statistics.median(_peer(name, page) for page in pages) for name in ("unpaper", "ImageMagick")}
    compared = ", ".join(f"{name} {seconds:.1f} s ({seconds / ours:.1f} times)" for name, seconds in peers.items())
    yield "an A4 page, 300 dpi, colour, CPU seconds of one core", f"{ours:.2f} s", compared
    spread, growth = data / "reg-mariages" / SPREAD, []
    for share in _SHARES:
        found, memory = _enhanced([spread], recipe, 1, share)
        size, seconds = found[0]
        growth.append(f"{size / 1e6:.1f} MP {seconds:.2f} s ({1000 * seconds / (size / 1e6):.0f} ms/MP)")
    yield f"growth with size: parts of {SPREAD}", ", ".join(growth), ""
    yield "memory at most, of that spread", f"{memory / 1e6:.2f} GB", ""


def _enhanced(pages: Sequence[Path], recipe: str, repeat: int, share: float) -> tuple[list[tuple[int, float]], float]:
    """Return pixels and CPU seconds of each page enhanced, and the most memory that was held, in kB."""
    command = [sys.executable, "-c", _WORKER, recipe, str(repeat), str(share), *map(str, pages)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    found = json.loads(process.stdout.read())
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return [(int(size), float(seconds)) for size, seconds in found], usage.ru_maxrss


def _peer(name: str, page: Path) -> float:
    """Return the CPU seconds of another program's whole command on a page."""
    with tempfile.TemporaryDirectory(prefix="scanpipe-bench-") as folder:
        plain, made = Path(folder) / "page.ppm", Path(folder) / "made.ppm"
        subprocess.run(["convert", str(page), str(plain)], check=True)
        blurred = ["(", "+clone", "-blur", "0x40", ")", "-compose", "divide_src", "-composite"]
        commands = {
            "unpaper": ["unpaper", "--overwrite", str(plain), str(made)],
            "ImageMagick": ["convert", "-limit", "thread", "1", str(plain), *blurred, str(made)],
        }
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(commands[name], stdout=quiet, stderr=quiet, cwd=folder)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime
