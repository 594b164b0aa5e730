"""Every obstacle is found where there is one: from the facts of a book alone."""

from dataclasses import replace

import pytest

from scanpipe.errors import ConfigError
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage, Status
from scanpipe.flows.book.readiness import blockers, completeness_warnings, notices
from scanpipe.flows.qa.lots import LotReport
from scanpipe.model import Book, BookId, CaseKey, Page, PageSet, PageSetRule
from scanpipe.package.cases.page_sets import Gap, PageSetPlan
from scanpipe.state.page_facts import PageFacts, VersionRow
from scanpipe.state.qa import Judgement, LotPage, LotRow
from scanpipe.state.stated import FurtherPicture, PageStatement
from scanpipe.state.views import AwaitedPage, FilePage, Newest, Region, SheetRow
from scanpipe.vocabularies.obstacles import NOTED, STOPPING, Obstacle, ObstacleRow

KS = BookId(unit_code="14758", kind="KS", year=2010, volume=1)
CASE = CaseKey(year=2010, number="1")
ONE = PageSet(key=CASE, pages=(Page.parse("1"),))
STATEMENT = PageStatement(page=Page.parse("1"), state="missing", note="torn out", person="lan", ticket="", at="")


def page(label: str = "1", status: Status = Status.ACCEPTED, *, region: Region = "") -> PageState:
    facts = PageFacts(
        **{"placement": 1, "capture": 1, "digest": "d", "dpi": 300, "file": None, "side": "single"},
        **{"capture_flags": (), "verdict": None, "versions": (), "failures": ()},
        page=Page.parse(label),
        region=region,
    )
    return CapturedPage(page=facts.page, status=status, facts=facts, recipe="")


def processed(label: str = "1") -> ProcessedPage:
    digests = dict.fromkeys(("image", "mask", "words", "text_layer"), "d")
    facts = page(label)
    assert isinstance(facts, CapturedPage)
    version = VersionRow(
        **{"row": 1, "recipe": "", "recipe_name": "", "dpi": 300, "confidence": None, "flags": ()},
        **{**digests, "report": "{}", "tools": "{}"},
    )
    return ProcessedPage(page=facts.page, status=Status.ACCEPTED, facts=facts.facts, recipe="", version=version)


def lot(accept: int = 0, reason: str = "") -> LotReport:
    """A lot of two pages, the first of which was drawn, and sent back where there is a reason."""
    pages = tuple(
        LotPage(page=Page.parse(str(number)), shown=(number, ""), chosen=chosen, twice=False)
        for number, chosen in ((1, "random"), (2, ""))
    )
    row = LotRow(
        **{"row": 1, "book": 1, "operator": "lan", "device": "fi:0", "seed": "a", "method": "share"},
        **{"terms": {}, "accept": accept, "person": "", "at": "", "pages": pages},
    )
    said = {(1, ""): Judgement(row=1, decision="reject", reason=reason, person="hoa", at="")} if reason else {}
    return LotReport(lot=row, said=said, standing={(1, ""), (2, "")})


READY = BookFacts(
    row=1,
    book=Book(id=KS, pages=1, cases=1),
    pages=(page(),),
    sets=PageSetPlan(sets=(ONE,)),
    unresolved_sheets=(),
    unassigned=(),
    awaited=(),
    deliveries=(),
    newest=Newest(verdict=0, statement=0, placement=0),
)


def awaited(outcome: str) -> BookFacts:
    gone = AwaitedPage(page=Page.parse("1"), capture=None, outcome=outcome, file=None, detail="blurred")
    return replace(READY, awaited=(gone,))


def pages_of(number: int, *, count: int) -> PageSet:
    return PageSet(key=CaseKey(year=2010, number=str(number)), pages=(Page.parse("1"),) * count)


