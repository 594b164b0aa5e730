"""Whoever asks the review site for what it does not give gets 4xx, and nothing changes by it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanpipe.flows.station import JOURNAL
from scanpipe.review.site.server import ReviewServer
from scanpipe.review.web.changes import HEADER, MOST_BYTES
from tests.review.conftest import Reviewer, opened
from tests.thorough import tried

VERDICT = {"window": "a", "page": "1", "capture": 1, "version": 1, "decision": "accept"}
CHANGES = (
    "/person",
    *(f"/books/1/{path}" for path in ("verdicts", "undo", "open", "trials")),
    *(f"/books/1/{path}" for path in ("sheet/verdicts", "edits", "edits/undo", "rows/cells")),
)


@pytest.fixture(scope="module")
def reviewer(asked: ReviewServer) -> Iterator[Reviewer]:
    with opened(asked) as reviewer:
        yield reviewer


@pytest.fixture(autouse=True)
def unchanged(kept: Path) -> Iterator[None]:
    """No fact is added, whatever is asked for."""
    before = facts(kept)
    yield
    assert facts(kept) == before


def facts(station: Path) -> list[int]:
    """Return how many rows each table of the journal has."""
    with closing(sqlite3.connect(station / JOURNAL)) as db:
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return [db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables]


@pytest.mark.parametrize("path", [*CHANGES, "/", "/books/1"])
@pytest.mark.parametrize("lacking", ["token", "origin", "cookie", "type", "host"])
def test_a_change_needs_all_that_only_its_own_pages_send(reviewer: Reviewer, path: str, lacking: str) -> None:
    base = str(reviewer.client.base_url).rstrip("/")
    headers = {HEADER: reviewer.change, "origin": base, "content-type": "application/json"}
    foreign = {
        "token": {HEADER: "x"},
        "origin": {"origin": "http://evil.example"},
        "type": {"content-type": "text/plain"},
    }
    sent = headers | foreign.get(lacking, {}) | ({"host": "evil.example"} if lacking == "host" else {})
    client = httpx.Client(base_url=base, timeout=60) if lacking == "cookie" else reviewer.client
    answer = client.post(path, json=VERDICT, headers=sent)
    if lacking == "cookie":
        client.close()
    assert answer.status_code in (403, 415, 421)


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"a": 1}', b"\xff", b"[" * 9000, b'{"window": 1, "page": [], "capture": "x"}'],
    ids=repr,
)
def test_what_is_no_json_of_that_kind_is_refused(reviewer: Reviewer, path: str, body: bytes) -> None:
    base = str(reviewer.client.base_url).rstrip("/")
    headers = {HEADER: reviewer.change, "origin": base, "content-type": "application/json"}
    assert reviewer.client.post(path, content=body, headers=headers).status_code == 400


def test_nothing_larger_than_a_change_is_read(reviewer: Reviewer) -> None:
    base = str(reviewer.client.base_url).rstrip("/")
    headers = {HEADER: reviewer.change, "origin": base, "content-type": "application/json"}
    large = b"x" * (MOST_BYTES + 1)
    assert reviewer.client.post("/person", content=large, headers=headers).status_code == 413
    assert reviewer.client.post("/person", content=iter([large]), headers=headers).status_code == 413  # no length


@pytest.mark.parametrize(
    "path",
    [
        *("/books/2", "/books/0", f"/books/{10**30}", "/books/-1", "/books/x", "/books/1/../../etc/passwd"),
        *("/pictures/scan/1/x/800.jpg", "/pictures/scan/9/x/800.jpg", f"/pictures/scan/{2**63}/x/800.jpg"),
        *("/pictures/../1/x/800.jpg", "/pictures/blob/1/x/800.jpg", "/pictures/scan/1/x/..%2f..%2fstation.toml.jpg"),
        *("/static/../templates/base.html", "/static/%2e%2e/pages.py", "/trials/..%2f..%2fstation.toml.jpg"),
        *(f"/versions/{2**63}/details.json", "/versions/99/details.json", "/captures/99/marks.json", "/%2e%2e/x"),
    ],
)
def test_what_is_not_there_is_not_found(reviewer: Reviewer, path: str) -> None:
    assert reviewer.client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["801", "0", "-1", "full", "tile-0", "tile-0-0-0", "tile-9999-0", "tile-٣-0", "1e3"])
@pytest.mark.parametrize("kind", ["page", "scan", "mask"])
def test_a_picture_has_only_the_sizes_that_there_are(reviewer: Reviewer, kind: str, name: str) -> None:
    assert reviewer.client.get(f"{reviewer.page('1')[kind]}/{name}.jpg").status_code == 404


def test_texts_of_a_station_are_no_markup(reviewer: Reviewer) -> None:
    assert reviewer.post("/person", name="<script>alert(1)</script>").status_code == 200
    assert "<script>alert" not in reviewer.client.get("/").text
    assert reviewer.post("/person", name="Lan").status_code == 200


PATHS = st.one_of(
    st.sampled_from(CHANGES),
    st.lists(st.sampled_from(["books", "1", "2", "..", "%2e%2e", "pictures", "scan", "x", "verdicts", "%00", "é"])).map(
        lambda parts: "/" + "/".join(parts)
    ),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*VERDICT, "name"]), inner, max_size=4),
    max_leaves=8,
)
FORGED = st.sampled_from(["token", "origin", "host", "cookie", "type"])


@settings(max_examples=tried(100, 2000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, said=VALUES, forged=FORGED, method=st.sampled_from(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]))
def test_no_forged_request_gets_anything(reviewer: Reviewer, path: str, said: object, forged: str, method: str) -> None:
    base = str(reviewer.client.base_url).rstrip("/")
    headers = {HEADER: reviewer.change, "origin": base, "content-type": "application/json"}
    wrong = {
        "token": {HEADER: "0" * 64},
        "origin": {"origin": "null"},
        "host": {"host": "127.0.0.1.evil.example"},
        "cookie": {"cookie": "scanpipe=x"},
        "type": {"content-type": "application/x-www-form-urlencoded"},
    }
    answer = reviewer.client.request(method, path, json=said, headers={**headers, **wrong[forged]})
    assert 400 <= answer.status_code < 500


@settings(max_examples=tried(50, 2000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(CHANGES[1:]), said=VALUES)
def test_no_odd_value_of_a_reviewer_breaks_anything(reviewer: Reviewer, path: str, said: object) -> None:
    base = str(reviewer.client.base_url).rstrip("/")
    headers = {HEADER: reviewer.change, "origin": base}
    answer = reviewer.client.post(path, json=said, headers=headers)
    harmless = path.endswith("/open") and answer.status_code == 200
    assert harmless or 400 <= answer.status_code < 500
