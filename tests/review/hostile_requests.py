"""Requests that no page of the server sends: drawn by seed from its own addresses, so that new ones are tried too."""

import json
import random
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from starlette.routing import Route

from scanpipe.review.web.changes import HEADER, MOST_BYTES

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND")
NO_ROW: Final = ("0", "999", "-1", "1.0", "1e3", "0x1", "%D9%A1", "%20", str(2**63 - 1), str(2**63), "9" * 5000)
NO_NAME: Final = (
    *("..", "%2e%2e", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%5cstation.toml", "....//", "%2fetc%2fpasswd"),
    *("%00", "x%00.js", "%ff%fe", "%0d%0aset-cookie:%20a=b", "%F0%9F%92%A9", "%E2%80%AE", "a" * 5000, "CON", "'--"),
)
NO_TEXT: Final = (
    *("", " ", "\0", "999 ", "../../station.toml", "/etc/passwd", "%2e%2e", "‮", "\ud800", "\n\r", "💩", "́"),
    *("'; DROP TABLE verdict; --", "<script>alert(1)</script>", "{{7*7}}", "${x}", "x" * 60_000, "1" * 5000),
)
NO_NUMBER: Final = (0, -1, 999, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 10**4000)
OTHER_TYPES: Final = (None, True, 1.5, 1e308, [], {}, [[]], "1", {"$ne": 1}, -0.0)
NO_JSON: Final = (
    *(b"", b"{", b"null", b"[]", b"1", b'"x"', b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 20_000, b'{"a":' * 9_000),
    *(b"a=b&c=d", b"<a/>", b'{"": 1}', b'{"x": NaN}', b'{"window": "a", "window": 1}', b"{} {}", b"{}\0"),
)
FOREIGN_HOSTS: Final = ("evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example", "[::1]", "", "0", "a@b")
FOREIGN_ORIGINS: Final = ("null", "http://evil.example", "http://127.0.0.1", "https://127.0.0.1:1", "", "file://", "*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it goes over the wire."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def saying(self, name: str, value: str | None) -> "Request":
        """Return the request with another header, or without it."""
        others = tuple(each for each in self.headers if each[0] != name)
        return replace(self, headers=others if value is None else (*others, (name, value)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What a browser knows that opened the server's address."""

    host: str
    cookie: str
    change: str

    def request(self, method: str, path: str, body: bytes = b"") -> Request:
        """Return a request as the server's own pages send it."""
        headers = (("host", self.host), ("cookie", self.cookie), ("origin", f"http://{self.host}"))
        if method not in ("GET", "HEAD"):
            headers += ((HEADER, self.change), ("content-type", "application/json"))
        return Request(method=method, path=path, headers=headers, body=body)


def hostile(routes: Sequence[Route], browser: Browser, seed: int) -> Iterator[Request]:
    """Yield requests without end, each of which is to be refused."""
    lot = random.Random(seed)
    changes = [route for route in routes if "POST" in (route.methods or ())]
    kinds = [(_forged, routes), (_elsewhere, routes), (_by_other_means, routes)]
    kinds += [(_no_json, changes), (_odd_values, changes)] if changes else []
    while True:
        kind, among = lot.choice(kinds)
        yield kind(lot.choice(among), browser, lot)


def _forged(route: Route, browser: Browser, lot: random.Random) -> Request:
    """A request that a page of the server could have sent, but for one thing that only its pages know."""
    sent = _right(route, browser)
    forged = [("host", FOREIGN_HOSTS), ("origin", FOREIGN_ORIGINS), ("cookie", (None, "", "a=b", *_cookies(browser)))]
    if sent.method == "POST":
        forged += [(HEADER, (None, "", "0" * 64, browser.change[:-1], "é", browser.change * 2))]
        forged += [("content-type", (None, "text/plain", "multipart/form-data; boundary=x", "application/jsonp"))]
        forged += [("origin", (None,)), ("content-length", (str(MOST_BYTES + 1), "9" * 30, "-1", "x"))]
    name, values = lot.choice(forged)
    return sent.saying(name, lot.choice(values))


def _cookies(browser: Browser) -> tuple[str, ...]:
    name, _, token = browser.cookie.partition(";")[0].partition("=")
    return (f"{name}={token[:-1]}", f"{name}={token}x", f"{name}=", f"{name}x={token}", ";=,")


def _elsewhere(route: Route, browser: Browser, lot: random.Random) -> Request:
    """A request for something that is not there."""
    sent = _right(route, browser)
    names = list(route.param_convertors)
    if not names:
        return replace(sent, path=f"{sent.path.rstrip('/')}/{lot.choice(NO_NAME)}")
    wrong = lot.choice(names)
    values = {name: _plausible(route, name) for name in names}
    values[wrong] = lot.choice(NO_ROW if _is_row(route, wrong) else NO_NAME)
    return replace(sent, path=_path(route, values))


def _by_other_means(route: Route, browser: Browser, lot: random.Random) -> Request:
    """A request by a method that the address does not know."""
    known = route.methods or set()
    method = lot.choice([method for method in METHODS if method not in known])
    return browser.request(method, _right(route, browser).path, lot.choice(NO_JSON))


def _no_json(route: Route, browser: Browser, lot: random.Random) -> Request:
    """A change that says nothing that could be understood."""
    body = lot.choice((*NO_JSON, b" " * (MOST_BYTES + 1)))
    return replace(_right(route, browser), body=body or b"?")


def _odd_values(route: Route, browser: Browser, lot: random.Random) -> Request:
    """A change of the right form, of things that are not there, of the wrong type, or with more than was asked for."""
    kinds = said_at(route)
    value = _filled(lot.choice(kinds), lot) if kinds else {}
    if not kinds or not value or lot.random() < 0.3:
        value |= {lot.choice(("x", "__class__", "é", "")): lot.choice(OTHER_TYPES)}
    if value and lot.random() < 0.3:
        value[lot.choice(list(value))] = lot.choice(({"x": 1}, [[]], [None]))
    text = json.dumps(value) if lot.random() < 0.5 else json.dumps(value, ensure_ascii=False)
    body = text.encode(errors="surrogatepass")
    return replace(_right(route, browser), body=body)


def said_at(route: Route) -> list[type[msgspec.Struct]]:
    """Return what may be said at an address: the values, or alternatives of values, that its module knows."""
    known = vars(sys.modules[route.endpoint.__module__]).values()
    kinds = [kind for each in known for kind in (each, *get_args(each)) if isinstance(kind, type)]
    return sorted({kind for kind in kinds if issubclass(kind, msgspec.Struct)}, key=lambda kind: kind.__name__)


def _filled(kind: type[msgspec.Struct], lot: random.Random) -> dict[str, Any]:
    """Return a value of the right form."""
    form = kind.__struct_config__
    tag = {str(form.tag_field): form.tag} if form.tag_field else {}
    return tag | {name: _odd(wanted, lot) for name, wanted in get_type_hints(kind).items()}


def _odd(wanted: Any, lot: random.Random) -> Any:
    """Return a value of that type which names nothing that there is."""
    if isinstance(wanted, types.UnionType):
        return _odd(lot.choice(get_args(wanted)), lot)
    if get_origin(wanted) is Literal:
        return lot.choice(get_args(wanted))
    if get_origin(wanted) in (list, tuple):
        return [_odd(get_args(wanted)[0], lot) for _ in range(lot.randint(0, 3))]
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return _filled(wanted, lot)
    values = {int: NO_NUMBER, str: NO_TEXT, bool: (True, False)}
    return lot.choice(values.get(wanted, OTHER_TYPES))


def _right(route: Route, browser: Browser) -> Request:
    values = {name: _plausible(route, name) for name in route.param_convertors}
    method = "POST" if "POST" in (route.methods or ()) else "GET"
    return browser.request(method, _path(route, values), b"{}" if method == "POST" else b"")


def _plausible(route: Route, name: str) -> str:
    return "1" if _is_row(route, name) else "scan" if name == "kind" else "review.css"


def _is_row(route: Route, name: str) -> bool:
    return type(route.param_convertors[name]).__name__ == "IntegerConvertor"


def _path(route: Route, values: dict[str, str]) -> str:
    path = route.path_format
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path
