"""How many connections a server takes, and how long one may take to say what it wants."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from scanpipe.review.live.view import LiveView
from scanpipe.review.web import connections
from tests.followed_books import keep, make_followed

WAIT_S = 60


@pytest.fixture
def station(tmp_path: Path) -> Path:
    return make_followed(tmp_path)


@pytest.fixture
def view(station: Path) -> Iterator[LiveView]:
    view = LiveView(station)
    view.start()
    yield view
    view.stop()


def connected(view: LiveView, source: str = "127.0.0.1") -> socket.socket:
    address = urlsplit(view.url)
    assert address.hostname and address.port
    return socket.create_connection((address.hostname, address.port), WAIT_S, (source, 0))


def answer(connection: socket.socket, view: LiveView) -> bytes:
    """Return the first line that a connection answers, nothing where it is closed."""
    try:
        connection.sendall(f"GET / HTTP/1.1\r\nhost: {urlsplit(view.url).netloc}\r\n\r\n".encode())
        return connection.recv(1000).partition(b"\r\n")[0]
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    "said",
    ["", "GET / HT", "POST / HTTP/1.1\r\nhost: HOST\r\ncontent-length: 9\r\n\r\n{"],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_never_ends_a_request_is_hung_up_on(view: LiveView, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LONGEST_REQUEST_S", 0.2)
    with connected(view) as connection:
        connection.sendall(said.replace("HOST", urlsplit(view.url).netloc).encode())
        try:
            while connection.recv(1000):  # it may be answered before it is all said
                pass
        except ConnectionResetError:
            pass


def test_an_answer_may_take_longer_than_a_request(
    view: LiveView, station: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LONGEST_REQUEST_S", 0.2)
    with httpx.Client(base_url=httpx.URL(view.url).copy_with(path="/"), timeout=WAIT_S) as client:
        client.get(view.url)
        with client.stream("GET", "/events") as events:
            lines = (line for line in events.iter_lines() if line.startswith("data:"))
            next(lines)
            time.sleep(0.5)
            keep(station, "1")
            assert '"pictures"' in next(lines)


def test_one_computer_cannot_take_all_connections(view: LiveView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_OF_ONE", 5)
    with ExitStack() as held:
        open_ones = [held.enter_context(connected(view)) for _ in range(5)]
        with connected(view) as one_more, connected(view, "127.0.0.2") as of_another:
            assert answer(one_more, view) == b""
            assert answer(of_another, view) == b"HTTP/1.1 403 Forbidden"
        assert answer(open_ones[0], view) == b"HTTP/1.1 403 Forbidden"


def test_all_computers_together_cannot_take_more_than_the_server_has(
    view: LiveView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST", 3)
    with ExitStack() as held:
        for number in range(3):
            held.enter_context(connected(view, f"127.0.0.{number + 2}"))
        with connected(view) as one_more:
            assert answer(one_more, view) == b""
