"""The first commands of docs/tutorial.md answer what it shows; those after `process` take minutes and are not tried."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial.md"
OF_THIS_MACHINE = ("scanpipe doctor",)


def shown() -> list[tuple[str, str]]:
    """Return each command that is typed, and what is shown below it."""
    blocks = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)
    text = re.sub(r"\\\n\s+", "", "".join(re.sub(r"^ {4}", "", block, flags=re.MULTILINE) for block in blocks))
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(command, answer.strip()) for command, _, answer in (part.partition("\n") for part in parts)]


@pytest.mark.timeout(900)
def test_the_commands_up_to_processing_answer_what_is_shown(tmp_path: Path) -> None:
    steps = shown()
    first = [command for command, _ in steps].index("scanpipe process KS.2010.01")
    assert first >= 8
    programs = Path(sys.executable).parent
    env = {**os.environ, "HOME": str(tmp_path), "PATH": f"{programs}:{os.environ['PATH']}", "LANGUAGE": "en"}
    folder, wrong = ROOT, []
    for command, answer in steps[:first]:
        if command.startswith("source "):
            continue
        ended = f"cd {folder}; export SCANPIPE_STATION={tmp_path}/first-book/station; {command}"
        done = subprocess.run(["bash", "-c", f"{ended}\necho; pwd"], env=env, capture_output=True, text=True)
        said, _, where = done.stdout.strip().rpartition("\n")
        folder = Path(where)
        told = "\n".join(part for part in (said.strip(), done.stderr.strip()) if part)
        if command not in OF_THIS_MACHINE and sorted(told.splitlines()) != sorted(answer.splitlines()):
            wrong.append((command, told))
    assert wrong == []
