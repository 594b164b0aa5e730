"""Second opinions on the review site: another person's pages, without what was said of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanpipe.flows.station import JOURNAL
from scanpipe.review.site.server import ReviewServer
from tests.judged_books import draw_twice
from tests.review.conftest import Reviewer, opened


def asked(reviewer: Reviewer) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = reviewer.client.get("/books/1/second.json").json()["pages"]
    return pages


def opinions(station: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(station / JOURNAL)) as db:
        return db.execute("SELECT decision, reason, person FROM second_opinion ORDER BY id").fetchall()


@pytest.fixture
def lan(judged: Path, reviewer: Reviewer) -> Reviewer:
    """Lan accepted page 1 and had page 2 scanned again."""
    draw_twice(judged)
    reviewer.judge("1")
    reviewer.judge("2", "rescan", reason="blurred")
    return reviewer


@pytest.fixture
def minh(review: ReviewServer) -> Iterator[Reviewer]:
    with opened(review, "Minh") as other:
        yield other


def test_who_did_not_judge_is_asked_and_is_not_told_what_was_said(lan: Reviewer, minh: Reviewer) -> None:
    assert asked(lan) == []
    pages = asked(minh)
    assert [page["label"] for page in pages] == ["1", "2"]
    assert {(page["verdict"], page["status"], page["recipe"]) for page in pages} == {(None, "waiting", "")}
    assert pages[1]["flags"][0]["code"] == "blurred"  # what the computer found, both are told
    assert minh.client.get(f"{pages[1]['page']}/800.jpg").status_code == 200  # though it is to be scanned again


def test_an_opinion_is_written_and_changes_nothing_of_the_page(judged: Path, lan: Reviewer, minh: Reviewer) -> None:
    first, second = (
        {"page": page["label"], "capture": page["capture"], "region": page["region"]} for page in asked(minh)
    )
    assert minh.post("/books/1/opinions", **first, decision="reject", reason="faded").status_code == 200
    assert minh.post("/books/1/opinions", **second, decision="accept").status_code == 200
    assert opinions(judged) == [("reject", "faded", "Minh"), ("accept", "", "Minh")]
    assert (lan.page("1")["status"], lan.page("2")["status"], asked(minh)) == ("accepted", "missing", [])


@pytest.mark.parametrize(
    "said",
    [{"decision": "reject"}, {"decision": "accept", "reason": "torn"}, {"decision": "rescan", "reason": "torn"}],
)
@pytest.mark.usefixtures("lan")
def test_what_is_no_opinion_is_refused(judged: Path, minh: Reviewer, said: dict[str, str]) -> None:
    page = asked(minh)[0]
    answer = minh.post("/books/1/opinions", page="1", capture=page["capture"], region="", **said)
    assert answer.status_code == 422 and opinions(judged) == []


def test_whoever_judged_a_page_gives_no_second_opinion(judged: Path, lan: Reviewer, minh: Reviewer) -> None:
    page = asked(minh)[0]
    answer = lan.post("/books/1/opinions", page="1", capture=page["capture"], region="", decision="accept")
    assert answer.status_code == 422 and "Lan" in answer.json()["error"]
    other = minh.post("/books/1/opinions", page="1", capture=page["capture"] + 9, region="", decision="accept")
    assert other.status_code == 422 and opinions(judged) == []
