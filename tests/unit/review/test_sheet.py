"""The contact sheet of a book: what is told of its pages, and verdicts on several of them at once."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from scanpipe.flows.pictures.page_pictures import THUMBNAIL
from scanpipe.flows.station import JOURNAL
from scanpipe.review.desk.server import ReviewDesk
from tests.followed_books import keep
from tests.unit.review.conftest import Reviewer, opened


def sheet(reviewer: Reviewer) -> dict[str, Any]:
    told: dict[str, Any] = reviewer.client.get("/books/1/sheet.json").json()
    return told


def seen(reviewer: Reviewer, *labels: str) -> list[dict[str, Any]]:
    pages = {page["label"]: page for page in sheet(reviewer)["pages"]}
    return [{"page": label, **{key: pages[label][key] for key in ("capture", "version")}} for label in labels]


def judge(reviewer: Reviewer, *labels: str, window: str = "a", **said: Any) -> httpx.Response:
    verdict = {"window": window, "pages": seen(reviewer, *labels), "decision": "accept", **said}
    return reviewer.post("/books/1/sheet/verdicts", **verdict)


def rows(station: Path, table: str) -> int:
    with closing(sqlite3.connect(station / JOURNAL)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_each_page_is_told_with_its_case_status_score_flags_and_a_small_picture(reviewer: Reviewer) -> None:
    pages = sheet(reviewer)["pages"]
    assert len(pages) == 20
    second = pages[1]
    assert (second["cases"], second["status"], second["score"]) == (["2/2010"], "waiting", 88.0)
    assert second["flags"][0]["text"]
    picture = reviewer.client.get(second["thumbnail"])
    assert "immutable" in picture.headers["cache-control"]
    assert len(picture.content) < 15_000
    assert second["thumbnail"].endswith(f"/{THUMBNAIL}.jpg")
    assert pages[19]["thumbnail"] == ""


def test_a_picture_without_a_page_is_shown_too(judged: Path, reviewer: Reviewer) -> None:
    capture = keep(judged)
    (loose,) = sheet(reviewer)["loose"]
    assert loose["name"] == f"#{capture}"
    assert reviewer.client.get(loose["thumbnail"]).status_code == 200


def test_several_pages_are_accepted_in_one_step(judged: Path, reviewer: Reviewer) -> None:
    assert judge(reviewer, "1", "2", "3").json() == {"pages": ["1", "2", "3"]}
    assert [page["status"] for page in sheet(reviewer)["pages"][:4]] == ["accepted"] * 3 + ["waiting"]
    assert rows(judged, "edit WHERE action = 'judge'") == 1


def test_several_pages_are_rejected_for_one_reason(reviewer: Reviewer) -> None:
    assert judge(reviewer, "5", "6", decision="rescan", reason="blurred").status_code == 200
    assert [page["awaited"] for page in sheet(reviewer)["pages"][3:6]] == [False, True, True]


def test_where_one_page_cannot_be_judged_none_is(judged: Path, reviewer: Reviewer) -> None:
    pages = [*seen(reviewer, "1"), {"page": "2", "capture": 2, "version": 1}]
    outdated = reviewer.post("/books/1/sheet/verdicts", window="a", pages=pages, decision="accept")
    assert outdated.status_code == 409
    assert judge(reviewer, "1", "20", decision="reject", reason="blurred").status_code == 400  # it has no picture
    assert rows(judged, "verdict") == 0


def test_a_page_that_somebody_has_open_is_left_alone(judged: Path, desk: ReviewDesk, reviewer: Reviewer) -> None:
    with opened(desk, "Hoa") as other:
        other.post("/books/1/open", window="b", page="2", width=0)
        refused = judge(reviewer, "1", "2")
    assert refused.status_code == 409
    assert "Hoa" in refused.json()["error"]
    assert rows(judged, "verdict") == 0


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"pages": [], "decision": "accept", "window": "a"},
        {"pages": [{"page": "1"}], "decision": "accept", "window": "a"},
        {"pages": [{"page": "1", "capture": 1, "version": 1}], "decision": "burn", "window": "a"},
        {"pages": [{"page": "../1", "capture": 1, "version": 1}], "decision": "accept", "window": "a"},
        {"pages": [{"page": "1", "capture": 10**30, "version": 1}], "decision": "accept", "window": "a"},
        {"pages": [{"page": "1", "capture": 1, "version": 1}], "decision": "accept", "window": "a", "person": "x"},
    ],
)
def test_what_is_no_verdict_is_refused_and_changes_nothing(
    judged: Path, reviewer: Reviewer, said: dict[str, Any]
) -> None:
    assert 400 <= reviewer.post("/books/1/sheet/verdicts", **said).status_code < 500
    assert rows(judged, "verdict") == 0


def test_nobody_without_a_name_or_the_token_judges(judged: Path, desk: ReviewDesk) -> None:
    with opened(desk, "") as nobody:
        assert judge(nobody, "1").status_code == 403
        assert nobody.client.post("/books/1/sheet/verdicts", json={}).status_code == 403
    assert rows(judged, "verdict") == 0


@pytest.mark.parametrize("path", ["/books/99/sheet", "/books/99/sheet.json", f"/books/{2**70}/sheet.json"])
def test_a_book_that_is_not_there_has_no_sheet(reviewer: Reviewer, path: str) -> None:
    assert reviewer.client.get(path).status_code == 404
