"""Names are anybody's: what would move a cursor, turn a line or forge one is spelled out wherever it is shown."""

import json
import logging
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanpipe.cli import render
from scanpipe.errors import UsageError
from scanpipe.system.printable import printable

BYTES = b"trang s\xf4\xec \x1b[31m\x9b2J\n\xe2\x80\xaegnp.png"
NAME = os.fsdecode(BYTES)
SHOWN = "trang s\\xf4\\xec \\u001b[31m\\x9b2J\\u000a\\u202egnp.png"


def test_what_hides_is_spelled_out_and_vietnamese_is_not() -> None:
    assert printable(NAME) == SHOWN
    assert printable("Sổ đăng ký\tkhai sinh\n", lines=True) == "Sổ đăng ký\tkhai sinh\n"
    assert printable("\x9b\x7f\r\x00", lines=True) == "\\u009b\\u007f\\u000d\\u0000"


def test_the_spelling_is_read_back_by_json_and_toml() -> None:
    hidden = "a\x1b\x9b\u202e\x7f"
    assert json.loads(f'"{printable(hidden)}"') == hidden
    assert tomllib.loads(f'a = "{printable(hidden)}"') == {"a": hidden}


@dataclass(frozen=True)
class Row:
    path: Path
    name: str


def test_nothing_that_is_printed_reaches_a_terminal_raw(capsys: pytest.CaptureFixture[str]) -> None:
    render.say(NAME)
    render.tell(NAME)
    render.show_table(["Name"], [[NAME]])
    render.show_error(UsageError(NAME, remedy=NAME))
    shown = capsys.readouterr()
    assert shown.out.count(SHOWN) == 2
    assert SHOWN in shown.err
    assert not any(mark in shown.out + shown.err for mark in ("\x1b[31m", "\x9b", "\u202e", "\udcf4"))


def test_json_keeps_the_bytes_of_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    render.show_json([Row(path=Path("/x") / NAME, name=NAME)])
    printed = capsys.readouterr().out
    assert printed.encode().isascii()
    (row,) = json.loads(printed)
    assert os.fsencode(row["name"]) == BYTES
    assert os.fsencode(row["path"]) == b"/x/" + BYTES


def test_a_log_record_hides_nothing() -> None:
    record = logging.LogRecord("scanpipe", logging.ERROR, __file__, 1, "%s failed", (NAME,), None)
    assert "\x1b" not in render.LogFormat("%(message)s").format(record)
