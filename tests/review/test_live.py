"""The live view starts, follows, and ends with all that it started."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from scanpipe.errors import UsageError
from scanpipe.review.live.view import LiveEvent, LiveView
from scanpipe.review.web.security import listening_socket
from tests.followed_books import keep, make_followed
from tests.small_books import BOOK


@pytest.fixture
def followed(tmp_path: Path) -> Path:
    return make_followed(tmp_path)


@pytest.fixture
def view(followed: Path) -> Iterator[LiveView]:
    view = LiveView(followed)
    view.start()
    yield view
    view.stop()


def views(url: str) -> Iterator[dict[str, object]]:
    """Yield what a page is told, until it is said no more."""
    with httpx.Client(timeout=30) as client:
        client.get(url)
        with client.stream("GET", str(httpx.URL(url).join("/events"))) as events:
            for line in events.iter_lines():
                if line.startswith("data: "):
                    yield httpx.Response(200, text=line.removeprefix("data: ")).json()


def test_what_another_process_captures_is_told_without_being_asked(view: LiveView, followed: Path) -> None:
    told = views(view.url)
    assert next(told)["newest"] is None
    keep(followed, "1")
    assert next(told)["newest"]["title"] == "Page 1"  # type: ignore[index]


def test_a_state_is_told_with_its_words_and_the_view_follows_its_book(view: LiveView, followed: Path) -> None:
    keep(followed, "1")
    view.publish(LiveEvent(book="KS.2011.05", state="stopped", words="jam"))
    for seen in views(view.url):
        if seen["state"]["code"]:  # type: ignore[index]
            break
    assert (seen["newest"], seen["state"]) == (None, {"code": "stopped", "words": "jam"})
    view.publish(LiveEvent(book=BOOK))
    told = next(seen for seen in views(view.url) if seen["newest"])
    assert told["state"] == {"code": "scanning", "words": "The scanner is scanning."}


def test_a_journal_that_cannot_be_read_is_told_and_looked_at_again(view: LiveView, followed: Path) -> None:
    keep(followed, "1")
    journal = followed / "journal.sqlite"
    journal.rename(followed / "away")
    told = views(view.url)
    assert next(seen for seen in told if seen["trouble"])
    (followed / "away").rename(journal)
    assert next(seen for seen in told if not seen["trouble"])["newest"]


def started() -> list[psutil.Process]:
    """Return the processes that enhance for this one: forks of one that it started."""
    own = psutil.Process()
    forked = [child for child in own.children(recursive=True) if child.ppid() != own.pid]
    return [child for child in forked if "forkserver" in " ".join(child.cmdline())]


@pytest.mark.timeout(60)
def test_it_ends_with_all_that_it_started_while_pages_are_open(followed: Path) -> None:
    keep(followed, "1")
    before = set(threading.enumerate())
    view = LiveView(followed)
    view.start()
    told = [views(view.url) for _ in range(3)]
    assert all(next(each) for each in told)
    while not (workers := started()):
        time.sleep(0.01)
    view.stop()
    assert not [thread for thread in set(threading.enumerate()) - before if thread.is_alive()]
    assert not [worker for worker in workers if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]
    assert view.url == ""
    assert [list(each) for each in told] == [[], [], []]


def test_it_ends_before_it_has_begun(followed: Path) -> None:
    view = LiveView(followed)
    view.start()
    view.stop()
    view.stop()
    view.publish(LiveEvent(book=BOOK))


def test_started_again_it_has_the_same_address(followed: Path) -> None:
    view, urls = LiveView(followed), []
    for _ in range(2):
        view.start()
        urls.append(view.url)
        view.stop()
    assert urls[0] == urls[1]


def test_two_at_one_station_have_two_addresses(view: LiveView, followed: Path) -> None:
    other = LiveView(followed)
    other.start()
    assert other.url != view.url
    assert httpx.get(other.url).status_code == 303
    other.stop()


def test_a_port_that_is_taken_is_refused_by_its_number(followed: Path) -> None:
    with listening_socket("any") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            LiveView(followed, port=port).start()


def test_looking_gives_way_to_the_scan(view: LiveView, followed: Path) -> None:
    keep(followed, "1")
    shown = next(seen for seen in views(view.url) if seen["newest"])["newest"]
    with httpx.Client() as client:
        client.get(view.url)
        assert client.get(str(httpx.URL(view.url).join(f"{shown['pictures']}/full.jpg"))).status_code == 200  # type: ignore[index]
    named = {thread.name: thread.native_id for thread in threading.enumerate()}
    (pictures,) = (number for name, number in named.items() if name.startswith("live-pictures"))
    assert pictures
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert os.getpriority(os.PRIO_PROCESS, pictures) > own or own == 19
