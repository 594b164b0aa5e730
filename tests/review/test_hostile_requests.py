"""Thousands of requests that no page of the server sends: each gets 4xx, and changes nothing."""

import fcntl
import http.client
import logging
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.routing import Route

from scanpipe.flows.station import JOURNAL
from scanpipe.review.live.app import live_app
from scanpipe.review.live.view import LiveView
from scanpipe.review.site.app import review_app
from scanpipe.review.site.review import Review
from scanpipe.review.site.server import ReviewServer
from scanpipe.review.web.security import Address
from tests.review.conftest import opened
from tests.review.hostile_requests import Browser, Request, hostile

LOTS = 8
WHO = "Nguyễn Thị Lan"


@pytest.fixture(scope="module")
def reviewer(asked: ReviewServer) -> Iterator[Browser]:
    """A browser in which somebody reviews."""
    with opened(asked, WHO) as reviewer:
        cookie = "; ".join(f"{name}={value}" for name, value in reviewer.client.cookies.items())
        yield Browser(host=urlsplit(asked.url).netloc, cookie=cookie, change=reviewer.change)


@pytest.fixture(scope="module")
def addresses(kept: Path) -> list[Route]:
    """All that the review site answers."""
    review = Review(kept, address=Address(port=1), change_token="")
    try:
        return [route for route in review_app(review).routes if isinstance(route, Route)]
    finally:
        review.close()


@pytest.fixture
def untouched(kept: Path, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing of the station changes, and nothing is said of it."""
    caplog.set_level(logging.INFO)
    before = content(kept)
    yield
    assert content(kept) == before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    assert not [word for word in (*WHO.split(), "trang1") if word in caplog.text]


def content(station: Path) -> tuple[list[str], set[Path]]:
    """Return all rows of the journal, and the files of a station but those that say who is at work."""
    with closing(sqlite3.connect(station / JOURNAL)) as db:
        rows = list(db.iterdump())
    files = {path.relative_to(station) for path in station.rglob("*") if path.is_file()}
    return rows, {path for path in files if path.parts[0] not in ("locks", "cache") and "journal" not in path.name}


def sent(connection: http.client.HTTPConnection, request: Request) -> tuple[int, bytes]:
    """Send a request as it is; return status and body, 400 where the server hung up."""
    try:
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            connection.putheader(name, value.encode())
        if request.body and "content-length" not in dict(request.headers):
            connection.putheader("content-length", str(len(request.body)))
        connection.endheaders()
        with suppress(ConnectionError):  # it may answer before it heard all
            connection.send(request.body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (ConnectionError, http.client.BadStatusLine):
        return 400, b""
    finally:
        connection.close()


def refuse(browser: Browser, requests: Iterator[Request]) -> None:
    host, _, port = browser.host.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    for request in requests:
        status, body = sent(connection, request)
        named = (status, request.path) == (200, "/person")  # any name is one: only the browser is told to keep it
        assert named or 400 <= status < 500, (status, str(request)[:2000], body[:500])
        assert b"Traceback" not in body and b'File "' not in body, (request, body)


@pytest.mark.parametrize("lot", range(LOTS))
@pytest.mark.usefixtures("untouched")
def test_what_no_page_of_the_desk_sends_is_refused(addresses: list[Route], reviewer: Browser, lot: int) -> None:
    refuse(reviewer, islice(hostile(addresses, reviewer, lot), 250))


@pytest.mark.usefixtures("untouched")
def test_what_no_page_of_the_live_view_sends_is_refused(kept: Path) -> None:
    view = LiveView(kept)
    view.start()
    cookie = "; ".join(f"{name}={value}" for name, value in httpx.get(view.url, timeout=60).cookies.items())
    browser = Browser(host=urlsplit(view.url).netloc, cookie=cookie, change="")
    routes = [route for route in live_app(kept, None).routes if isinstance(route, Route)]  # type: ignore[arg-type]
    try:
        refuse(browser, islice(hostile(routes, browser, LOTS), 250))
    finally:
        view.stop()


@pytest.mark.parametrize(
    "said",
    [
        b"\0\xff\x16\x03\x01 TLS?\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: HOST, evil.example\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: HOST\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"POST /person HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /person HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=lambda said: said[:40].decode("latin-1"),
)
@pytest.mark.usefixtures("untouched")
def test_what_is_no_request_is_refused(reviewer: Browser, said: bytes) -> None:
    host, _, port = reviewer.host.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection, suppress(ConnectionError):
        connection.sendall(said.replace(b"HOST", reviewer.host.encode()))
        answer = connection.recv(1000)
        assert not answer or answer.startswith(b"HTTP/1.1 4")


@pytest.mark.usefixtures("untouched")
def test_who_sends_slowly_holds_nobody_up(reviewer: Browser) -> None:
    host, _, port = reviewer.host.partition(":")
    right = reviewer.request("POST", "/person")
    headers = "".join(f"{name}: {value}\r\n" for name, value in right.headers)
    begun = f"POST /person HTTP/1.1\r\n{headers}content-length: 1000\r\n\r\n{{".encode()
    slow = [socket.create_connection((host, int(port)), timeout=30) for _ in range(40)]
    for number, connection in enumerate(slow):
        connection.sendall(begun[: 20 if number % 2 else len(begun)])
    assert sent(http.client.HTTPConnection(host, int(port), timeout=30), reviewer.request("GET", "/"))[0] == 200
    for connection in slow:
        connection.close()


def test_a_server_that_ends_while_somebody_waits_is_no_fault(kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    review = ReviewServer(kept)
    review.start()
    with (
        opened(review, WHO) as reviewer,
        ThreadPoolExecutor(1) as thread,
        (kept / "locks" / "review").open("ab") as held,
    ):
        fcntl.flock(held, fcntl.LOCK_EX)  # so that to claim a page takes as long as we like
        waiting = thread.submit(reviewer.post, "/books/1/open", window="a", page="1", width=0)
        while not waiting.running():
            time.sleep(0.01)
        time.sleep(0.2)
        ending = Timer(2.5, fcntl.flock, (held, fcntl.LOCK_UN))
        ending.start()
        review.stop()
        assert waiting.result(30).status_code == 503
    assert not [record for record in caplog.records if record.exc_info]
