"""Two reviewers at once, and a review beside whoever scans, processes and delivers: nobody is overrun, nobody waits."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from scanpipe.flows.locking import held_book, held_processing
from scanpipe.flows.process.verdicts import accept, apply_policy, reject
from scanpipe.flows.station import JOURNAL, open_journal, open_station
from scanpipe.review.site.server import ReviewServer
from tests.followed_books import keep
from tests.judged_books import process_drawn
from tests.review.conftest import Reviewer, opened
from tests.small_books import BOOK

PAGES = "123456"


@pytest.fixture
def two(judged: Path, review: ReviewServer) -> Iterator[tuple[Reviewer, Reviewer]]:
    """Lan and Minh, each at a server of her own: as if each had typed `scanpipe review`."""
    second = ReviewServer(judged)
    second.start()
    with opened(review, "Lan") as lan, opened(second, "Minh") as minh:
        yield lan, minh
    second.stop()


def verdicts(station: Path) -> list[tuple[str, str]]:
    """Return the pages that were judged, with who judged them, in order."""
    with closing(sqlite3.connect(station / JOURNAL)) as db:
        rows = db.execute("SELECT p.page, v.person FROM verdict v JOIN placement p ON p.id = v.placement ORDER BY p.id")
        return rows.fetchall()


def seen(reviewer: Reviewer, label: str) -> dict[str, Any]:
    page = reviewer.page(label)
    judged = page["verdict"]["row"] if page["verdict"] else 0
    return {"page": label, "capture": page["capture"], "version": page["version"], "judged": judged, "window": "w"}


def test_of_two_who_judge_a_page_at_once_one_is_kept_and_the_other_is_told_why(
    judged: Path, two: tuple[Reviewer, Reviewer]
) -> None:
    shown = {label: seen(two[0], label) for label in PAGES}
    at_once = Barrier(2)

    def judge(reviewer: Reviewer, **said: str) -> list[httpx.Response]:
        answers = []
        for label in PAGES:
            at_once.wait(60)
            answers.append(reviewer.post("/books/1/verdicts", **shown[label], **said))
        return answers

    with ThreadPoolExecutor(2) as threads:
        lan = threads.submit(judge, two[0], decision="accept")
        minh = threads.submit(judge, two[1], decision="reject", reason="blurred")
    for label, *answers in zip(PAGES, lan.result(), minh.result(), strict=True):
        assert sorted(answer.status_code for answer in answers) == [200, 409], label
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert refused.json()["error"].startswith(("Lan judged page", "Minh judged page"))
    assert [page for page, _person in verdicts(judged)] == list(PAGES)


def test_who_saw_what_another_said_may_say_otherwise(judged: Path, two: tuple[Reviewer, Reviewer]) -> None:
    lan, minh = two
    before = seen(minh, "1")
    lan.judge("1")
    assert minh.post("/books/1/verdicts", **before, decision="reject", reason="blurred").status_code == 409
    assert minh.post("/books/1/verdicts", **seen(minh, "1"), decision="reject", reason="blurred").status_code == 200
    assert [person for _page, person in verdicts(judged)] == ["Lan", "Minh"]


def test_who_judges_again_and_who_contradicts_the_policy_need_not_look_again(
    judged: Path, two: tuple[Reviewer, Reviewer]
) -> None:
    lan, _minh = two
    before = seen(lan, "1")
    for decision in ({"decision": "accept"}, {"decision": "reject", "reason": "blurred"}):
        assert lan.post("/books/1/verdicts", **before, **decision).status_code == 200
    before = seen(lan, "3")
    with open_station(judged, purpose="test") as station:
        assert "3" in [page.label for page in apply_policy(station, BOOK)]
    assert lan.post("/books/1/verdicts", **before, decision="reject", reason="blurred").status_code == 200


def test_several_pages_are_judged_on_the_sheet_only_where_nobody_else_judged_one(
    judged: Path, two: tuple[Reviewer, Reviewer]
) -> None:
    lan, minh = two
    pages = [{key: value for key, value in seen(lan, label).items() if key != "window"} for label in "123"]
    minh.judge("2")
    answer = lan.post("/books/1/sheet/verdicts", window="a", pages=pages, decision="accept")
    assert answer.status_code == 409
    assert "Minh judged page 2" in answer.json()["error"]
    assert verdicts(judged) == [("2", "Minh")]


@pytest.mark.parametrize("meanwhile", ["scanned again", "processed again", "sent back"])
def test_a_verdict_on_what_is_no_longer_there_is_refused_whoever_changed_it(
    judged: Path, reviewer: Reviewer, meanwhile: str
) -> None:
    before = seen(reviewer, "1")
    if meanwhile == "scanned again":
        keep(judged, "1")
    with open_station(judged, purpose="test") as station:
        if meanwhile == "processed again":
            reject(station, BOOK, ["1"], reason="faded", redo="plain")
            process_drawn(station)
        elif meanwhile == "sent back":
            reject(station, BOOK, ["1"], reason="blurred", rescan=True)
    answer = reviewer.post("/books/1/verdicts", **before, decision="accept")
    assert answer.status_code == 409
    assert "page 1" in answer.json()["error"].lower()
    assert "Lan" not in dict(verdicts(judged)).values()


def test_pages_are_judged_while_others_scan_process_and_deliver(judged: Path, reviewer: Reviewer) -> None:
    """What a scan, a nightly run and a delivery hold for hours are their locks."""
    with open_station(judged, purpose="nightly") as night, ExitStack() as held:
        held.enter_context(held_processing(night))
        held.enter_context(held_book(night, BOOK))
        assert reviewer.judge("1").status_code == 200
        keep(judged, "7")
        process_drawn(night)
        assert reviewer.judge("7").status_code == 200
        assert reviewer.post("/books/1/undo").status_code == 200


def test_who_looks_for_long_keeps_nobody_from_writing(judged: Path, reviewer: Reviewer) -> None:
    with open_journal(judged) as looking, looking.snapshot():
        looking.newest("capture")
        keep(judged, "7")
        assert reviewer.judge("1").status_code == 200
        with open_station(judged, purpose="test", person="Hoa") as station:
            assert accept(station, BOOK, ["2"])
    assert reviewer.page("7")["status"] == "unprocessed"


def test_who_writes_keeps_nobody_from_looking_and_a_verdict_waits_for_it(judged: Path, reviewer: Reviewer) -> None:
    before = seen(reviewer, "1")
    with open_station(judged, purpose="test") as station, ThreadPoolExecutor(1) as thread:
        with station.journal.transaction():
            station.journal.append("edit", book=1, action="judge", undoes=None, person="test")
            judging = thread.submit(reviewer.post, "/books/1/verdicts", **before, decision="accept")
            assert reviewer.page("2")["status"] == "waiting"
            assert not judging.done()
        assert judging.result(60).status_code == 200
