"""Several people and the night at one station: each is told who works on what, and waits for nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import Cli
from tests.e2e.conftest import ADD, BOOK, revision

OTHER = "KS.2010.02"

# A capture that was left at its prompt: its first page is kept, the next is not asked for.
WAITING = """
import sys, time
from pathlib import Path
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.station import open_station
with open_station(Path(sys.argv[1]), purpose="capture", person="Lan") as station:
    events = capture_folder(station, sys.argv[2], Path(sys.argv[3]))
    next(events)
    print("waits", flush=True)
    time.sleep(300)
"""


@contextmanager
def waiting_capture(station: Path, book: str, pages: Path) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-c", WAITING, str(station), book, str(pages)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline() == "waits\n"
            yield process
        finally:
            process.kill()


def test_a_capture_left_at_its_prompt_stops_nothing_but_its_book(cli: Cli, captured: Path, page_folder: Path) -> None:
    assert cli("book", "add", "KS", "--year", 2010, "--volume", 2, *ADD[7:], "--pages", 4, station=captured).code == 0
    with waiting_capture(captured, OTHER, page_folder) as process:
        who = f"in use by 'scanpipe capture' (Lan, process {process.pid} on "
        assert cli("process", BOOK, station=captured).code == 0
        assert cli("reject", BOOK, 1, "--reason", "faded", station=captured).code == 0
        assert cli("accept", BOOK, "1-4", station=captured).code == 0
        shown = cli("status", station=captured)
        assert f"14758/{OTHER}: {who}" in shown.err
        assert "put the sheet" not in shown.err
        for words in (("capture", OTHER, "--from", page_folder), ("book", "shift", OTHER, 1, "--by", 1)):
            refused = cli(*words, station=captured)
            assert refused.code == 31
            assert f"The book 14758/{OTHER} is {who}" in refused.err
        night = cli("nightly", "--json", station=captured)
        assert night.code == 1, night.err
        assert [(book["book"], book["revision"]) for book in night.last_json["delivered"]] == [(f"14758/{BOOK}", 1)]
        (told,) = night.last_json["attention"]
        assert (told["code"], told["book"]) == ("in-use", f"14758/{OTHER}")
        assert told["text"].startswith(f"skipped because it is {who}")
        assert (revision(captured, 1) / "manifest.json").is_file()
    assert cli("capture", OTHER, "--from", page_folder, station=captured).code == 0
    assert [*(captured / "spool").iterdir()] == []
    assert cli("check", station=captured).code == 0


def test_two_cannot_process_at_once(cli: Cli, station: Path) -> None:
    holder = (
        "import time\nfrom pathlib import Path\nfrom scanpipe.flows.locking import held_processing\n"
        "from scanpipe.flows.station import open_station\n"
        f"with open_station(Path({str(station)!r}), purpose='nightly', person='Hoa') as it, held_processing(it):\n"
        "    print('held', flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        refused = cli("process", station=station)
        process.kill()
    assert refused.code == 31
    assert f"in use by 'scanpipe nightly' (Hoa, process {process.pid}" in refused.err
    assert cli("process", station=station).code == 0
