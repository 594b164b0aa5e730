"""TOML files to frozen settings: found by name, read, and refused with file, line and key."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import msgspec

from scanpipe.errors import ConfigError
from scanpipe.messages import lazy
from scanpipe.settings.location import line_of, locate
from scanpipe.settings.wording import odd_values
from scanpipe.system.os_errors import describe, remedy_for
from scanpipe.system.plain_files import read_plain

T = TypeVar("T")
Refusals = Callable[[Mapping[str, object]], Iterable[tuple[tuple[str, ...], str]]]
_ENCODING = "utf-8-sig"  # editors of other systems put a byte order mark before the text


def data_folder(name: str) -> Path:
    """Return the folder `name` ("configs", "samples") of the installed package or of the checkout."""
    package = Path(str(files("scanpipe")))
    installed = package / "_data" / name
    return installed if installed.is_dir() else package.parent / name


def find(kind: str, name: str, station: Path | None = None) -> Path:
    """Return the file of a named recipe, convention or scanner: a path as it is, the station's own, or a shipped one.

    Raises:
        ConfigError: there is none; the message lists those there are.
    """
    if name.endswith(".toml"):
        return Path(name)
    for folder in _folders(kind, station) if _is_plain(name) else ():
        if (folder / f"{name}.toml").is_file():
            return folder / f"{name}.toml"
    known = ", ".join(names(kind, station))
    raise ConfigError(
        lazy("There is no {kind} file named {name!r}.", kind=kind, name=name),
        remedy=lazy("Choose from: {known}. Or give a path that ends in .toml.", known=known),
    )


def _is_plain(name: str) -> bool:
    """Whether a name is that of a file in its folder, and of no other place."""
    return name.isprintable() and "/" not in name and not name.startswith(".")


def names(kind: str, station: Path | None = None, *, shipped: bool = True) -> tuple[str, ...]:
    """Return the names that `find` knows of that kind; without the `shipped` ones only those of the station."""
    known = _folders(kind, station) if shipped else _folders(kind, station)[:-1]
    folders = [folder for folder in known if folder.is_dir()]
    return tuple(sorted({path.stem for folder in folders for path in folder.glob("*.toml")}))


def load(path: Path, kind: type[T], *, base: object = None, refused: Refusals | None = None) -> T:
    """Read the TOML file `path` into the settings type `kind`; what it does not say is as in the settings `base`.

    `refused` yields more keys that are wrong, and why, before the type is asked.

    Raises:
        ConfigError: not there, not TOML, an unknown key, a wrong type or a value out of range.
    """

    def check(settings: object) -> T:
        return msgspec.convert(settings, type=kind)

    try:
        text = read_plain(path).decode(_ENCODING)
        own = tomllib.loads(text)
        for keys, reason in (*odd_values(own), *(refused(own) if refused else ())):
            raise _named(path, text, reason, keys)
        settings = _over(msgspec.to_builtins(base) or {}, own)
        return check(settings)
    except (OSError, UnicodeDecodeError) as error:
        unreadable = lazy("{path} cannot be read: {reason}.", path=path, reason=describe(error))
        raise ConfigError(unreadable, remedy=remedy_for(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(lazy("{path} is not valid TOML: {reason}.", path=path, reason=error)) from error
    except msgspec.ValidationError as error:
        raise _named(path, text, *locate(error, settings, check)) from error


def top(path: Path) -> dict[str, object]:
    """Return what stands at the top of a TOML file; nothing of one that cannot be read, which `load` will tell."""
    try:
        return tomllib.loads(read_plain(path).decode(_ENCODING))
    except (OSError, ValueError):
        return {}


def _over(base: object, own: object) -> object:
    """Return tables laid over others, key by key; every other value replaces the one below."""
    if not (isinstance(base, dict) and isinstance(own, dict)):
        return own
    return {**base, **{key: _over(base.get(key), value) for key, value in own.items()}}


def _folders(kind: str, station: Path | None) -> list[Path]:
    return ([station / kind] if station else []) + [data_folder("configs") / kind]


def _named(path: Path, text: str, reason: str, keys: tuple[str, ...]) -> ConfigError:
    return ConfigError(
        lazy(
            "{path}, line {line}, key {key}: {reason}.",
            path=path,
            line=line_of(text, keys),
            key=".".join(keys) or lazy("the whole file"),
            reason=reason,
        ),
        remedy=lazy("Correct the file and run the same command again."),
    )
