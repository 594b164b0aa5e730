"""A station: one folder with settings, journal, blobs and packages."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scanpipe import messages
from scanpipe.errors import StateError, StationMissing, UsageError
from scanpipe.messages import lazy
from scanpipe.settings import toml_files
from scanpipe.settings.station import StationSettings
from scanpipe.state.connection import sqlite_errors_named
from scanpipe.state.journal import Journal
from scanpipe.state.store import Store
from scanpipe.system.fsio import nfc, write_new
from scanpipe.system.locks import own_folder

if TYPE_CHECKING:
    from scanpipe.engine.base import Engine

SETTINGS, JOURNAL = "station.toml", "journal.sqlite"
STORE, SPOOL, OUT, LOCKS, BACKUPS = "store", "spool", "out", "locks", "backups"
CACHE = "cache"
"""What is made again where it is deleted."""
_LONGEST_NAME = 80
_KEPT = (STORE, SPOOL, OUT, LOCKS)
FOLDERS = (*_KEPT, "recipes", "conventions", "scanners")


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A station as one command has it open.

    Attributes:
        folder: where it is.
        settings: its station.toml.
        journal: its facts.
        store: its blobs.
        spool: where pixels wait between two processes of this command; it is gone when the command ends.
        purpose: the command, empty for one that only looks.
        person: who works here.
        ticket: the number of the ticket that all is done for, where none is named with a step itself.
        engines: those that work for this command, by kind and number of processes; all that they start is kept warm.
    """

    folder: Path
    settings: StationSettings
    journal: Journal
    store: Store
    spool: Path
    purpose: str
    person: str
    ticket: str = ""
    engines: "dict[tuple[str, int], Engine]" = field(default_factory=dict, compare=False)

    @property
    def out(self) -> Path:
        """Where packages are published."""
        return self.folder / OUT


def login_name() -> str:
    """Return the name of the account that runs this process."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def person_named(said: str) -> str:
    """Return the name of a person as it is written into the journal.

    Raises:
        UsageError: the name cannot be written on paper.
    """
    name = nfc(said).strip()
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise UsageError(
            lazy("{name!r} is not a valid name of a person.", name=name), remedy=lazy("Give your name with --person.")
        )
    return name


def create_station(folder: Path) -> Path:
    """Make `folder` a station: commented settings, an empty journal, an empty store.

    Raises:
        StateError: it is a station already, or holds files where a station keeps its own, which it sweeps.
    """
    settings = folder / SETTINGS
    if settings.exists():
        raise StateError(lazy("{folder} is already a station.", folder=folder))
    foreign = [] if (folder / JOURNAL).exists() else [name for name in _KEPT if _holds_something(folder / name)]
    if foreign:
        raise StateError(
            lazy(
                "{folder} already contains other files in {names}, which the station needs.",
                folder=folder,
                names=", ".join(foreign),
            ),
            remedy=lazy("Choose a new folder, or move these files."),
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    Journal(folder / JOURNAL, write=True, create=True).close()
    write_new(settings, (toml_files.data_folder("configs") / SETTINGS).read_bytes())
    return settings


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def use_language_of(folder: Path) -> None:
    """Show texts in the language that a station asks for; in that of the environment where there is no station."""
    language = toml_files.top(folder / SETTINGS).get("language")
    if isinstance(language, str) and language:
        messages.use_language(language)


@contextmanager
def open_station(folder: Path, *, purpose: str = "", person: str = "", ticket: str = "") -> Iterator[Station]:
    """Yield the station in `folder`; with a `purpose`, the command's name, it may be changed.

    Several processes may have it open. What only one may do at a time is locked where it is done (`flows/locking.py`).
    `person` is who works with it, by default the operator of station.toml, else the login name; `ticket` the one that
    all is done for.

    Raises:
        StationMissing: the folder is no station.
        ConfigError: station.toml is wrong.
    """
    folder = folder.resolve()
    if not (folder / SETTINGS).is_file():
        raise StationMissing(
            lazy("{folder} is not a station.", folder=folder),
            remedy=lazy("Choose a station with --station or SCANPIPE_STATION, or run 'scanpipe init' to make one."),
        )
    settings = toml_files.load(folder / SETTINGS, StationSettings)
    with (
        own_folder(folder / SPOOL) if purpose else nullcontext(folder / SPOOL) as spool,
        _connected(folder, write=bool(purpose)) as journal,
    ):
        station = Station(
            folder=folder,
            settings=settings,
            journal=journal,
            store=Store(folder / STORE),
            spool=spool,
            purpose=purpose,
            person=person or settings.operator or login_name(),
            ticket=ticket,
        )
        try:
            yield station
        finally:
            for engine in station.engines.values():
                engine.close()


@contextmanager
def open_journal(folder: Path) -> Iterator[Journal]:
    """Yield the journal of the station in `folder`, to look only: cheap enough to be opened for each look.

    Raises:
        StateError: it cannot be opened.
    """
    with _connected(folder, write=False) as journal:
        yield journal


@contextmanager
def _connected(folder: Path, *, write: bool) -> Iterator[Journal]:
    journal = Journal(folder / JOURNAL, write=write, login=login_name())
    try:
        with sqlite_errors_named(journal.path):
            yield journal
    finally:
        journal.close()


def same_person(one: str, other: str) -> bool:
    """Whether two names are those of one person, however they are written."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(nfc(name).casefold().split())
