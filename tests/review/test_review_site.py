"""What the review site shows, and what it writes of what a reviewer says."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from scanpipe.errors import UsageError
from scanpipe.flows.station import JOURNAL, open_station
from scanpipe.review.site.server import Listening, ReviewServer
from tests.followed_books import HEIGHT, WIDTH, keep
from tests.judged_books import process_drawn, write_delivery
from tests.review.conftest import Reviewer, opened


def verdicts(station: Path) -> list[tuple[Any, ...]]:
    """Return decision, reason, person and login of all verdicts, oldest first."""
    with closing(sqlite3.connect(station / JOURNAL)) as db:
        return db.execute("SELECT decision, reason, person, recipe IS NOT NULL FROM verdict ORDER BY id").fetchall()


def size(answer: httpx.Response) -> tuple[int, int]:
    assert answer.status_code == 200
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.format == "JPEG"
        return image.size


def test_the_books_are_listed_with_what_waits(reviewer: Reviewer) -> None:
    text = reviewer.client.get("/").text
    assert '<a href="/books/1">KS.2010.01</a>' in text
    assert "6 / 20" in text


def test_a_book_is_told_page_by_page_in_words(reviewer: Reviewer) -> None:
    page = reviewer.page("2")
    assert (page["title"], page["statusText"], page["score"]) == ("Page 2", "waiting for a verdict", 88.0)
    assert [flag["code"] for flag in page["flags"]] == ["blurred"]
    assert reviewer.page("7") | {"statusText": ""} == reviewer.page("7") | {"statusText": "", "capture": None}
    told = reviewer.client.get("/books/1/pages.json").json()
    assert [reason["key"] for reason in told["reasons"]][:3] == ["1", "2", "3"]
    assert "faded" in told["recipes"]


@pytest.mark.parametrize("kind", ["page", "scan", "mask"])
def test_pictures_are_made_to_a_width_and_kept_for_ever(reviewer: Reviewer, judged: Path, kind: str) -> None:
    answer = reviewer.client.get(f"{reviewer.page('1')[kind]}/800.jpg")
    assert size(answer) == (WIDTH, HEIGHT)  # never larger than it is
    assert "immutable" in answer.headers["cache-control"]
    kept = [path for path in (judged / "cache").glob("*/*") if path.read_bytes() == answer.content]
    assert len(kept) == 1


def test_full_size_comes_in_tiles(reviewer: Reviewer) -> None:
    page = reviewer.page("1")["page"]
    assert size(reviewer.client.get(f"{page}/tile-0-0.jpg")) == (WIDTH, HEIGHT)
    assert reviewer.client.get(f"{page}/tile-1-0.jpg").status_code == 404


def test_words_and_seals_are_placed_on_the_page(reviewer: Reviewer) -> None:
    page = reviewer.page("3")
    details = reviewer.client.get(f"/versions/{page['version']}/details.json").json()
    (seal,), (word,) = details["seals"], details["words"]
    assert (seal["left"], seal["top"], seal["width"], seal["height"]) == (
        0.5,
        0.5,
        0.25,
        pytest.approx(1 / 3, abs=0.01),
    )
    assert (word["text"], word["left"]) == ("trang3", 0.05)
    assert reviewer.client.get(f"/captures/{page['capture']}/marks.json").json() == {"marks": []}


def test_a_verdict_is_written_in_the_name_of_the_reviewer(reviewer: Reviewer, judged: Path) -> None:
    answer = reviewer.judge("1")
    assert answer.json()["pages"][0]["status"] == "accepted"
    assert reviewer.judge("2", "rescan", reason="blurred").json()["pages"][0]["status"] == "missing"
    assert reviewer.judge("3", "redo", reason="faded", recipe="faded").json()["pages"][0]["status"] == "unprocessed"
    assert reviewer.judge("4", "reject", reason="wrong-page").json()["pages"][0]["status"] == "rejected"
    assert verdicts(judged) == [
        ("accept", "", "Lan", 0),
        ("rescan", "blurred", "Lan", 0),
        ("redo", "faded", "Lan", 1),
        ("reject", "wrong-page", "Lan", 0),
    ]


def test_the_ticket_is_written_with_the_verdicts_that_it_asks_for(reviewer: Reviewer, judged: Path) -> None:
    assert reviewer.judge("1", ticket="CV 17").status_code == 200
    assert reviewer.judge("2", "rescan", reason="blurred", ticket="CV 17").status_code == 200
    assert reviewer.judge("3", ticket="x" * 81).status_code == 400
    with closing(sqlite3.connect(judged / JOURNAL)) as db:
        assert db.execute("SELECT ticket FROM verdict").fetchall() == [("CV 17",), ("CV 17",)]


@pytest.mark.parametrize("path", ["/books/1", "/books/1/sheet"])
def test_only_a_book_that_was_delivered_asks_for_a_ticket(reviewer: Reviewer, judged: Path, path: str) -> None:
    assert 'id="ticket-asked"' not in reviewer.client.get(path).text
    write_delivery(judged)
    assert "The book was delivered as r1." in reviewer.client.get(path).text


def test_bad_paper_is_accepted_as_it_is_and_its_reason_is_kept(reviewer: Reviewer, judged: Path) -> None:
    answer = reviewer.judge("1", "accept", reason="torn")
    assert answer.json()["pages"][0]["status"] == "accepted"
    assert [said[:2] for said in verdicts(judged)] == [("reject", "torn"), ("accept", "")]


@pytest.mark.parametrize(
    "said",
    [
        {"decision": "reject"},
        {"decision": "reject", "reason": "no such"},
        {"decision": "burn", "reason": "torn"},
        {"decision": "redo", "reason": "faded"},
        {"decision": "redo", "reason": "faded", "recipe": "no such"},
        {"decision": "redo", "reason": "faded", "recipe": "/etc/passwd.toml"},
        {"decision": "accept", "recipe": "faded"},
    ],
)
def test_what_is_no_verdict_is_refused_and_says_why(reviewer: Reviewer, judged: Path, said: dict[str, str]) -> None:
    answer = reviewer.judge("1", **said)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert verdicts(judged) == []


def test_a_verdict_on_what_is_no_longer_shown_is_refused(reviewer: Reviewer, judged: Path) -> None:
    seen = reviewer.page("1")
    keep(judged, "1")
    with open_station(judged, purpose="test") as station:
        process_drawn(station)
    fields = {"window": "a", "page": "1", "decision": "accept"}
    for capture, version in ((seen["capture"], seen["version"]), (reviewer.page("1")["capture"], seen["version"])):
        answer = reviewer.post("/books/1/verdicts", capture=capture, version=version, **fields)
        assert answer.status_code == 409
        assert "1" in answer.json()["error"]
    assert verdicts(judged) == []


def test_a_page_that_another_has_open_is_not_judged(reviewer: Reviewer, review: ReviewServer, judged: Path) -> None:
    with opened(review, "Minh") as other:
        assert other.post("/books/1/open", window="b", page="1").json()["taken"] == ""
        assert reviewer.post("/books/1/open", window="a", page="1").json()["taken"] == "Minh"
        answer = reviewer.judge("1", window="a")
        assert answer.status_code == 409 and "Minh" in answer.json()["error"]
        assert verdicts(judged) == []
        other.post("/books/1/open", window="b", page="2")
    assert reviewer.judge("1", window="a").status_code == 200


def test_the_claims_of_another_server_of_the_station_count(reviewer: Reviewer, judged: Path) -> None:
    second = ReviewServer(judged)
    second.start()
    with opened(second, "Minh") as other:
        other.post("/books/1/open", window="b", page="1")
    assert reviewer.judge("1").status_code == 409
    second.stop()
    assert reviewer.judge("1").status_code == 200


def test_the_last_verdict_is_undone(reviewer: Reviewer, judged: Path) -> None:
    reviewer.judge("1")
    reviewer.judge("2", "rescan", reason="blurred")
    answer = reviewer.post("/books/1/undo")
    assert [(page["label"], page["status"]) for page in answer.json()["pages"]] == [("2", "waiting")]
    assert answer.json()["said"] == "Undone: verdict (page 2)"
    assert reviewer.page("1")["status"] == "accepted"


def test_nobody_judges_without_a_name(review: ReviewServer, judged: Path) -> None:
    with opened(review, "") as nameless:
        assert 'value="Hoa"' in nameless.client.get("/").text  # suggested, not taken
        assert nameless.judge("1").status_code == 403
        assert nameless.post("/person", name=" ").status_code == 422
        assert nameless.post("/person", name="L" * 81).status_code == 422
        assert nameless.post("/person", name="Nguyễn Thị Lan").json() == {"person": "Nguyễn Thị Lan"}
        assert nameless.judge("1").status_code == 200
    assert verdicts(judged)[0][2] == "Nguyễn Thị Lan"


@pytest.mark.timeout(120)
def test_another_recipe_is_tried_and_nothing_of_it_is_kept(reviewer: Reviewer, judged: Path) -> None:
    page, before = reviewer.page("1"), verdicts(judged)
    answer = reviewer.post("/books/1/trials", page="1", capture=page["capture"], recipe="plain")
    shown = reviewer.client.get(answer.json()["address"])
    assert size(shown)[0] > 0 and shown.headers["cache-control"] == "no-store"
    assert verdicts(judged) == before
    assert reviewer.post("/books/1/trials", page="1", capture=page["capture"], recipe="../x").status_code == 422
    assert reviewer.post("/books/1/trials", page="1", capture=99, recipe="plain").status_code == 409


def test_a_picture_that_is_gone_is_told(reviewer: Reviewer, judged: Path) -> None:
    page = reviewer.page("1")
    for blob in (judged / "store").glob("*/*"):
        blob.unlink()
    assert reviewer.client.get(f"{page['page']}/800.jpg").status_code == 410
    assert reviewer.client.get(f"/versions/{page['version']}/details.json").status_code == 410


@pytest.mark.parametrize("host", ["192.0.2.1", "0.0.0.0", "::", "scan.example"])
def test_others_reach_it_only_with_a_certificate(judged: Path, host: str) -> None:
    with pytest.raises(UsageError, match="--certificate"):
        ReviewServer(judged, listening=Listening(host=host)).start()
