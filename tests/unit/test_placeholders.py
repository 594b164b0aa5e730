"""A text gets exactly the values that it names: one that lacks a value would fail only when it is shown."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import scanpipe

SOURCE = Path(scanpipe.__file__).parent
WITH_VALUES = {"lazy": 1, "counted": 2, "lazy_counted": 2}  # the texts come first, then values by name


def named_in(text: str) -> set[str]:
    """Return the names of the placeholders of a text."""
    return {
        name.partition(".")[0].partition("[")[0] for _literal, name, *_spec in string.Formatter().parse(text) if name
    }


def constants(nodes: list[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def calls_with_values(source: str) -> Iterator[tuple[int, set[str], set[str]]]:
    """Yield, of every text that is given its values where it stands: its line, the names in it, the names given."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or any(keyword.arg is None for keyword in node.keywords):
            continue
        given = {str(keyword.arg) for keyword in node.keywords}
        match node.func:
            case ast.Name(id=name) if name in WITH_VALUES:
                texts = constants(node.args[: WITH_VALUES[name]])
                if "counted" in name:
                    given.add("n")
            case ast.Attribute(attr="format", value=ast.Call(func=ast.Name(id="_"), args=inner)):
                texts = constants(inner)
            case _:
                continue
        named = set().union(*map(named_in, texts))
        if texts and (given or "counted" in ast.unparse(node.func)):
            yield node.lineno, named, given


def test_every_text_gets_the_values_that_it_names() -> None:
    wrong, seen = [], 0
    for path in SOURCE.rglob("*.py"):
        for line, named, given in calls_with_values(path.read_text(encoding="utf-8")):
            seen += 1
            if named - given or given - named - {"n"}:
                wrong.append(f"{path.relative_to(SOURCE)}:{line}: it names {sorted(named)} and gets {sorted(given)}")
    assert seen > 300
    assert wrong == []


def test_a_value_that_is_missing_is_found() -> None:
    assert [*calls_with_values('lazy("{a} {b}", a=1, c=2)')] == [(1, {"a", "b"}, {"a", "c"})]
