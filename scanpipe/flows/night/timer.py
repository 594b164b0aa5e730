"""A systemd timer that runs the night of a station each day, for the account that installs it."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scanpipe.errors import UsageError
from scanpipe.messages import LazyText, lazy
from scanpipe.settings.toml_files import data_folder
from scanpipe.system.fsio import write_atomic

_OURS = "# Written by 'scanpipe install-timer'"
_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledTimer:
    """The unit files, and why systemd was not told of them; "" where it was, and the timer runs."""

    service: Path
    timer: Path
    not_started: LazyText | str = ""

    @property
    def commands(self) -> tuple[str, ...]:
        """What starts the timer."""
        return tuple(" ".join(words) for words in _start(self.timer.name))


def install_timer(station: Path, *, at: str, until: str = "") -> InstalledTimer:
    """Write the unit files of a station's night, and have systemd start the timer where there is one.

    Args:
        station: its folder.
        at: when the night begins, as "20:00".
        until: when it takes no more work; "": what station.toml says.

    Raises:
        UsageError: a unit of that name is there that scanpipe did not write.
    """
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    name = _name(station)
    command = (str(_program()), "--station", str(station), "nightly", *(("--until", until) if until else ()))
    words = {"station": _plain(str(station)), "at": at, "command": " ".join(map(_quoted, command))}
    files = {kind: folder / f"{name}.{kind}" for kind in ("service", "timer")}
    for path in files.values():
        _refuse_foreign(path)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, path in files.items():
        write_atomic(path, _filled(kind, words).encode())
    return InstalledTimer(service=files["service"], timer=files["timer"], not_started=_started(files["timer"].name))


def _filled(kind: str, words: Mapping[str, str]) -> str:
    template = (data_folder("configs") / "systemd" / f"nightly.{kind}").read_text(encoding="utf-8")
    return re.sub(r"\{(station|at|command)\}", lambda found: words[found[1]], template)


def _name(station: Path) -> str:
    """Return the name of a station's units: two stations whose folders have one name have two."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", station.name).strip("-") or "station"
    return f"scanpipe-nightly-{readable}-{hashlib.sha256(os.fsencode(station)).hexdigest()[:6]}"


def _program() -> Path:
    return Path(sys.executable).with_name("scanpipe")


def _quoted(word: str) -> str:
    """Return a word of a command as systemd reads it (systemd.service(5), "Command lines")."""
    plain = _plain(word).replace("$", "$$")
    if re.fullmatch(r"[A-Za-z0-9_./:@%+=-]+", plain):
        return plain
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    """Return text in which nothing is a specifier, and nothing ends the line."""
    return text.replace("%", "%%").replace("\n", " ")


def _refuse_foreign(path: Path) -> None:
    if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(_OURS):
        raise UsageError(
            lazy("{path} was not written by scanpipe.", path=path),
            remedy=lazy("Move the file away, and run the same command again."),
        )


def _start(timer: str) -> tuple[tuple[str, ...], ...]:
    return ("systemctl", "--user", "daemon-reload"), ("systemctl", "--user", "enable", "--now", timer)


def _started(timer: str) -> LazyText | str:
    """Have systemd start the timer; return why it does not, "" where it does."""
    if shutil.which("systemctl") is None:
        return lazy("systemctl was not found")
    for words in _start(timer):
        done = subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if done.returncode:
            return done.stderr.strip() or lazy("systemctl failed")
    return ""
