"""What to write for a scanner: its options, and a profile that is made from them."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanpipe.capture.intents import intent_text
from scanpipe.capture.profile import ScannerProfile
from scanpipe.capture.recognise import Proposal, recognise, sources_of
from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.sane_protocol import DescribedOption
from scanpipe.capture.scanner import OptionValue
from scanpipe.flows.capture.scanners import fitting_profile
from scanpipe.messages import _


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceOptions:
    """A scanner's options as they are for a stack of sheets, and the profile that fits it of those there are.

    `not_there` are options that this profile names and that the scanner does not have.
    """

    device: str
    options: tuple[DescribedOption, ...]
    profile: str
    not_there: tuple[str, ...]


def device_options(device: str, station: Path | None = None) -> DeviceOptions:
    """Open a scanner and return what it offers; nothing is scanned.

    Raises:
        DeviceError: one of its kinds.
    """
    scanner = SaneScanner(spool=Path(tempfile.gettempdir()))
    options = scanner.describe(device)
    sources = sources_of({option.name: option for option in options})
    word = str(sources.get("duplex", sources.get("feeder", {})).get("source", ""))
    if word:  # drivers show the options of the feeder only when it is chosen
        options = scanner.describe(device, word)
    name, profile = fitting_profile(station, device)
    there = {option.name for option in options}
    return DeviceOptions(device=device, options=options, profile=name, not_there=tuple(sorted(_named(profile) - there)))


def _named(profile: ScannerProfile) -> set[str]:
    tables = [profile.options, *profile.sources.values(), *profile.intents.values()]
    return {name for table in tables for name in table}


def profile_text(found: DeviceOptions) -> str:
    """Return a whole profile as TOML, and in comments all options and what a person must look at."""
    proposal = recognise(found.options)
    text = _("A proposal for {device}. Read it, change it, and save it as scanners/NAME.toml in the station.")
    lines = [
        *_comments(text.format(device=found.device)),
        *_comments(_("Of the profiles there are, '{profile}' fits this device.").format(profile=found.profile)),
    ]
    if found.not_there:
        names = ", ".join(found.not_there)
        lines += _comments(_("It names options that this scanner does not have: {names}").format(names=names))
    lines += ["", *_profile_lines(found.device, proposal), "", *_unsure_lines(proposal)]
    lines += _comments(_("All options of the scanner, as they are for a stack of sheets:"))
    lines += [f"#   {_option_line(option)}" for option in found.options]
    return "\n".join(lines) + "\n"


def _profile_lines(device: str, proposal: Proposal) -> Iterator[str]:
    yield f"match = {_toml(_pattern(device))}"
    if proposal.source:
        yield f"source = {_toml(proposal.source)}"
    yield f"mode = {_toml(proposal.mode)}"
    yield f"dpi = {proposal.dpi}"
    if proposal.page_mm:
        yield f"page_mm = [{proposal.page_mm[0]:g}, {proposal.page_mm[1]:g}]"
    if proposal.sheet_counter:
        yield f"sheet_counter = {_toml(proposal.sheet_counter)}"
    for kind, options in proposal.sources.items():
        yield from _table(f"sources.{kind}", options)
    for intent, options in proposal.intents.items():
        yield from _table(f"intents.{intent}", options, comment=str(intent_text(intent)))


def _table(name: str, options: Mapping[str, OptionValue], *, comment: str = "") -> Iterator[str]:
    yield ""
    yield f"[{name}]" + (f"  # {comment}" if comment else "")
    for option, value in options.items():
        yield f"{_key(option)} = {_toml(value)}"


def _unsure_lines(proposal: Proposal) -> Iterator[str]:
    if "double_feed" not in proposal.intents:
        yield from _comments(_("No option for double feeds was recognised."))
    if proposal.unsure:
        names = ", ".join(proposal.unsure)
        yield from _comments(_("Look at these options and choose their values: {names}").format(names=names))


def _option_line(option: DescribedOption) -> str:
    allowed = " | ".join(map(str, option.values)) or ("{:g} .. {:g}".format(*option.bounds) if option.bounds else "")
    value = "?" if option.value is None else _toml(option.value)
    facts = [f"{_key(option.name)} = {value}", allowed and f"({allowed} {option.unit}".rstrip() + ")"]
    facts.append("" if option.settable else _("[cannot be set now]"))
    return "  ".join(fact for fact in (*facts, _one_line(option.title)) if fact)


def _pattern(device: str) -> str:
    """Return a pattern for all scanners of that driver."""
    return f"{device.partition(':')[0]}:*"


def _comments(*texts: str) -> Sequence[str]:
    return [f"# {text}" for text in texts]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _key(name: str) -> str:
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isascii() and plain.isalnum() else _toml(name)


def _toml(value: OptionValue) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=True)  # a basic string of TOML escapes as JSON does
    return repr(value) if isinstance(value, int) else repr(round(value, 4))
