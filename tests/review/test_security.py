"""Who gets anything from the local web server, and who gets nothing but 4xx."""

import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.responses import Response

from scanpipe.review.live.view import LiveView
from scanpipe.review.web.security import HEADERS, Address, Guard, give_cookie, listening_socket, station_token
from tests.followed_books import keep, make_followed

get = partial(httpx.get, timeout=60)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveView]:
    folder = make_followed(tmp_path_factory.mktemp("followed"))
    keep(folder, "1")
    view = LiveView(folder)
    view.start()
    yield view
    view.stop()


@pytest.fixture
def base(view: LiveView) -> str:
    return f"http://{urlsplit(view.url).netloc}"


@pytest.fixture
def browser(view: LiveView, base: str) -> Iterator[httpx.Client]:
    """Somebody who opened the address."""
    with httpx.Client(base_url=base, timeout=60) as client:
        assert client.get(view.url).status_code == 303
        yield client


@pytest.fixture
def picture(browser: httpx.Client) -> str:
    """The address of the folder of the only capture's pictures."""
    with browser.stream("GET", "/events") as events:
        line = next(line for line in events.iter_lines() if '"pictures"' in line)
    return line.partition('"pictures": "')[2].partition('"')[0]


ANSWERED = ("/", "/events", "/static/live.js", "/static/live.css", "/captures/1/0/1366.jpg", "/no-such-page")


@pytest.mark.parametrize("path", ANSWERED)
def test_without_the_token_nothing_is_answered(base: str, path: str) -> None:
    assert get(base + path).status_code == 403


@pytest.mark.parametrize("token", ["x", "%00", "ế", "a" * 9000])
def test_a_wrong_token_opens_nothing(base: str, token: str) -> None:
    port = base.rpartition(":")[2]
    assert get(f"{base}/{token}/").status_code == 403
    if token.isascii():
        assert get(f"{base}/", headers={"cookie": f"scanpipe-session-{port}={token}"}).status_code == 403


def test_the_address_becomes_a_cookie_that_no_other_site_sends_and_no_script_reads(view: LiveView) -> None:
    answer = get(view.url)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie


def test_the_cookie_of_a_port_neither_tells_the_secret_nor_is_good_at_another(view: LiveView) -> None:
    """Browsers send it to whatever listens at another port of the same address."""
    token, port = urlsplit(view.url).path.strip("/"), urlsplit(view.url).port
    assert port
    here, there = (Guard(app=Response(), address=Address(port=each), token=token).session for each in (port, port + 1))
    assert dict(get(view.url).cookies) == {f"scanpipe-session-{port}": here}
    assert token not in here != there


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_what_pages_of_others_have_the_browser_ask_for_is_refused(
    view: LiveView, browser: httpx.Client, picture: str, site: str
) -> None:
    asked = {"sec-fetch-site": site}
    assert browser.get(f"{picture}/full.jpg", headers=asked).status_code == 403
    assert browser.get("/", headers=asked).status_code == 403
    assert browser.get(view.url, headers=asked).status_code == 200


def test_with_a_certificate_nobody_else_can_set_the_cookies() -> None:
    secure = Address(port=20_000, host="10.0.0.7", secure=True)
    guarded = Response()
    give_cookie(guarded, secure, "session", "x")
    said = guarded.headers["set-cookie"].lower()
    assert said.startswith("__host-scanpipe-session-20000=x;")
    assert "secure" in said and "path=/" in said and "domain" not in said


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:80", ""])
def test_another_host_is_refused_even_with_the_cookie(browser: httpx.Client, host: str) -> None:
    assert browser.get("/", headers={"host": host}).status_code in (400, 421)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost"])
def test_another_origin_is_refused_even_with_the_cookie(browser: httpx.Client, origin: str) -> None:
    assert browser.get("/", headers={"origin": origin}).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(browser: httpx.Client, base: str, method: str) -> None:
    assert browser.request(method, "/").status_code == 403
    assert browser.request(method, "/", headers={"origin": base}).status_code == 405


@pytest.mark.parametrize("path", ["/", "/static/live.js", "/no-such-page"])
def test_every_answer_says_what_a_browser_must_not_do(browser: httpx.Client, path: str) -> None:
    for asked in (browser.get, get):
        answer = asked(browser.base_url.join(path))
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "unsafe" not in HEADERS["content-security-policy"]


def test_no_page_has_code_of_its_own_and_none_loads_from_elsewhere(browser: httpx.Client) -> None:
    text = browser.get("/").text
    assert "<script>" not in text and " style=" not in text and "onclick" not in text
    assert "http:" not in text and "https:" not in text


@pytest.mark.parametrize(
    "path",
    [
        *("/static/../security.py", "/static/%2e%2e/security.py", "/static/..%2fsecurity.py", "/static/"),
        *("/captures/1/0/1366.jpg", "/captures/9/0/full.jpg", f"/captures/{10**30}/0/full.jpg", "/captures/-1/0/1.jpg"),
        *("/captures/x/0/full.jpg", "/captures/1/../../etc/passwd.jpg", "/%2e%2e/%2e%2e/etc/passwd"),
    ],
)
def test_what_is_not_there_is_not_found(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("name", ["1367", "0", "-1", "enhanced-", "enhanced-x", "../full", "FULL", "full.png"])
def test_a_picture_has_only_the_widths_that_there_are(browser: httpx.Client, picture: str, name: str) -> None:
    assert browser.get(f"{picture}/{name}.jpg").status_code == 404


def test_a_picture_is_kept_by_the_browser_and_a_page_is_not(browser: httpx.Client, picture: str) -> None:
    answer = browser.get(f"{picture}/full.jpg")
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"] and "private" in answer.headers["cache-control"]
    assert browser.get("/").headers["cache-control"] == "no-store"


def test_only_this_computer_is_listened_to() -> None:
    with listening_socket("a") as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_a_station_keeps_its_secret_to_the_account_and_from_start_to_start(tmp_path: Path) -> None:
    token = station_token(tmp_path, "live.key")
    assert len(token) > 40
    assert station_token(tmp_path, "live.key") == token
    assert stat.S_IMODE((tmp_path / "live.key").stat().st_mode) == 0o600
    assert station_token(tmp_path / "other", "live.key") != token


@pytest.mark.parametrize("spoiled", ["shared", "short", "link"])
def test_a_secret_that_others_may_know_is_not_used(tmp_path: Path, spoiled: str) -> None:
    token, path = station_token(tmp_path, "live.key"), tmp_path / "live.key"
    if spoiled == "shared":
        path.chmod(0o644)
    elif spoiled == "short":
        path.write_text("abc")
    else:
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    assert station_token(tmp_path, "live.key") not in (token, "abc")


def test_a_secret_that_cannot_be_kept_is_good_for_one_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    tokens = {station_token(tmp_path / "file" / "locks", "live.key") for _ in range(2)}
    assert len(tokens) == 2
