"""The limited child: what it is asked it answers; what goes beyond a bound, or kills it, costs that call alone."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanpipe.errors import WorkbookError
from scanpipe.messages import language_context
from scanpipe.sandbox import LimitExceeded, at_most, parent, trusted
from tests.unit.sandbox.asked import chatter, die, hoard, look, refuse, spin, stumble

FILE = Path("a b/sổ\udcff.pdf")  # a name that is no Unicode crosses, too


def test_a_call_is_done_in_another_process_that_serves_many(tmp_path: Path, monkeypatch) -> None:
    first = look(FILE, names=("one", "two"))
    monkeypatch.chdir(tmp_path)
    with language_context("vi"):
        second = look(FILE)
    assert first.process == second.process != os.getpid()
    assert (first.path, second.folder) == (FILE, tmp_path)
    assert (first.words, second.words) == ("error one two", "lỗi")


def test_what_scanpipe_wrote_itself_is_read_here() -> None:
    with trusted():
        assert look(FILE).process == os.getpid()


def test_errors_of_the_tree_come_out_as_they_are() -> None:
    with pytest.raises(WorkbookError) as raised:
        refuse(FILE)
    assert (str(raised.value.text), str(raised.value.remedy)) == (f"{FILE} is wrong.", "Mend it.")


def test_a_hunger_for_memory_is_the_error_of_that_file() -> None:
    with pytest.raises(WorkbookError, match=r"sổ.*\.pdf was refused: reading it needs more than 3000 MB"):
        hoard(FILE)
    look(FILE)


@pytest.mark.parametrize(("ask", "english"), [(hoard, "more than 3000 MB"), (die, "it crashes"), (stumble, "failed")])
def test_a_refusal_is_told_in_the_language_of_whoever_reads(ask, english: str) -> None:
    with pytest.raises((WorkbookError, LimitExceeded), match=english) as raised:
        ask(FILE)
    with language_context("vi"):
        assert english not in str(raised.value)
    assert english in str(raised.value)


def test_time_is_that_of_the_processor(tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match=r"more than 0\.2 seconds of processor") as raised:
        spin(FILE)
    assert raised.value.bound == "time"
    look(FILE)


def test_all_calls_of_a_block_share_its_time() -> None:
    with at_most(cpu_s=0.3) as whole:
        with pytest.raises(LimitExceeded), at_most(cpu_s=0.2):
            spin(FILE)
        with pytest.raises(LimitExceeded, match=r"more than 0\.1 seconds"):
            spin(FILE)
        with pytest.raises(LimitExceeded, match="used all of the allowed time"):
            look(FILE)
        assert whole.cpu_s <= 0
    look(FILE)


@pytest.mark.parametrize(("ask", "words"), [(die, "SIGSEGV"), (stumble, "ZeroDivisionError")])
def test_a_death_costs_one_call(ask, words: str) -> None:
    with pytest.raises(LimitExceeded, match=words) as raised:
        ask(FILE)
    assert raised.value.bound == "crash"
    look(FILE)


def test_an_answer_has_a_bound(monkeypatch) -> None:
    assert len(chatter(FILE, 3)) == 3 << 20
    monkeypatch.setattr(parent, "MAX_ANSWER", 1 << 20)
    with at_most(cpu_s=30) as whole, pytest.raises(LimitExceeded) as raised:
        chatter(FILE, 3)
    assert raised.value.bound == "answer"
    assert whole.cpu_s <= 0  # what it took is not known


def test_the_child_ends_with_its_parent() -> None:
    program = (
        "import os, sys; from pathlib import Path; from scanpipe.sandbox import parent\n"
        "from tests.unit.sandbox.asked import look; print(look(Path('x')).process, flush=True); os._exit(9)"
    )
    asked = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False, timeout=60)
    process = int(asked.stdout)
    for _turn in range(600):
        if not Path(f"/proc/{process}").exists():
            return
        time.sleep(0.05)
    pytest.fail("it is still there")


def test_nothing_is_imported_from_the_working_folder(tmp_path: Path, monkeypatch) -> None:
    for name in ("base64", "struct", "msgspec", "scanpipe"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')")
    parent.end_child()
    monkeypatch.chdir(tmp_path)
    assert look(FILE).folder == tmp_path
