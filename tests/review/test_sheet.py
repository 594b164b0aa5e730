"""The contact sheet of a book: what is told of its pages, and verdicts on several of them at once."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from scanpipe.flows.pictures.page_pictures import THUMBNAIL
from scanpipe.flows.station import JOURNAL
from scanpipe.review.site.server import ReviewServer
from tests.followed_books import keep
from tests.review.conftest import Reviewer, opened


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


def test_the_ticket_is_written_with_all_of_them(judged: Path, reviewer: Reviewer) -> None:
    assert judge(reviewer, "1", "2", ticket="CV 17").status_code == 200
    with closing(sqlite3.connect(judged / JOURNAL)) as db:
        assert db.execute("SELECT ticket FROM verdict").fetchall() == [("CV 17",), ("CV 17",)]


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


def test_a_page_that_somebody_has_open_is_left_alone(judged: Path, review: ReviewServer, reviewer: Reviewer) -> None:
    with opened(review, "Hoa") as other:
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


def test_nobody_without_a_name_or_the_token_judges(judged: Path, review: ReviewServer) -> None:
    with opened(review, "") as nobody:
        assert judge(nobody, "1").status_code == 403
        assert nobody.client.post("/books/1/sheet/verdicts", json={}).status_code == 403
    assert rows(judged, "verdict") == 0


@pytest.mark.parametrize("path", ["/books/99/sheet", "/books/99/sheet.json", f"/books/{2**70}/sheet.json"])
def test_a_book_that_is_not_there_has_no_sheet(reviewer: Reviewer, path: str) -> None:
    assert reviewer.client.get(path).status_code == 404


def edit(reviewer: Reviewer, **said: Any) -> httpx.Response:
    return reviewer.post("/books/1/edits", **said)


def cases(reviewer: Reviewer) -> dict[str, str]:
    return {each["case"]: " ".join(each["pages"]) for each in sheet(reviewer)["cases"][:3]}


def test_cases_are_mended_one_by_one_and_each_change_is_undone(reviewer: Reviewer) -> None:
    before = cases(reviewer)
    assert before == {"1/2010": "1", "2/2010": "2", "3/2010": "3"}
    changes: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"do": "merge", "into": "1/2010", "case": "2/2010"}, {"1/2010": "1 2", "3/2010": "3", "4/2010": "4"}),
        ({"do": "give", "page": "2", "case": "3/2010"}, {"1/2010": "1", "3/2010": "2 3", "4/2010": "4"}),
        ({"do": "split", "page": "3", "number": "3a"}, {"1/2010": "1", "3/2010": "2", "3a/2010": "3"}),
        ({"do": "renumber", "case": "3/2010", "to": "2"}, {"1/2010": "1", "2/2010": "2", "3a/2010": "3"}),
    ]
    for said, after in changes:
        assert edit(reviewer, **said).status_code == 200
        assert cases(reviewer) == after
    assert edit(reviewer, do="date", case="2/2010", day="27.10.2010", page="2").status_code == 200
    assert sheet(reviewer)["cases"][1]["registered"] == "27.10.2010"
    for _change in range(5):
        assert reviewer.post("/books/1/edits/undo").status_code == 200
    assert cases(reviewer) == before


def test_pages_are_mended_as_in_the_shell(reviewer: Reviewer) -> None:
    captures = {page["label"]: page["capture"] for page in sheet(reviewer)["pages"]}
    told = edit(reviewer, do="move", page="6", to="4", reason="read wrong", ticket="CV 9")
    assert told.json() == {"said": "Done."}
    moved = [page["capture"] for page in sheet(reviewer)["pages"][3:6]]
    assert moved == [captures["6"], captures["4"], captures["5"]]
    assert edit(reviewer, do="mark", pages=["19", "20"], state="missing").status_code == 200
    assert sheet(reviewer)["pages"][19]["state"] == "missing"
    assert edit(reviewer, do="mark", pages=["19"], state="missing", back=True).status_code == 200
    assert edit(reviewer, do="insert", page="2").status_code == 200
    assert edit(reviewer, do="shift", page="3", by=-1).status_code == 200
    assert edit(reviewer, do="drop", names=["6"]).status_code == 200
    assert sheet(reviewer)["pages"][5]["capture"] is None


def test_front_matter_is_marked_by_the_page_on_which_the_body_begins(reviewer: Reviewer) -> None:
    assert edit(reviewer, do="body", page="3", side="begin").status_code == 200
    assert [page["label"] for page in sheet(reviewer)["pages"][:4]] == ["F1", "F2", "1", "2"]


def test_a_picture_without_a_page_gets_the_free_place(judged: Path, reviewer: Reviewer) -> None:
    capture = keep(judged)
    assert edit(reviewer, do="place").status_code == 200
    assert sheet(reviewer)["pages"][6]["capture"] == capture


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"do": "burn"},
        {"do": "move", "page": "1"},
        {"do": "move", "page": "1", "to": "../../2"},
        {"do": "move", "page": "99", "to": "1"},
        {"do": "shift", "page": "1", "by": 10**6},
        {"do": "shift", "page": "1", "by": 1.5},
        {"do": "mark", "pages": ["1"], "state": "burnt"},
        {"do": "mark", "pages": ["1"], "state": "missing"},
        {"do": "split", "page": "1", "number": "x" * 999},
        {"do": "split", "page": "F1", "number": "9"},
        {"do": "merge", "into": "3", "case": "1"},
        {"do": "give", "page": "1", "case": "19"},
        {"do": "renumber", "case": "1", "to": "2"},
        {"do": "date", "case": "1", "day": "yesterday"},
        {"do": "date", "case": "77", "day": ""},
        {"do": "drop", "names": ["#99999999999999999999"]},
        {"do": "place", "person": "someone else"},
    ],
)
def test_what_is_no_change_is_refused_and_changes_nothing(
    judged: Path, reviewer: Reviewer, said: dict[str, Any]
) -> None:
    before = [rows(judged, table) for table in ("edit", "placement", "statement", "page_statement", "set_aside")]
    assert 400 <= edit(reviewer, **said).status_code < 500
    assert [
        rows(judged, table) for table in ("edit", "placement", "statement", "page_statement", "set_aside")
    ] == before


def test_nobody_without_a_name_or_the_token_changes_a_book(judged: Path, review: ReviewServer) -> None:
    with opened(review, "") as nobody:
        for path in ("/books/1/edits", "/books/1/edits/undo"):
            assert nobody.post(path, do="place").status_code == 403
            assert nobody.client.post(path, json={}).status_code == 403
    assert rows(judged, "edit") == 6  # the captures


def typed(reviewer: Reviewer, **more: Any) -> httpx.Response:
    cell = {"case": "2/2010", "header": "nksHoTen", "value": "Lan", "shown": "", **more}
    return reviewer.post("/books/1/rows/cells", **cell)


def test_a_cell_of_the_workbook_is_typed_beside_the_page(reviewer: Reviewer) -> None:
    assert reviewer.client.get("/books/1/rows").status_code == 200
    assert typed(reviewer).status_code == 200
    told = reviewer.client.get("/books/1/rows.json").json()
    row = told["rows"][1]
    assert (row["case"], row["pages"], row["cells"]["nksHoTen"], row["typed"]) == ("2/2010", ["2"], "Lan", ["nksHoTen"])
    assert typed(reviewer, value="Hoa").status_code == 409  # that is not what stands there


@pytest.mark.parametrize(
    "said",
    [
        {"case": "99"},
        {"case": "../1"},
        {"case": "1/99999"},
        {"header": "so"},
        {"header": "x"},
        {"value": "a\x00b"},
        {"value": "x" * 5000},
        {"value": 7},
        {"person": "someone else"},
    ],
)
def test_what_is_no_cell_is_refused_and_changes_nothing(judged: Path, reviewer: Reviewer, said: dict[str, Any]) -> None:
    assert 400 <= typed(reviewer, **said).status_code < 500
    assert rows(judged, "typed_cell") == 0


def test_nobody_without_a_name_or_the_token_types(judged: Path, review: ReviewServer) -> None:
    with opened(review, "") as nobody:
        assert typed(nobody).status_code == 403
        assert nobody.client.post("/books/1/rows/cells", json={}).status_code == 403
    assert rows(judged, "typed_cell") == 0


@pytest.mark.parametrize(
    "said",
    [{"do": "place"}, {"do": "drop", "names": []}, {"do": "mark", "pages": [], "state": "blank"}],
    ids=lambda said: said["do"],
)
def test_a_change_that_changes_nothing_is_refused_and_leaves_nothing_to_undo(
    judged: Path, reviewer: Reviewer, said: dict[str, Any]
) -> None:
    before = rows(judged, "edit")
    assert 400 <= reviewer.post("/books/1/edits", **said).status_code < 500
    assert rows(judged, "edit") == before
