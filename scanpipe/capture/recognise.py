"""From the options that a scanner describes to a profile for it: what each source and intent is called there. Pure.

Names are recognised by the words that drivers use in them, so a person reads the proposal before it is used.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scanpipe.capture.sane_protocol import DescribedOption
from scanpipe.capture.scanner import Intent, OptionValue, Source

A4_MM = (210.0, 297.0)
GOOD_DPI = 300

_SOURCES: dict[Source, re.Pattern[str]] = {
    "flatbed": re.compile(r"flatbed|platen|^normal$|document table", re.IGNORECASE),
    "duplex": re.compile(r"^(?!.*card).*duplex", re.IGNORECASE),
    "feeder": re.compile(r"^(?!.*(card|duplex|back|rear)).*(adf|feeder)", re.IGNORECASE),
}
_SIDES = ("adf-mode", "duplex", "adf-duplex")  # options that choose one side or both, beside the source
_BOTH = re.compile(r"both|duplex", re.IGNORECASE)
_ONE = re.compile(r"front|simplex", re.IGNORECASE)
_ON: dict[Intent, re.Pattern[str]] = {
    "double_feed": re.compile(r"^df-(action|thickness|length)$|double-?feed|multi-?feed|ultrasonic"),
    "endorser": re.compile(r"^endorser$"),
}
_OFF: dict[Intent, re.Pattern[str]] = {
    "crop_off": re.compile(r"crop|-crp$|cutoff"),
    "deskew_off": re.compile(r"deskew|^adf-skew$"),
    "blank_skip_off": re.compile(r"^swskip$|blank"),
    "rotation_off": re.compile(r"rotat|orientation"),
    "clean_up_off": re.compile(r"speck|noise|hole-?fill|edge-?fill"),
    "read_ahead_off": re.compile(r"^buffermode$|prefeed|read-?ahead"),
}
_LENGTH = {"page-width": A4_MM[0], "page-height": A4_MM[1]}
_STOP = re.compile(r"stop|end", re.IGNORECASE)
_NONE = re.compile(r"off|none|no|disabled?|never", re.IGNORECASE)
_COLOUR = re.compile(r"colou?r", re.IGNORECASE)
_COUNTER = re.compile(r"^(total|sheet)-counter$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a profile may say; fields are those of `ScannerProfile`, `unsure` are options that a person must look at."""

    sources: Mapping[Source, Mapping[str, OptionValue]]
    mode: str = ""
    dpi: int = GOOD_DPI
    page_mm: tuple[float, float] | None = None
    intents: Mapping[Intent, Mapping[str, OptionValue]] = field(default_factory=dict)
    sheet_counter: str = ""
    unsure: tuple[str, ...] = ()

    @property
    def source(self) -> Source | None:
        """The best source there is for a stack, else the glass."""
        return next((kind for kind in ("duplex", "feeder", "flatbed") if kind in self.sources), None)


def recognise(options: Sequence[DescribedOption]) -> Proposal:
    """Return what a profile for a scanner with these options may say."""
    known = {option.name: option for option in options}
    intents: dict[Intent, dict[str, OptionValue]] = {}
    unsure = []
    for intent, name, value in _wishes(options):
        if value is None:
            unsure.append(name)
        else:
            intents.setdefault(intent, {})[name] = value
    return Proposal(
        sources=sources_of(known),
        mode=_colour_mode(known.get("mode")),
        dpi=_dpi(known.get("resolution")),
        page_mm=_page_mm(known),
        intents=intents,
        sheet_counter=next((name for name in known if _COUNTER.search(name)), ""),
        unsure=tuple(dict.fromkeys(unsure)),
    )


def sources_of(known: Mapping[str, DescribedOption]) -> dict[Source, dict[str, OptionValue]]:
    """Return what is set for each source that the scanner has."""
    words = _words(known.get("source"))
    found: dict[Source, dict[str, OptionValue]] = {}
    for kind, pattern in _SOURCES.items():
        if word := next((word for word in words if pattern.search(word)), ""):
            found[kind] = {"source": word}
    for name in (name for name in _SIDES if name in known and "duplex" not in found):
        feeder = found.get("feeder", {})
        if (both := _side(known[name], _BOTH, value=True)) is not None:
            found["duplex"] = {**feeder, name: both}
        if (one := _side(known[name], _ONE, value=False)) is not None:
            found["feeder"] = {**feeder, name: one}
    return found


def _side(option: DescribedOption, words: re.Pattern[str], *, value: bool) -> OptionValue | None:
    if option.kind == "bool":
        return value
    return next((word for word in _words(option) if words.search(word)), None)


def _wishes(options: Iterable[DescribedOption]) -> Iterable[tuple[Intent, str, OptionValue | None]]:
    """Yield each option that an intent may be about, with the value for it, None where that is not plain."""
    # What chooses an action comes first: drivers let its details be set only then.
    for option in sorted(options, key=lambda option: "action" not in option.name):
        if option.name in _LENGTH:
            yield "page_length", option.name, _LENGTH[option.name]
        for intent, pattern in _ON.items():
            if pattern.search(option.name):
                yield intent, option.name, _on(option)
        for intent, pattern in _OFF.items():
            if pattern.search(option.name):
                yield intent, option.name, _off(option)


def _on(option: DescribedOption) -> OptionValue | None:
    if option.kind == "bool":
        return True
    return next((word for word in _words(option) if _STOP.search(word)), None)


def _off(option: DescribedOption) -> OptionValue | None:
    if option.kind == "bool":
        return False
    if option.kind in ("int", "fixed") and option.bounds and option.bounds[0] <= 0 <= option.bounds[1]:
        return 0 if option.kind == "int" else 0.0
    return next((word for word in _words(option) if _NONE.fullmatch(word)), None)


def _words(option: DescribedOption | None) -> list[str]:
    return [value for value in option.values if isinstance(value, str)] if option else []


def _colour_mode(option: DescribedOption | None) -> str:
    """Return the scanner's plainest word for colour: `Color` before `48 bits color`."""
    return min((word for word in _words(option) if _COLOUR.search(word)), key=len, default="")


def _dpi(option: DescribedOption | None) -> int:
    """Return 300 dpi, or the next higher that there is, or the highest."""
    if option is None or not option.values:
        return min(GOOD_DPI, int(option.bounds[1])) if option and option.bounds else GOOD_DPI
    offered = sorted(int(value) for value in option.values if not isinstance(value, str))
    return next((dpi for dpi in offered if dpi >= GOOD_DPI), offered[-1])


def _page_mm(known: Mapping[str, DescribedOption]) -> tuple[float, float] | None:
    """Return A4, or as much of it as the bed has."""
    across, down = known.get("br-x"), known.get("br-y")
    if not across or not down or not across.bounds or not down.bounds or across.unit != "mm":
        return None
    return min(A4_MM[0], _floor(across.bounds[1])), min(A4_MM[1], _floor(down.bounds[1]))


def _floor(millimetres: float) -> float:
    """Return a length in whole tenths, never more: an area beyond the bed is refused."""
    return math.floor(millimetres * 10 + 1e-6) / 10