ALIKE = tuple(pages_of(number, count=2) for number in (1, 2, 3))
SEPARATED = replace(READY, book=replace(READY.book, cases=None, rule=PageSetRule(kind="starts")))
ABSENT = PageState(page=Page.parse("2"), status=Status.ABSENT, stated=STATEMENT)
SHEET = SheetRow(row=1, page=Page.parse("1"), source="test:0", at="")
PICTURE = FurtherPicture(capture=7, file=FilePage("scans/extra.png"))
IN_THE_WAY: dict[str, BookFacts] = {
    "nothing-scanned": replace(READY, pages=()),
    "recipe-unreadable": replace(READY, recipe_fault=ConfigError("gone.toml cannot be read")),
    "pages-in-the-way": replace(READY, pages=(page(status=Status.WAITING),)),
    "rescan-awaited": awaited("rescan"),
    "file-awaited": awaited("refused"),
    "sheet-failed": awaited("failed"),
    "too-many-pages": replace(READY, pages=(page("1"), page("2"))),
    "sheet-unresolved": replace(READY, unresolved_sheets=(SHEET,)),
    "picture-unplaced": replace(READY, unassigned=(PICTURE,)),
    "pages-in-no-case": replace(READY, sets=replace(READY.sets, unassigned=(Page.parse("1"),))),
    "case-repeated": replace(READY, sets=replace(READY.sets, duplicates=(CASE,))),
    "case-incomplete": replace(READY, sets=replace(READY.sets, incomplete=(CASE,))),
    "no-sample-drawn": replace(READY, pages=(processed(),), lots=()),
    "sample-waiting": replace(READY, pages=(processed(),), lots=(lot(),)),
    "lot-failed": replace(READY, pages=(processed(),), lots=(lot(reason="blurred"),)),
    "half-unplaced": replace(READY, pages=(page(region="left"),)),
    "total-not-stated": replace(READY, book=replace(READY.book, pages=None)),
    "cases-differ": replace(READY, book=replace(READY.book, cases=2)),
    "separator-missing": replace(SEPARATED, sets=replace(SEPARATED.sets, gaps=(Gap(year=2010, first=2, last=3),))),
    "case-long": replace(SEPARATED, sets=PageSetPlan(sets=(*ALIKE, pages_of(4, count=4)))),
    "number-missing": replace(READY, sets=replace(READY.sets, gaps=(Gap(year=2010, first=2, last=3),))),
    "page-stated": replace(
        READY, pages=(page(), PageState(page=Page.parse("2"), status=Status.ABSENT, stated=STATEMENT))
    ),
    "case-lost": replace(READY, sets=replace(READY.sets, lacking=(ONE,), lost=(CASE,), sets=())),
    "case-lacks-pages": replace(READY, sets=replace(READY.sets, lacking=(ONE,))),
}


def codes(obstacles: tuple[Obstacle, ...]) -> list[str]:
    return [obstacle.code for obstacle in obstacles]


def test_a_book_that_is_ready_has_nothing_in_its_way() -> None:
    assert (blockers(READY), notices(READY)) == ((), ())


@pytest.mark.parametrize("row", STOPPING, ids=lambda row: row.code)
def test_what_stops_a_delivery_is_found(row: ObstacleRow) -> None:
    code = row.code
    assert codes(blockers(IN_THE_WAY[code])) == [code]


@pytest.mark.parametrize("row", NOTED, ids=lambda row: row.code)
def test_what_is_noted_is_found_and_stops_nothing(row: ObstacleRow) -> None:
    code = row.code
    if code != "page-stated":  # the second page is beyond the total that is stated
        assert blockers(IN_THE_WAY[code]) == ()
    assert codes(notices(IN_THE_WAY[code])) == [code]


@pytest.mark.parametrize("row", NOTED, ids=lambda row: row.code)
def test_a_night_leaves_to_a_person_what_only_a_person_can_tell(row: ObstacleRow) -> None:
    code = row.code
    assert bool(completeness_warnings(IN_THE_WAY[code])) == row.night


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("pages-in-the-way", "waiting for a verdict: pages 1"),
        ("rescan-awaited", "page 1 must be scanned again: blurred"),
        (
            "picture-unplaced",
            "no place for scans/extra.png: if the book has more pages, run 'scanpipe book amend 14758/KS.2010.01",
        ),
        ("number-missing", "no case has the number 2-3/2010"),
        ("no-sample-drawn", "no sample was drawn of pages 1"),
        ("sample-waiting", "sample of what lan scanned: a person must look at pages 1"),
        ("lot-failed", "too many defective pages in the sample of what lan scanned (1): a person must look at all"),
    ],
)
def test_the_words_name_what_is_meant(code: str, text: str) -> None:
    facts = IN_THE_WAY[code]
    assert str((*blockers(facts), *notices(facts))[0]).startswith(text)


def test_no_sample_is_asked_for_before_all_pages_are_processed() -> None:
    half_done = replace(READY, book=replace(READY.book, pages=2), pages=(processed(), page("2")), lots=())
    assert codes(blockers(half_done)) == []


def test_what_took_the_place_of_a_page_of_a_lot_is_not_waited_for() -> None:
    gone = replace(lot(), standing={(2, "")})
    assert blockers(replace(READY, pages=(processed(),), lots=(gone,))) == ()


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((1, 1, 1, 2), []),
        ((1, 1, 1, 3), ["case-long"]),
        ((2, 2, 2, 3), []),
        ((2, 2, 2, 4), ["case-long"]),
        ((2, 3, 2, 3), []),
        ((2, 4), []),
    ],
)
def test_a_case_as_long_as_two_may_be_two(counts: tuple[int, ...], told: list[str]) -> None:
    sets = tuple(pages_of(number, count=count) for number, count in enumerate(counts, 1))
    assert codes(completeness_warnings(replace(SEPARATED, sets=PageSetPlan(sets=sets)))) == told


def test_a_long_case_is_told_only_where_separators_say_how_long_cases_are() -> None:
    facts = replace(SEPARATED, sets=PageSetPlan(sets=(*ALIKE, pages_of(4, count=4))))
    assert notices(replace(facts, book=replace(facts.book, rule=PageSetRule()))) == ()
