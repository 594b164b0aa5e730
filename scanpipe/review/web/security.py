"""Who may ask the local web server for anything: a browser that was given the secret address.

The server listens on 127.0.0.1, or with a certificate elsewhere. The first keeps other computers out, not the web pages
that the same browser shows, nor other accounts of this computer. Hence a random token in the start address, which
becomes a cookie that no other site's request carries; a Host header that must name this very server (DNS rebinding);
and an Origin that must be its own. Nothing that scripts or styles come from lies outside the package, and no answer may
be framed, sniffed or shared.

Browsers give cookies of one address to all its ports, and count these as one site. So the cookie is good at one port
only, and what a page of another port has the browser ask for is refused.
"""

import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scanpipe.errors import UsageError
from scanpipe.messages import lazy
from scanpipe.review.web.pages import page

ADDRESS: Final = "127.0.0.1"
HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
READING: Final = ("GET", "HEAD")
_OF_OTHERS = ("same-site", "cross-site")  # what Sec-Fetch-Site says of requests that pages of others made
_TOKEN_BYTES = 32
_LONGEST_PATH = 500  # far above any of our own, far below what numbers of that many digits would cost
_FIRST_PORT, _PORTS = 20_000, 10_000  # below those that the system hands out by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server listens, as browsers name it; `secure` with a certificate."""

    port: int
    host: str = ADDRESS
    secure: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a Host header may say."""
        names = (self.host, "localhost") if is_loopback(self.host) else (self.host,)
        return tuple(f"[{name}]:{self.port}" if ":" in name else f"{name}:{self.port}" for name in names)

    @property
    def origins(self) -> tuple[str, ...]:
        """What an Origin header may say."""
        return tuple(f"{'https' if self.secure else 'http'}://{host}" for host in self.hosts)

    def cookie(self, what: str) -> str:
        """Return the name of a cookie, which all ports get; with a certificate nobody else can set one of that name."""
        return f"{'__Host-' if self.secure else ''}scanpipe-{what}-{self.port}"

    def url(self, token: str) -> str:
        """Return the address to open, with its secret."""
        return f"{self.origins[0]}/{token}/"


def is_loopback(host: str) -> bool:
    """Whether that address is reached from this computer only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Lets through what comes from a browser that knows the token, and refuses all else with 4xx.

    Attributes:
        app: what is guarded.
        address: where the server listens.
        token: the secret.
    """

    app: ASGIApp
    address: Address
    token: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = self._answer(scope, Headers(scope=scope)) or self.app
        await answer(scope, receive, _with_headers(send))

    @property
    def session(self) -> str:
        """What the cookie holds: it neither tells the secret nor is it good at another port."""
        return derived(self.token, f"session {self.address.port}")

    def _answer(self, scope: Scope, headers: Headers) -> Response | None:
        """Return what the guard itself answers, None where the request may pass."""
        if headers.getlist("host") not in [[host] for host in self.address.hosts]:
            return PlainTextResponse("wrong host", status_code=421)
        origins = headers.getlist("origin")
        if origins not in ([], *([origin] for origin in self.address.origins)):
            return PlainTextResponse("wrong origin", status_code=403)
        if scope["method"] not in READING and not origins:
            return PlainTextResponse("no origin", status_code=403)
        if same(scope["path"].strip("/"), self.token):
            return self._welcome(scope, headers)
        if headers.get("sec-fetch-site") in _OF_OTHERS:
            return PlainTextResponse("asked for by another page", status_code=403)
        shown = cookie_parser(headers.get("cookie", "")).get(self.address.cookie("session"), "")
        if not same(shown, self.session):
            return HTMLResponse(page("refused.html"), status_code=403)
        return PlainTextResponse("too long", status_code=414) if len(scope["path"]) > _LONGEST_PATH else None

    def _welcome(self, scope: Scope, headers: Headers) -> Response:
        book = re.fullmatch(rb"book=(\d{1,9})", scope["query_string"])
        address = f"/books/{int(book[1])}" if book else "/"
        answer: Response = RedirectResponse(address, status_code=303)
        if headers.get("sec-fetch-site") in _OF_OTHERS:
            answer = HTMLResponse(page("welcome.html", address=address))
        give_cookie(answer, self.address, "session", self.session)
        return answer


def give_cookie(answer: Response, address: Address, what: str, value: str) -> None:
    """Have the browser keep a value until it is closed, and send it to this site only."""
    name, secure = address.cookie(what), address.secure
    answer.set_cookie(name, value, httponly=True, samesite="strict", secure=secure, path="/")


def station_token(folder: Path, name: str) -> str:
    """Return the secret of a station's addresses, the same at each start, so that an open page finds its way back.

    It lies in the file `name`, which only the account may read. Where none can be written, it is good for this start.
    """
    fresh = secrets.token_urlsafe(_TOKEN_BYTES)
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        path = folder / name
        with suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(fresh)
        return _kept_token(path) or fresh
    return fresh


def listening_socket(token: str, port: int = 0, host: str = ADDRESS) -> socket.socket:
    """Return a listening socket.

    Args:
        token: says which port is tried first where none is asked for.
        port: the one that it must be; 0 for any.
        host: the address of this computer that it listens on.

    Raises:
        UsageError: the port that was asked for cannot be had, or this computer has no such address.
    """
    own = _FIRST_PORT + int.from_bytes(hashlib.sha256(token.encode()).digest()[:4]) % _PORTS
    if not port:
        with suppress(OSError):
            return _bound(host, own)
    try:
        return _bound(host, port)
    except OSError as error:
        raise UsageError(
            lazy("The server cannot use port {port}: {error}.", port=port, error=error.strerror or error),
            remedy=lazy("Choose another port with --port, or none."),
        ) from error


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _number, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _kept_token(path: Path) -> str:
    """Return the token of a file, "" where others could have read it or it was cut off."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, encoding="ascii", errors="replace") as stream:
        mine = os.fstat(stream.fileno()).st_uid == os.getuid() and not os.fstat(stream.fileno()).st_mode & 0o077
        token = stream.read(200).strip()
    return token if mine and len(token) >= _TOKEN_BYTES and token.isascii() else ""


def derived(secret: str, purpose: str) -> str:
    """Return what only who knows the secret can make, another one for each purpose, and that does not tell it."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two secrets in a time that tells nothing of them."""
    return secrets.compare_digest(one.encode(), other.encode())


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
