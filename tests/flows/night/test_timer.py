"""The unit files that run a night each day."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scanpipe.errors import UsageError
from scanpipe.flows.night.timer import install_timer


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "config" / "systemd" / "user"


def test_units_run_the_night_of_their_station(home: Path) -> None:
    installed = install_timer(Path("/srv/trạm 1 100%"), at="20:30", until="06:00")
    assert installed.service.parent == installed.timer.parent == home
    assert str(installed.not_started) == "systemctl was not found"
    service, timer = installed.service.read_text(), installed.timer.read_text()
    assert '--station "/srv/trạm 1 100%%" nightly --until 06:00\n' in service
    assert "OnCalendar=*-*-* 20:30:00\n" in timer and "{" not in service + timer
    assert install_timer(Path("/mnt/trạm 1 100%"), at="20:30").timer != installed.timer
    assert install_timer(Path("/srv/trạm 1 100%"), at="21:00").timer == installed.timer
    assert "21:00:00" in installed.timer.read_text()


def test_a_unit_of_somebody_else_stays(home: Path) -> None:
    timer = install_timer(Path("/srv/station"), at="20:00").timer
    timer.write_text("mine")
    with pytest.raises(UsageError):
        install_timer(Path("/srv/station"), at="20:00")
    assert timer.read_text() == "mine"


ANALYSE = shutil.which("systemd-analyze")


@pytest.mark.skipif(ANALYSE is None, reason="systemd is not installed")
def test_systemd_understands_them(tmp_path: Path) -> None:
    installed = install_timer(tmp_path / "trạm 1 100% $HOME", at="20:30", until="06:00")
    words = [str(ANALYSE), "verify", "--user", str(installed.timer)]
    surroundings = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(words, env=surroundings, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
