"""Convention files by name: shipped, the station's own, or any TOML file; each may be based on another."""

from pathlib import Path

from scanpipe import config
from scanpipe.errors import ConfigError
from scanpipe.messages import _
from scanpipe.package.convention import Convention


def load_convention(name: str, station: Path | None = None) -> Convention:
    """Return the convention that `name` means, the station's own before the shipped ones.

    Raises:
        ConfigError: no such convention, or it, or one that it is based on, is wrong.
    """
    return _load(name, station, ())


def _load(name: str, station: Path | None, seen: tuple[Path, ...]) -> Convention:
    path = config.find("conventions", name, station)
    if path in seen:
        text = _("{path}: the convention is based on itself.")
        raise ConfigError(text.format(path=path), remedy=_("Mend 'based_on' in it."))
    base = config.top(path).get("based_on")
    based_on = _load(base, station, (*seen, path)) if isinstance(base, str) and base else None
    return config.load(path, Convention, base=based_on)
