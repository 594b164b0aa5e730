"""The shape of the code: small modules, small functions, texts that can be translated, a quick start."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
TEXT_FUNCTIONS = {"_": 1, "gettext": 1, "lazy": 1, "ngettext": 2, "counted": 2, "lazy_counted": 2}
HEAVY = (
    "cv2",
    "numpy",
    "numba",
    "PIL",
    "pikepdf",
    "img2pdf",
    "openpyxl",
    "imagecodecs",
    "tifffile",
    "pypdfium2",
    "pyhanko",
    "sane",
    "weasyprint",
)


def is_python(path: Path) -> bool:
    if path.suffix:
        return path.suffix == ".py"
    return path.is_file() and b"python" in path.read_bytes().partition(b"\n")[0]


SOURCES = sorted(
    path
    for folder in ("scanpipe", "samples", "bench", "scripts")
    for path in (ROOT / folder).rglob("*")
    if is_python(path) and "node_modules" not in path.parts
)
EVERYTHING = SOURCES + sorted((ROOT / "tests").rglob("*.py"))


Finder = Callable[[ast.AST], Iterator[str]]


def found_by(find: Finder, paths: list[Path]) -> dict[str, list[str]]:
    """Return what `find` has against each of the files that it has something against."""
    complaints = {str(path.relative_to(ROOT)): list(find(ast.parse(path.read_bytes()))) for path in paths}
    return {path: found for path, found in complaints.items() if found}


def test_a_module_fits_the_head() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_bytes().count(b"\n") for path in EVERYTHING}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE}


def long_functions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name}: {lines} lines"


def test_a_function_fits_the_screen() -> None:
    assert not found_by(long_functions, EVERYTHING)


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_text_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXT_FUNCTIONS


def untranslatable(tree: ast.AST) -> Iterator[str]:
    """Yield each call that asks for the translation of something other than a literal, or where none is looked for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from (f"line {call.lineno}: {ast.unparse(call)}" for call in ast.walk(node) if is_text_call(call))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXT_FUNCTIONS:
            texts = node.args[: TEXT_FUNCTIONS[node.func.id]]
            if not texts or not all(map(is_text, texts)):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def test_every_text_is_a_literal_that_the_catalogue_can_hold() -> None:
    assert not found_by(untranslatable, SOURCES)


@pytest.mark.parametrize(
    "call",
    [
        '_(f"{page} is gone")',
        """f"{_('Pages')}: 3\"""",
        "_(message)",
        '_("a" + b)',
        'ngettext("page", pages, 2)',
        'counted("page", pages, 2)',
        "lazy(text)",
        "_()",
    ],
)
def test_what_cannot_be_translated_is_found(call: str) -> None:
    assert list(untranslatable(ast.parse(call)))


def changing_values(tree: ast.AST) -> Iterator[str]:
    """Yield each public dataclass that is not frozen, slotted and keyword-only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for decorator in map(ast.unparse, node.decorator_list):
                words = ("frozen=True", "slots=True", "kw_only=True")
                if decorator.startswith("dataclass") and not all(word in decorator for word in words):
                    yield f"line {node.lineno}: {node.name}"


def test_no_value_changes() -> None:
    assert not found_by(changing_values, SOURCES)


def test_commands_print_through_one_door() -> None:
    """There, what would move the cursor of a terminal is spelled out."""
    commands = (ROOT / "scanpipe" / "cli").glob("*.py")
    printing = {path.name for path in commands if re.search(r"\bs?echo\(|\bprint\(", path.read_text(encoding="utf-8"))}
    assert printing == {"render.py"}


def test_numba_is_loaded_where_its_cache_is_minded() -> None:
    """Elsewhere it would want a folder that can be written, and take settings from the working folder."""
    importing = {str(path.relative_to(ROOT)) for path in SOURCES if "import numba" in path.read_text(encoding="utf-8")}
    assert importing == {"scanpipe/jit_cache.py"}


HELP = """
import contextlib, sys
from scanpipe.cli.main import run
sys.argv = ["scanpipe", "--help"]
with contextlib.suppress(SystemExit):
    run()
print(*sys.modules, file=sys.stderr)
"""


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert not set(HEAVY) & set(done.stderr.split())
