"""What only the making of a package tells is told for each page, and for each conflict."""

from types import SimpleNamespace

from scanpipe.flows.delivery.documents import DocumentFacts
from scanpipe.flows.delivery.write_revision import findings_of_making

NAME, WORKBOOK = "KS.2010.01.001.pdf", "KS.2010.01.xlsx"


def revision(*conflicts: str, **traits: object) -> SimpleNamespace:
    document = SimpleNamespace(name=NAME, facts=DocumentFacts(size=1, pages=9, **traits))  # type: ignore[arg-type]
    return SimpleNamespace(documents=(document,), workbook=SimpleNamespace(conflicts=conflicts), workbook_name=WORKBOOK)


def told(*conflicts: str, **traits: object) -> list[tuple[str, str, str]]:
    found = findings_of_making(revision(*conflicts, **traits))  # type: ignore[arg-type]
    return [(finding.code, finding.member, str(finding.message).partition(":")[0]) for finding in found]


def test_a_page_that_is_too_large_is_told() -> None:
    assert told(over_budget=(2,)) == [("page-over-budget", NAME, "page 2")]


def test_a_page_that_is_not_proven_is_told() -> None:
    assert told(doubtful=(3, 4)) == [("page-doubtful", NAME, "page 3"), ("page-doubtful", NAME, "page 4")]


def test_a_page_that_lacks_writing_is_told() -> None:
    assert told(lacking=((5, 17),)) == [("page-lacks-writing", NAME, "page 5")]


def test_a_conflict_between_workbooks_is_told() -> None:
    assert told("so: '3' stands") == [("workbook-conflict", WORKBOOK, "so")]


def test_a_sound_book_is_told_nothing_of() -> None:
    assert told() == []
