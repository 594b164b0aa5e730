"""What a process and its limited child say to each other: one JSON object a line; paths and bytes as base64."""

import base64
import os
from pathlib import Path
from typing import Any

import msgspec

from scanpipe.sandbox.bounds import Bound


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Parent to child: call `function` ("package.module:name") in the folder `cwd`, in the person's language."""

    function: str
    args: tuple[msgspec.Raw, ...]
    kwargs: dict[str, msgspec.Raw]
    cwd: bytes
    language: str | None
    cpu_s: float
    memory_mb: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Child to parent, once: it waits for work."""


class Returned(msgspec.Struct, frozen=True, kw_only=True, tag="returned"):
    """What the function returned, and the seconds of processor that it took."""

    value: msgspec.Raw
    cpu_s: float


class Raised(msgspec.Struct, frozen=True, kw_only=True, tag="raised"):
    """The error of scanpipe's tree that it raised; its texts as `messages.text_to_json` writes them."""

    kind: str
    text: str
    remedy: str
    cpu_s: float


class Broken(msgspec.Struct, frozen=True, kw_only=True, tag="broken"):
    """It went beyond a bound, or raised what scanpipe has no name for; the child ends with it.

    `text` is as `messages.text_to_json` writes it.
    """

    bound: Bound
    text: str
    trace: str
    cpu_s: float


Answer = Returned | Raised | Broken


def encode(value: Any) -> bytes:
    """Return a value as JSON."""
    return msgspec.json.encode(value, enc_hook=_plain)


def decode(data: bytes | msgspec.Raw, kind: Any) -> Any:
    """Return the value of a type from its JSON."""
    return msgspec.json.decode(data, type=kind, dec_hook=_rebuilt)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return os.fsencode(value)  # names need not be Unicode, JSON must
    raise NotImplementedError(f"{type(value)} does not cross processes")


def _rebuilt(kind: Any, value: Any) -> Any:
    if kind is object:
        return value
    if issubclass(kind, Path):
        return Path(os.fsdecode(base64.b64decode(value)))
    raise NotImplementedError(f"{kind} does not cross processes")


_answers: msgspec.json.Decoder[Answer | Ready] = msgspec.json.Decoder(Answer | Ready)
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)

decode_answer = _answers.decode
decode_request = _requests.decode
