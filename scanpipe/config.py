"""TOML files to frozen settings: unknown keys and bad ranges are refused with file, line and key."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from scanpipe.errors import ConfigError
from scanpipe.file_errors import reason_of, way_out
from scanpipe.messages import _
from scanpipe.plain_files import read_plain
from scanpipe.settings_place import line_of, place
from scanpipe.settings_words import odd_values

T = TypeVar("T")
_ENCODING = "utf-8-sig"  # editors of other systems put a byte order mark before the text
# It becomes the name of a folder: 14758@2025-07-01.
ListVersion = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$")]
Ratio = Annotated[float, msgspec.Meta(ge=0, le=1)]


class _Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of settings."""


class UnitSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A commune that this station works for."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2,5}$")]
    list: ListVersion
    name: str


class ScannerSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The scanner at this station: empty means the only device there is, and the profile that fits it best."""

    profile: str = ""
    device: str = ""


class ProcessSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How captures become page versions."""

    recipe: str = "default"
    language: str = "vie"
    engine: Literal["inline", "pool"] = "pool"
    workers: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    attempts: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    stop_at_failure_ratio: Ratio = 0.5
    default_dpi: Annotated[int, msgspec.Meta(ge=75, le=1200)] = 300


class AcceptSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The written policy by which pages are accepted without a person."""

    by: Literal["policy", "person"] = "policy"
    tolerated_flags: tuple[str, ...] = ()
    min_word_confidence: Annotated[float, msgspec.Meta(ge=0, le=100)] = 40


class DeliverSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a package looks like; `signature` is the PKCS#12 file that its PDFs are signed with, empty for none."""

    convention: str = "default"
    signature: str = ""


class HandoverSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a delivery note names and how it counts; an empty text becomes a dotted line.

    With `iso_sizes` a paper size within 3 % of one of ISO 216 counts as that one.
    """

    contractor: str = ""
    receiver: str = ""
    contract: str = ""
    iso_sizes: bool = True


class StationSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of station.toml."""

    language: Literal["", "en", "vi"] = ""
    operator: str = ""
    unit_list: Literal["", "2025-06-30", "2025-07-01"] = ""
    min_free_gb: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 5
    scanner: ScannerSettings = ScannerSettings()
    process: ProcessSettings = ProcessSettings()
    accept: AcceptSettings = AcceptSettings()
    deliver: DeliverSettings = DeliverSettings()
    handover: HandoverSettings = HandoverSettings()
    units: tuple[UnitSettings, ...] = ()


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
        _("There is no {kind} file named {name!r}.").format(kind=kind, name=name),
        remedy=_("Known are: {known}. A path ending in .toml is taken as it is.").format(known=known),
    )


def _is_plain(name: str) -> bool:
    """Whether a name is that of a file in its folder, and of no other place."""
    return name.isprintable() and "/" not in name and not name.startswith(".")


def names(kind: str, station: Path | None = None) -> tuple[str, ...]:
    """Return the names that `find` knows of that kind."""
    folders = [folder for folder in _folders(kind, station) if folder.is_dir()]
    return tuple(sorted({path.stem for folder in folders for path in folder.glob("*.toml")}))


def load(path: Path, kind: type[T], *, base: object = None) -> T:
    """Read the TOML file `path` into the settings type `kind`; what it does not say is as in the settings `base`.

    Raises:
        ConfigError: not there, not TOML, an unknown key, a wrong type or a value out of range.
    """

    def check(settings: object) -> T:
        return msgspec.convert(settings, type=kind)

    try:
        text = read_plain(path).decode(_ENCODING)
        own = tomllib.loads(text)
        for keys, reason in odd_values(own):
            raise _named(path, text, reason, keys)
        settings = _over(msgspec.to_builtins(base) or {}, own)
        return check(settings)
    except (OSError, UnicodeDecodeError) as error:
        text = _("{path} cannot be read: {reason}.")
        raise ConfigError(text.format(path=path, reason=reason_of(error)), remedy=way_out(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_("{path} is not valid TOML: {reason}.").format(path=path, reason=error)) from error
    except msgspec.ValidationError as error:
        raise _named(path, text, *place(error, settings, check)) from error


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
        _("{path}, line {line}, key {key}: {reason}.").format(
            path=path, line=line_of(text, keys), key=".".join(keys) or _("the whole file"), reason=reason
        ),
        remedy=_("Mend the file and run the same command again."),
    )
