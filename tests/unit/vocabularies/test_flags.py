import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import pytest

import scanpipe
from scanpipe.capture import checks
from scanpipe.messages import language_context
from scanpipe.vocabularies.flags import DAMAGE, FLAGS, LOSSES, TOLERABLE, explain, explain_all

SOURCE = Path(scanpipe.__file__).parent
WHY = ("unsure", "not_needed", "given", "found")


def raised() -> Iterator[str]:
    """Yield the flags that stand as literals in the source where one is raised."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from literals(keyword.value for keyword in node.keywords if keyword.arg == "flag")
                if ast.unparse(node.func) in ("skipped", "flags.append"):
                    yield from (code for code in literals(node.args) if code not in WHY)
            elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["flag"]:
                yield from literals([node.value])


def literals(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def test_every_flag_that_is_raised_has_a_row() -> None:
    found = {*raised(), *get_args(checks.Flag)}
    assert {"skew_unsure", "orientation_unsure", "page_box_unsure", "blank"} <= found
    assert found <= set(FLAGS)


@pytest.mark.parametrize("code", FLAGS)
def test_every_flag_is_explained_in_vietnamese(code: str) -> None:
    english = explain(code)
    with language_context("vi"):
        assert explain(code) not in ("", code, english)


def test_flags_are_explained_in_the_language_of_whoever_reads() -> None:
    assert explain_all(["soft", "skewed"]) == f"{explain('soft')} {explain('skewed')}"


def test_a_flag_of_an_older_journal_stays_as_it_was_written() -> None:
    assert explain("wet") == "wet"


def test_a_page_that_may_not_be_all_there_is_never_tolerated() -> None:
    assert {"damaged", "cut_off"} == LOSSES
    assert not LOSSES & TOLERABLE


def test_paper_in_a_bad_state_is_told_by_faint_and_stained_writing() -> None:
    assert {"low_contrast", "faint", "noisy", "hard_to_read"} == DAMAGE
