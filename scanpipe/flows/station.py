"""A station: one folder with settings, journal, blobs and packages."""

import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scanpipe import config, messages
from scanpipe.errors import StateError, StationMissing
from scanpipe.fsio import exclusive_lock, write_new
from scanpipe.messages import _
from scanpipe.state.journal import Journal, sqlite_errors_named
from scanpipe.state.store import Store

SETTINGS, JOURNAL, LOCK = "station.toml", "journal.sqlite", "lock"
STORE, SPOOL, OUT = "store", "spool", "out"
_KEPT = (STORE, SPOOL, OUT)
_FOLDERS = (*_KEPT, "recipes", "conventions", "scanners")


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """An open station; with `write` its lock is held by this process."""

    folder: Path
    settings: config.StationSettings
    journal: Journal
    store: Store
    write: bool

    @property
    def spool(self) -> Path:
        """Where pixels wait between two processes; whatever lies there after a crash is scrap."""
        return self.folder / SPOOL

    @property
    def out(self) -> Path:
        """Where packages are published."""
        return self.folder / OUT

    @property
    def person(self) -> str:
        """Who works here: the operator of station.toml or the login name."""
        return self.settings.operator or login_name()


def login_name() -> str:
    """Return the name of the account that runs this process."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def create_station(folder: Path) -> Path:
    """Make `folder` a station: commented settings, an empty journal, an empty store.

    Raises:
        StateError: it is a station already, or holds files where a station keeps its own, which it sweeps.
    """
    settings = folder / SETTINGS
    if settings.exists():
        raise StateError(_("{folder} is a station already.").format(folder=folder))
    foreign = [] if (folder / JOURNAL).exists() else [name for name in _KEPT if _holds_something(folder / name)]
    if foreign:
        raise StateError(
            _("{folder} holds files of others in {names}, where a station keeps its own.").format(
                folder=folder, names=", ".join(foreign)
            ),
            remedy=_("Name a new folder, or move them away."),
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    Journal(folder / JOURNAL, write=True, create=True).close()
    write_new(settings, (config.data_folder("configs") / SETTINGS).read_bytes())
    return settings


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def use_language_of(folder: Path) -> None:
    """Show texts in the language that a station asks for; in that of the environment where there is no station."""
    told = config.top(folder / SETTINGS).get("language")
    if isinstance(told, str) and told:
        messages.use_language(told)


@contextmanager
def open_station(folder: Path, *, purpose: str | None = None) -> Iterator[Station]:
    """Yield the station in `folder`; with a `purpose` it may be changed and is locked for everybody else.

    Raises:
        StationMissing: the folder is no station.
        StationLocked: another process works on it.
        ConfigError: station.toml is wrong.
    """
    folder = folder.resolve()
    if not (folder / SETTINGS).is_file():
        raise StationMissing(
            _("{folder} is not a station.").format(folder=folder),
            remedy=_("Say which with --station or SCANPIPE_STATION, or make one with 'scanpipe init'."),
        )
    settings = config.load(folder / SETTINGS, config.StationSettings)
    if purpose is None:
        with _connected(folder, settings, write=False) as station:
            yield station
        return
    with exclusive_lock(folder / LOCK, purpose=purpose), _connected(folder, settings, write=True) as station:
        _sweep(station.spool)
        yield station


@contextmanager
def _connected(folder: Path, settings: config.StationSettings, *, write: bool) -> Iterator[Station]:
    journal = Journal(folder / JOURNAL, write=write)
    store = Store(folder / STORE)
    try:
        with sqlite_errors_named(journal.path):
            yield Station(folder=folder, settings=settings, journal=journal, store=store, write=write)
    finally:
        journal.close()


def _sweep(spool: Path) -> None:
    """Remove what a killed process left in the spool; only the holder of the lock may."""
    spool.mkdir(exist_ok=True)  # copying a station may drop empty folders
    for path in spool.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
