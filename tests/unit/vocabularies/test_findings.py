import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import scanpipe
from scanpipe.package.findings import Severity, error, warning
from scanpipe.vocabularies.findings import FINDINGS, GROUPS, among
from scripts.findings import PAGE, page

SOURCE = Path(scanpipe.__file__).parent
MAKERS = {"error": Severity.ERROR, "warning": Severity.WARNING}


def made() -> Iterator[tuple[str, str]]:
    """Yield code and severity of each finding that the source makes."""
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "scanpipe.package.findings"
            for name in node.names
        }
        assert "Finding(" not in path.read_text(encoding="utf-8") or path.name == "findings.py"
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in imported & {*MAKERS}:
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}: the code is no literal"
                yield node.args[0].value, MAKERS[node.func.id].value


def test_every_finding_has_a_row_and_every_row_is_used() -> None:
    rows = {(code, severity) for code, row in FINDINGS.items() for severity in row.severities}
    assert set(made()) == rows


def test_no_code_has_two_rows() -> None:
    often = Counter(row.code for rows in GROUPS.values() for row in rows)
    assert set(often.values()) == {1}


def test_a_code_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        error("pdf-odd", "x.pdf", "it is odd")
    with pytest.raises(KeyError):
        among("pdf-odd")


def test_a_severity_that_the_code_has_not_is_refused() -> None:
    with pytest.raises(AssertionError):
        warning("pdf-empty", "x.pdf", "it has no pages")


def test_the_document_is_what_make_docs_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_document_tells_cause_and_remedy_of_every_finding() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    for code, row in FINDINGS.items():
        assert f"### `{code}`" in text
        assert row.cause.endswith(".") and f"{row.cause} Way out: {row.remedy}" in text
