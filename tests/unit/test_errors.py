"""The tree of errors: exit codes are distinct and in their ranges, and errors survive the way between processes."""

import pickle
import re

import pytest

from scanpipe import errors
from scanpipe.errors import (
    ConfigError,
    DeviceError,
    EngineError,
    ImageRefused,
    Interrupted,
    PackageError,
    ScanpipeError,
    StateError,
    UsageError,
)
from scanpipe.messages import _, language_context, lazy

RANGES: dict[type[ScanpipeError], range] = {
    ImageRefused: range(1, 2),
    UsageError: range(2, 3),
    ConfigError: range(10, 20),
    DeviceError: range(20, 30),
    StateError: range(30, 40),
    PackageError: range(40, 50),
    EngineError: range(50, 60),
    Interrupted: range(130, 131),
}


def below(kind: type[ScanpipeError]) -> list[type[ScanpipeError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]


EVERY = [kind for kind in below(ScanpipeError) if kind.__module__ == errors.__name__]


def test_each_error_has_an_exit_code_of_its_own() -> None:
    codes = [kind.exit_code for kind in EVERY if kind is not ScanpipeError]
    assert sorted(codes) == sorted(set(codes))


def test_each_exit_code_lies_in_the_range_of_its_family() -> None:
    for family, codes in RANGES.items():
        assert all(kind.exit_code in codes for kind in below(family))
    assert {kind for family in RANGES for kind in below(family)} >= set(EVERY) - {ScanpipeError}


def drawn_tree() -> list[tuple[int, str, int]]:
    """Return depth, name and exit code of each line of the tree in the docstring; -1 where none is drawn."""
    lines = re.findall(r"^    ([│├└─ ]*)(\w+)(?: +(\d+))?(?: |$)", errors.__doc__ or "", re.MULTILINE)
    return [(len(stem) // 4, name, int(code or -1)) for stem, name, code in lines]


def true_tree(kind: type[ScanpipeError], depth: int = 0) -> list[tuple[int, str, int]]:
    here = (depth, kind.__name__, kind.exit_code if depth else -1)
    children = [child for child in kind.__subclasses__() if child in EVERY]
    return [here, *(line for child in children for line in true_tree(child, depth + 1))]


def test_the_docstring_draws_the_tree_as_it_is() -> None:
    assert sorted(drawn_tree()) == sorted(true_tree(ScanpipeError))


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling(kind: type[ScanpipeError]) -> None:
    error = kind("Trang 12 bị kẹt.", remedy="Lấy giấy ra.")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (str(copy.text), copy.remedy, copy.exit_code) == ("Trang 12 bị kẹt.", "Lấy giấy ra.", kind.exit_code)


def test_an_error_says_what_happened_and_then_what_to_do() -> None:
    assert str(ScanpipeError("Page 12 is gone.", remedy="Scan it again.")) == "Page 12 is gone. Scan it again."
    assert str(ScanpipeError("Page 12 is gone.")) == "Page 12 is gone."


def test_an_error_is_told_in_the_language_of_whoever_reads() -> None:
    error = UsageError(lazy("the disk failed"), remedy=lazy("Give the name of a file."))
    assert str(error) == "the disk failed Give the name of a file."
    with language_context("vi"):
        assert str(error) == f"{_('the disk failed')} {_('Give the name of a file.')}"
        assert "disk" not in str(error) and "Give" not in str(error)
