"""What may change something: small JSON from one of the server's own pages, which carries a token that only they know.

It stands within the guard, before everything that answers: no answer can forget it.
"""

from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

import msgspec
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scanpipe.review.web.security import READING, derived, same

HEADER: Final = "x-scanpipe-change"
MOST_BYTES: Final = 64 * 1024
T = TypeVar("T")
Window = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z-]{1,40}$")]
"""What tells the windows of all reviewers apart: each draws its own."""

Ticket = Annotated[str, msgspec.Meta(max_length=80)]
"""The number of the ticket that asks for a change."""


def change_token(secret: str) -> str:
    """Return what pages send along with a change: it can be made of the station's secret only."""
    return derived(secret, "change")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChanges:
    """Lets requests through that change something, where they are as they must be; refuses others with 4xx."""

    app: ASGIApp
    token: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] in READING:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(headers)
        body = b"" if refusal else await _body(receive)
        if body is None:
            refusal = PlainTextResponse("too large", status_code=413)
        answer = refusal or self.app
        await answer(scope, _again(body or b""), send)

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        if not same(headers.get(HEADER, ""), self.token):
            return PlainTextResponse("no token of this page", status_code=403)
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return PlainTextResponse("not JSON", status_code=415)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
            return PlainTextResponse("too large", status_code=413)
        return None


async def said(request: Request, kind: type[T]) -> T:
    """Return what a request says, as a value of that kind.

    Raises:
        HTTPException: 400, it is something else.
    """
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise HTTPException(400) from None


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, None where it is larger than anything a page sends."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            return None
    return body


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
