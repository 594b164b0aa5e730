"""Which scanner takes a book's pages, with which settings, and whether they are what the book's convention asks for."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from scanpipe.capture.intents import intent_text, missed
from scanpipe.capture.profile import ScannerProfile, profile_for
from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import Device, ScanSession, ScanSettings
from scanpipe.errors import DeviceMissing, UsageError
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Book
from scanpipe.package.naming.convention import Convention
from scanpipe.settings import toml_files


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerSetup:
    """How to scan, and the profile that says so."""

    settings: ScanSettings
    profile: Path


def find_devices() -> tuple[Device, ...]:
    """Return the scanners that answer.

    Raises:
        DeviceMissing: libsane or python-sane is not installed.
    """
    return SaneScanner(spool=Path(tempfile.gettempdir())).devices()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedProfile:
    """A profile that the operator chooses by its number."""

    number: int
    name: str
    path: Path
    source: str
    dpi: int


def scanner_setup(
    station: Station,
    scanner: SaneScanner,
    *,
    device: str = "",
    profile: str = "",
    source: str | None = None,
    dpi: int | None = None,
) -> ScannerSetup:
    """Return how to scan: what was asked for, else station.toml, else the only device and the profile that fits it.

    Raises:
        DeviceMissing: no device was named, and there is none or more than one.
        OptionRefused: the profile does not know the source that is asked for.
    """
    chosen = device or station.settings.scanner.device or _only_device(scanner)
    named = profile or station.settings.scanner.profile or fitting_profile(station.folder, chosen)[0]
    path, asked = _profile(station.folder, named)
    return ScannerSetup(settings=asked.settings(chosen, source=source, dpi=dpi), profile=path)


def fitting_profile(folder: Path | None, device: str) -> tuple[str, ScannerProfile]:
    """Return the profile that fits a device most closely, of those of a station's folder and those shipped."""
    known = {name: _profile(folder, name)[1] for name in toml_files.names("scanners", folder)}
    own = set(toml_files.names("scanners", folder, shipped=False))
    name = profile_for(device, known, own=own) or "generic"
    return name, known[name]


def numbered_profiles(station: Station) -> tuple[NumberedProfile, ...]:
    """Return the profiles of `[scanner] profiles` in station.toml, numbered from 1 in the order written.

    Raises:
        ConfigError: there is no such profile, or its file is wrong.
    """
    found = [(name, *_profile(station.folder, name)) for name in station.settings.scanner.profiles]
    return tuple(
        NumberedProfile(number=number, name=name, path=path, source=profile.source, dpi=profile.dpi)
        for number, (name, path, profile) in enumerate(found, 1)
    )


def missed_intents(settings: ScanSettings, session: ScanSession) -> tuple[str, ...]:
    """Return, in words, what was wanted of an open scanner that it cannot do, as far as people should know."""
    return tuple(str(intent_text(intent)) for intent in missed(settings, session.lacking))


def refuse_low_dpi(book: Book, convention: Convention, setup: ScannerSetup) -> None:
    """See that the pages will be as fine as the convention asks for.

    Raises:
        UsageError: they would not be; the message says what to set.
    """
    least = convention.limits.min_dpi
    if setup.settings.dpi < least:
        raise UsageError(
            lazy(
                "{book}: the convention {convention} requires {least} dpi, but the scanner is set to {dpi}.",
                book=book.id,
                convention=book.convention,
                least=least,
                dpi=setup.settings.dpi,
            ),
            remedy=lazy("Use --dpi {least}, or set dpi = {least} in {profile}.", least=least, profile=setup.profile),
        )


def refuse_grey(book: Book, convention: Convention, setup: ScannerSetup, session: ScanSession) -> None:
    """See that the pages will come in colour where the convention asks for it, before a sheet moves.

    Raises:
        UsageError: they would not; the message says what to set.
    """
    if convention.limits.colour and session.colour is False:
        raise UsageError(
            lazy(
                "{book}: the convention {convention} requires colour, but the scanner is set to grey.",
                book=book.id,
                convention=book.convention,
            ),
            remedy=lazy(
                "Set mode in {profile} to the scanner's name for colour. Run 'scanimage -d {device} -A' to list the "
                "names.",
                profile=setup.profile,
                device=setup.settings.device,
            ),
        )


def _only_device(scanner: SaneScanner) -> str:
    devices = scanner.devices()
    if len(devices) == 1:
        return devices[0].name
    if not devices:
        raise DeviceMissing(
            lazy("No scanner was found."),
            remedy=lazy("Switch it on and plug it in. Run 'scanpipe doctor' and 'scanimage -L' for details."),
        )
    raise DeviceMissing(
        lazy("There are several scanners: {names}.", names=", ".join(device.name for device in devices)),
        remedy=lazy("Choose one with --device, or in station.toml."),
    )


def _profile(folder: Path | None, name: str) -> tuple[Path, ScannerProfile]:
    path = toml_files.find("scanners", name, folder)
    return path, toml_files.load(path, ScannerProfile)
