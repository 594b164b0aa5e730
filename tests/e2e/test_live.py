"""`scanpipe live` beside other commands."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.conftest import Cli
from tests.followed_books import keep, make_followed


@pytest.mark.timeout(120)
def test_it_shows_what_other_commands_capture_until_ctrl_c(tmp_path: Path, cli: Cli) -> None:
    station = make_followed(tmp_path)
    program = str(Path(sys.executable).with_name("scanpipe"))
    with subprocess.Popen([program, "--station", str(station), "live"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        keep(station, "1")
        with httpx.Client(timeout=60) as client:
            client.get(address)
            with client.stream("GET", str(httpx.URL(address).join("/events"))) as events:
                told = (json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: "))
                assert next(seen for seen in told if seen["newest"])["newest"]["title"] == "Page 1"
                process.send_signal(signal.SIGINT)
                assert not [seen for seen in told if seen["trouble"]]  # and the stream ends
        assert process.wait() == 0
    assert cli("check", station=station).code == 0


def test_where_there_is_no_station_it_says_so(tmp_path: Path, cli: Cli) -> None:
    assert cli("live", station=tmp_path).code == 32
