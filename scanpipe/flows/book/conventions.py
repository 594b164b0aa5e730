"""Convention files by name: shipped, the station's own, or any TOML file."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from scanpipe.errors import ConfigError
from scanpipe.messages import _, lazy
from scanpipe.package.naming.convention import Convention
from scanpipe.settings import toml_files


def load_convention(name: str, station: Path | None = None) -> Convention:
    """Return the convention that `name` means, the station's own before the shipped ones.

    Raises:
        ConfigError: no such convention, or it, or one that it is based on, is wrong.
    """
    return _load(name, station, ())


def _load(name: str, station: Path | None, seen: tuple[Path, ...]) -> Convention:
    path = toml_files.find("conventions", name, station)
    if path in seen:
        text = lazy("{path}: the convention is based on itself.")
        raise ConfigError(text.format(path=path), remedy=lazy("Correct 'based_on' in this file."))
    base = toml_files.top(path).get("based_on")
    based_on = _load(base, station, (*seen, path)) if isinstance(base, str) and base else None
    return toml_files.load(path, Convention, base=based_on, refused=_old_names)


def _old_names(content: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the keys that have another name today."""
    if "matter" in content:
        yield ("matter",), _("this key now has the name {name}").format(name="matter_location")


def known_conventions(station: Path | None = None) -> dict[str, Convention | ConfigError]:
    """Return by name the conventions that are shipped and the station's own, or what is wrong with one."""
    known: dict[str, Convention | ConfigError] = {}
    for name in toml_files.names("conventions", station):
        try:
            known[name] = load_convention(name, station)
        except ConfigError as error:
            known[name] = error
    return known
