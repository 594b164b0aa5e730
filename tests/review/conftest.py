"""A review site that serves a small book, and browsers that opened it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from scanpipe.review.site.server import ReviewServer
from scanpipe.review.web.changes import HEADER
from tests.judged_books import make_judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """A browser in which somebody reviews the only book."""

    client: httpx.Client
    change: str

    def post(self, path: str, **said: Any) -> httpx.Response:
        headers = {HEADER: self.change, "origin": str(self.client.base_url).rstrip("/")}
        return self.client.post(path, json=said, headers=headers)

    def page(self, label: str) -> dict[str, Any]:
        pages = self.client.get("/books/1/pages.json").json()["pages"]
        return next(page for page in pages if page["label"] == label)

    def judge(self, label: str, decision: str = "accept", *, window: str = "a", **more: Any) -> httpx.Response:
        page = self.page(label)
        seen = {"page": label, "capture": page["capture"], "version": page["version"]}
        return self.post("/books/1/verdicts", **{**seen, "window": window, "decision": decision, **more})


@contextmanager
def opened(review: ReviewServer, person: str = "Lan") -> Iterator[Reviewer]:
    """A browser that opened the site; with a name, somebody reviews in it."""
    with httpx.Client(base_url=str(httpx.URL(review.url).copy_with(path="/")), timeout=120) as client:
        assert client.get(review.url).status_code == 303
        text = client.get("/").text
        change = text.partition('name="scanpipe-change" content="')[2].partition('"')[0]
        reviewer = Reviewer(client=client, change=change)
        if person:
            assert reviewer.post("/person", name=person).status_code == 200
        yield reviewer


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A station with a book of six pages that wait for a person."""
    return make_judged(tmp_path)


@pytest.fixture
def review(judged: Path) -> Iterator[ReviewServer]:
    review = ReviewServer(judged, person="Hoa")
    review.start()
    yield review
    review.stop()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a book of two pages that all tests of a file ask, and that none changes."""
    return make_judged(tmp_path_factory.mktemp("judged"), 2)


@pytest.fixture(scope="module")
def asked(kept: Path) -> Iterator[ReviewServer]:
    review = ReviewServer(kept)
    review.start()
    yield review
    review.stop()


@pytest.fixture
def reviewer(review: ReviewServer) -> Iterator[Reviewer]:
    with opened(review) as reviewer:
        yield reviewer
