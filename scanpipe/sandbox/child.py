"""The process that reads what nobody vouches for, so that a crash, a hang or a hunger costs one file.

Run as `python -P -m scanpipe.sandbox.child`; it answers each line on stdin with a line on stdout and ends with its
parent's end of the pipe. Memory is bounded as address space, time by a timer of processor time whose signal kills.
"""

import importlib
import inspect
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, BinaryIO, get_type_hints

import msgspec

from scanpipe.errors import ScanpipeError
from scanpipe.messages import lazy, text_to_json, use_language
from scanpipe.sandbox.calls import within_child
from scanpipe.sandbox.protocol import Answer, Broken, Raised, Ready, Request, Returned, decode, decode_request, encode
from scanpipe.system.pipes import private_stdout
from scanpipe.system.printable import printable


def main() -> None:
    """Answer requests until stdin ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    within_child()
    answers = private_stdout()
    _send(answers, Ready())
    for line in sys.stdin.buffer:
        answer = _answer(decode_request(line))
        _send(answers, answer)
        if isinstance(answer, Broken):  # after a failed allocation nothing is sure
            return


def _send(answers: BinaryIO, answer: Answer | Ready) -> None:
    answers.write(encode(answer) + b"\n")
    answers.flush()


def _answer(request: Request) -> Answer:
    before, most = time.process_time(), resource.getrlimit(resource.RLIMIT_AS)[1]
    signal.setitimer(signal.ITIMER_PROF, request.cpu_s)
    resource.setrlimit(resource.RLIMIT_AS, (request.memory_mb << 20, most))
    try:
        value = msgspec.Raw(_called(request))
        return Returned(value=value, cpu_s=time.process_time() - before)
    except ScanpipeError as error:
        kind, spent = type(error).__name__, time.process_time() - before
        text, remedy = text_to_json(error.text), text_to_json(error.remedy)
        return Raised(kind=kind, text=text, remedy=remedy, cpu_s=spent)
    except BaseException as error:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        return _broken(error, request, time.process_time() - before)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        signal.setitimer(signal.ITIMER_PROF, 0)


def _called(request: Request) -> bytes:
    _speak(request.language)
    if request.cwd:
        os.chdir(request.cwd)
    function, kinds = _found(request.function)
    arguments = inspect.signature(function).bind(*request.args, **request.kwargs).arguments
    return encode(function(**{name: _argument(bytes(raw), kinds[name]) for name, raw in arguments.items()}))


def _broken(error: BaseException, request: Request, cpu_s: float) -> Broken:
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError):
        text = lazy("reading it needs more than {mb} MB of memory", mb=request.memory_mb)
        return Broken(bound="memory", text=text_to_json(text), trace=trace, cpu_s=cpu_s)
    text = lazy("the program that reads it failed ({error})", error=type(error).__name__)
    return Broken(bound="crash", text=text_to_json(text), trace=printable(trace, lines=True), cpu_s=cpu_s)


def _speak(language: str | None) -> None:
    if language is None:
        os.environ.pop("LANGUAGE", None)
    else:
        use_language(language)


@cache
def _found(name: str) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return a function and the types of its parameters."""
    module, _colon, function = name.partition(":")
    found = getattr(importlib.import_module(module), function)
    return found, get_type_hints(found)


@lru_cache(maxsize=64)  # a convention comes with each of a thousand files
def _argument(raw: bytes, kind: Any) -> Any:
    return decode(raw, kind)


if __name__ == "__main__":
    main()
