"""What only the making of a package tells is told for each page, and for each conflict."""

from collections.abc import Iterator

import pytest

from scanpipe.flows.delivery.documents import Document, DocumentFacts
from scanpipe.flows.delivery.write_revision import findings_of_making
from scanpipe.flows.station import Station
from scanpipe.messages import LazyText, lazy
from tests.small_books import next_revision, small_book

NAME, WORKBOOK = "KS.2010.01.001.pdf", "KS.2010.01.xlsx"

SOUND = DocumentFacts(size=1, pages=9)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with small_book(tmp_path_factory.mktemp("book")) as station:
        yield station


def told(station: Station, facts: DocumentFacts, *conflicts: LazyText) -> list[tuple[str, str, str]]:
    """Return code, file and the beginning of each finding of a revision that has one PDF."""
    document = Document(name=NAME, location="zip", states=(), inputs="", digest="", facts=facts)
    found = findings_of_making(next_revision(station, documents=[document], conflicts=conflicts))
    return [(finding.code, finding.member, str(finding.message).partition(":")[0]) for finding in found]


def test_a_page_that_is_too_large_is_told(station: Station) -> None:
    facts = DocumentFacts(size=1, pages=9, over_budget=(2,))
    assert told(station, facts) == [("page-over-budget", NAME, "page 2")]


def test_a_page_that_is_not_proven_is_told(station: Station) -> None:
    facts = DocumentFacts(size=1, pages=9, doubtful=(3, 4))
    assert told(station, facts) == [("page-doubtful", NAME, "page 3"), ("page-doubtful", NAME, "page 4")]


def test_a_page_that_lacks_writing_is_told(station: Station) -> None:
    facts = DocumentFacts(size=1, pages=9, lacking=((5, 17),))
    assert told(station, facts) == [("page-lacks-writing", NAME, "page 5")]


def test_a_conflict_between_workbooks_is_told(station: Station) -> None:
    assert told(station, SOUND, lazy("so: '3' stands")) == [("workbook-conflict", WORKBOOK, "so")]


def test_a_sound_book_is_told_nothing_of(station: Station) -> None:
    assert told(station, SOUND) == []
