"""What a portal could reject is refused here first; what it takes passes without a word."""

import ast
from pathlib import Path

import msgspec
import pytest

from scanpipe.model import Book, BookId, CaseKey, Page, PageSet, Part
from scanpipe.package.findings import Severity
from scanpipe.package.naming.convention import Convention
from scanpipe.package.verify.package import verify_package
from scanpipe.vocabularies.findings import FINDINGS
from tests.unit.package import corrupt_papers, corrupt_pdfs, corrupt_zips
from tests.unit.package.corruption import CORRUPTIONS, copy_of
from tests.unit.package.packages import codes
from tests.unit.package.valid_package import ValidPackage, shipped, write_valid_package

TESTS = Path(__file__).parents[3]
CORRUPTED_ELSEWHERE = {
    "beyond-bounds": "unit/package/verify/test_beyond_bounds.py",  # takes a child's bounds
    "row-not-final": "unit/package/verify/test_package.py",  # takes another convention
    "zip-size": "unit/package/zips/test_parts.py",  # the same
    "pdf-signature": "unit/package/pages/test_signing.py",  # takes pyHanko
    "pdf-after-signature": "unit/package/pages/test_signing.py",
    "page-over-budget": "flows/delivery/test_findings_of_making.py",  # of a delivery, not of its package
    "page-doubtful": "flows/delivery/test_findings_of_making.py",
    "page-lacks-writing": "flows/delivery/test_findings_of_making.py",
    "workbook-conflict": "flows/delivery/test_findings_of_making.py",
}


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> ValidPackage:
    """Two births of one page each, and a cover beside the ZIP."""
    book = Book(id=BookId(unit_code="14758", unit_list="2025-07-01", kind="KS", year=2010, volume=1), unit_name="Xã A")
    sets = tuple(
        PageSet(key=CaseKey(year=2010, number=str(number)), pages=(Page(part=Part.BODY, number=number),))
        for number in (1, 2)
    )
    convention = msgspec.convert(shipped("default"), type=Convention)
    made = write_valid_package(tmp_path_factory.mktemp("valid"), convention, book, sets)
    assert not verify_package(made.zips[0], convention=convention).findings
    return made


def test_there_are_corruptions_enough() -> None:
    modules = {corrupt.__module__.rpartition(".")[2] for corrupt, _code in CORRUPTIONS.values()}
    assert modules == {module.__name__.rpartition(".")[2] for module in (corrupt_papers, corrupt_pdfs, corrupt_zips)}
    assert len(CORRUPTIONS) >= 60


def test_a_corrupt_package_leads_to_every_finding() -> None:
    here = {code for _corrupt, code in CORRUPTIONS.values()}
    assert here | CORRUPTED_ELSEWHERE.keys() == FINDINGS.keys()
    assert not here & CORRUPTED_ELSEWHERE.keys()


@pytest.mark.parametrize("code", CORRUPTED_ELSEWHERE)
def test_what_is_corrupted_elsewhere_is_asserted_there(code: str) -> None:
    tree = ast.parse((TESTS / CORRUPTED_ELSEWHERE[code]).read_text(encoding="utf-8"))
    asserted = (part for node in ast.walk(tree) if isinstance(node, ast.Assert) for part in ast.walk(node.test))
    assert any(isinstance(part, ast.Constant) and part.value == code for part in asserted)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corrupt_package_leads_to_the_right_finding(valid: ValidPackage, tmp_path: Path, name: str) -> None:
    corrupt, code = CORRUPTIONS[name]
    corrupted = copy_of(valid, tmp_path / "r1")
    corrupt(corrupted)
    left = sorted(corrupted.folder.glob("*.zip"))
    archive = corrupted.zips[0] if corrupted.zips[0] in left or not left else left[0]
    report = verify_package(archive, convention=valid.convention)
    severity = Severity(FINDINGS[code].severities[0])
    assert code in codes(report, severity), [str(finding) for finding in report.findings]
