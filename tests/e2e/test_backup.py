"""The commands of docs/backup.md, as they stand there, while people go on working: what they copy can be restored."""

import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.crash.conftest import content
from tests.e2e.conftest import ADD, BOOK, revision
from tests.e2e.test_together import OTHER, waiting_capture
from tests.unit.package.packages import type_in

DOCUMENT = Path(__file__).parents[2] / "docs" / "backup.md"

Shell = Callable[[str], None]


def steps(heading: str) -> list[str]:
    """Return the commands under a heading, one text for each indented block."""
    section = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert section, f"docs/backup.md has no heading {heading!r}"
    return [textwrap.dedent(block) for block in re.findall(r"(?:^ {4,}\S.*\n)+", section, re.MULTILINE)]


@pytest.fixture
def shell(delivered: Path, tmp_path: Path) -> Shell:
    """Run commands of the document on the test's folders; those of scanpipe are left to the test."""
    places = {"/srv/station": delivered, "/mnt/backup": tmp_path / "backup", "/srv/restored": tmp_path / "restored"}

    def run(text: str) -> None:
        for name, place in places.items():
            text = text.replace(name, str(place))
        lines = [line for line in text.splitlines() if not line.startswith("scanpipe ")]
        script = "\n".join(lines).replace("python3", sys.executable)
        subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", script], check=True)

    return run


@pytest.mark.timeout(900)
def test_a_copy_made_at_work_is_restored_with_the_same_packages(
    cli: Cli, delivered: Path, shell: Shell, page_folder: Path, tmp_path: Path
) -> None:
    assert cli("book", "add", "KS", "--year", 2010, "--volume", 2, *ADD[7:], "--pages", 4, station=delivered).code == 0
    settings, journal, store = steps("How do I copy?")
    with waiting_capture(delivered, OTHER, page_folder):
        shell(settings)
        typed = Path(shutil.copy(revision(delivered, 1) / f"{BOOK}.xlsx", tmp_path))
        type_in(typed, {(2, "nksHoTen"): "Nguyễn Thị Lan"})
        # Published after the packages were copied.
        assert cli("deliver", BOOK, "--index", typed, "--json", station=delivered).json["revision"] == 2
        shell(journal)
    assert cli("capture", OTHER, "--from", page_folder, station=delivered).code == 0  # after the journal was
    assert cli("reject", BOOK, 1, "--reason", "faded", station=delivered).code == 0
    shell(store)
    published = content(delivered / "out")
    shutil.rmtree(delivered)

    (restore,) = [text for text in steps("How do I restore?") if "cp -a" in text]
    shell(restore)
    restored = tmp_path / "restored"
    told = cli("check", station=restored)
    assert told.code == 1, told.out + told.err
    assert f"missing folder of a published revision: {revision(restored, 2)}" in told.out
    assert cli("deliver", BOOK, "--again", station=restored).code == 0
    assert content(restored / "out") == published
    assert cli("check", station=restored).code == 0

    went_on = cli("capture", OTHER, "--from", page_folder, station=restored)
    assert "3 pages captured, 0 files refused, 1 skipped, 0 missing" in went_on.out + went_on.err
    assert cli("check", station=restored).code == 0


def test_a_torn_copy_is_told_and_copied_again(cli: Cli, delivered: Path, shell: Shell, tmp_path: Path) -> None:
    copy, store = steps("How do I copy?"), tmp_path / "backup" / "store"
    for text in copy:
        shell(text)
    assert cli("check", station=store.parent).code == 0
    whole = content(store)
    torn, gone = [path for path in sorted(store.rglob("*")) if path.is_file()][:2]
    torn.write_bytes(torn.read_bytes()[:-1])
    gone.unlink()
    shell(copy[-1])
    told = cli("check", station=store.parent)
    assert (told.code, torn.name in told.out, gone.name in told.out) == (37, True, False)
    torn.unlink()
    shell(copy[-1])
    assert content(store) == whole
    assert cli("check", station=store.parent).code == 0
