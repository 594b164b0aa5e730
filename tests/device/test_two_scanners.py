"""Two scanners at one station side by side: two processes, two books, each with its own device."""

import sqlite3
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from scanpipe.flows.station import create_station

SHEETS = 10  # in the feeder of libsane's test device
PICTURES = {"test:0": "Grid", "test:1": "Color pattern"}
BOOKS = {"test:0": "KS.2010.01", "test:1": "KS.2010.02"}
ADD = ("book", "add", "KS", "--year", "2010", "--unit", "14758", "--pages", str(2 * SHEETS))
CONVENTION = 'name = "small"\nbased_on = "default"\nconfidence = "for tests"\n[limits]\nmin_dpi = 50\ncolour = false\n'
PROFILE = """
match = "{device}"
source = "feeder"
mode = "Color"
dpi = 50
page_mm = [60, 80]
[sources.feeder]
source = "Automatic Document Feeder"
[options]
test-picture = "{picture}"
read-delay = true
read-delay-duration = 120000
"""


def scanpipe(station: Path, *words: str) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).with_name("scanpipe")), "--station", str(station), *words]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def done(process: subprocess.Popen[str]) -> str:
    output, _errors = process.communicate(timeout=120)
    assert process.returncode == 0, output
    return output


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """A station with two books, and a profile for each of two scanners, which show different pictures."""
    folder = tmp_path / "station"
    create_station(folder)
    (folder / "conventions" / "small.toml").write_text(CONVENTION)
    settings = folder / "station.toml"
    settings.write_text(
        settings.read_text()
        .replace('convention = "default"', 'convention = "small"')
        .replace("stop_after_bad = 3", "stop_after_bad = 0")
    )
    for number, (device, picture) in enumerate(PICTURES.items(), 1):
        profile = PROFILE.format(device=device, picture=picture)
        (folder / "scanners" / f"scanner{number}.toml").write_text(profile)
        done(scanpipe(folder, *ADD, "--volume", str(number)))
    return folder


def test_two_captures_at_once_keep_all_pages_and_mix_none(station: Path) -> None:
    captures = [scanpipe(station, "capture", book, "--device", device) for device, book in BOOKS.items()]
    for output in map(done, captures):
        assert f"{SHEETS} pages captured" in output
    with sqlite3.connect(station / "journal.sqlite") as journal:
        kept = journal.execute(
            "SELECT s.book, s.page, c.device, c.digest FROM capture c JOIN sheet s ON s.id = c.sheet ORDER BY c.id"
        ).fetchall()
        moved = [book for (book,) in journal.execute("SELECT book FROM sheet ORDER BY id")]
    for book, device in enumerate(BOOKS, 1):
        assert [page for row, page, *_ in kept if row == book] == [str(n) for n in range(1, SHEETS + 1)]
        assert {source for row, _page, source, _digest in kept if row == book} == {device}
    # Each device shows one picture again and again, and they are different ones.
    assert [len({digest for row, *_, digest in kept if row == book}) for book in (1, 2)] == [1, 1]
    assert len({digest for *_, digest in kept}) == 2
    # Sheets of one book went in between sheets of the other: the two did not wait for each other.
    assert sum(one != other for one, other in pairwise(moved)) > 1
    assert list((station / "spool").iterdir()) == []
    done(scanpipe(station, "check"))


def test_a_book_takes_one_scanner_at_a_time(station: Path) -> None:
    first = scanpipe(station, "capture", BOOKS["test:0"], "--device", "test:0", "--profile", "scanner1")
    second = scanpipe(station, "capture", BOOKS["test:0"], "--device", "test:1", "--profile", "scanner2")
    outputs = [process.communicate(timeout=120)[0] for process in (first, second)]
    assert sorted(process.returncode for process in (first, second)) == [0, 31], outputs
    assert any("is in use by 'scanpipe capture'" in output for output in outputs)
