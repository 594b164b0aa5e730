"""A scanner's settings as data: `configs/scanners/*.toml`."""

import re
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec

from scanpipe.capture.scanner import Endorser, Intent, ScanSettings, Source
from scanpipe.errors import OptionRefused
from scanpipe.messages import lazy

_Millimetres = Annotated[float, msgspec.Meta(ge=1, le=2000)]
_Number = Annotated[float, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
_Whole = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]  # as SANE keeps its numbers
_Seconds = Annotated[float, msgspec.Meta(ge=1, le=3600)]
_Options = dict[str, bool | _Whole | _Number | str]

SOURCES: tuple[Source, ...] = get_args(Source)
_ON_ANOTHER_COMPUTER = re.compile(r"^net:(\[[^\]]*\]|[^:]*):")  # sane-net(5)


class EndorserOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The options of the printer's first number, and of the step to the next (empty: always 1)."""

    number: str
    step: str = ""


class ScannerProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to ask of the scanners whose device name fits `match` (a pattern with * and ?).

    Fields are those of `ScanSettings`; `source` is one of `sources`, which say what to set for it, or the scanner's own
    word; `feed` is a folder, empty for a device that scans paper.
    """

    match: str
    source: str = ""
    sources: dict[Source, _Options] = {}
    mode: str = ""
    dpi: Annotated[int, msgspec.Meta(ge=50, le=2400)] = 300
    depth: Literal[1, 8] = 8
    page_mm: tuple[_Millimetres, _Millimetres] | None = None
    duplex: bool = False
    intents: dict[Intent, _Options] = {}
    required: tuple[Intent, ...] = ()
    options: _Options = {}
    rotate_back: Literal[0, 180] = 0
    sheet_counter: str = ""
    double_feed_sensor: str = ""
    endorser: EndorserOptions | None = None
    untold_breaks: bool = False
    feed: str = ""
    stall_s: Annotated[float, msgspec.Meta(ge=1, le=300)] = 30.0
    page_s: _Seconds = 180.0

    def settings(
        self, device: str, *, source: str | None = None, dpi: int | None = None, feed: Path | None = None
    ) -> ScanSettings:
        """Return these settings for `device`; what is given besides overrides the profile.

        Raises:
            OptionRefused: the profile does not know what the source that is asked for is at this scanner.
        """
        folder = feed or (Path(self.feed).expanduser() if self.feed else None)
        word, kind, further = self._source(device, self.source if source is None else source)
        return ScanSettings(
            device=device,
            source=word,
            kind=kind,
            source_options=further,
            mode=self.mode,
            dpi=self.dpi if dpi is None else dpi,
            depth=self.depth,
            page_mm=self.page_mm,
            duplex=self.duplex,
            intents=self.intents,
            required=self.required,
            options=self.options,
            rotate_back=self.rotate_back,
            sheet_counter=self.sheet_counter,
            double_feed_sensor=self.double_feed_sensor,
            endorser=Endorser(number=self.endorser.number, step=self.endorser.step) if self.endorser else None,
            untold_breaks=self.untold_breaks,
            feed=folder,
            stall_s=self.stall_s,
            page_s=self.page_s,
        )

    def _source(self, device: str, asked: str) -> tuple[str, Source | None, _Options]:
        """Return the scanner's word for a source, what kind that is, and the further options that choose it."""
        for kind, chosen in self.sources.items():
            word = str(chosen.get("source", ""))
            if asked == kind or (asked and asked == word and len(chosen) == 1):
                return word, kind, {name: value for name, value in chosen.items() if name != "source"}
        if asked in SOURCES:
            raise OptionRefused(
                lazy(
                    "{device}: the profile does not say what the source '{source}' is at this scanner.",
                    device=device,
                    source=asked,
                ),
                remedy=lazy("Run 'scanpipe devices --options {device}': it prints what to write.", device=device),
            )
        return asked, None, {}


def profile_for(device: str, profiles: Mapping[str, ScannerProfile], *, own: Collection[str] = ()) -> str | None:
    """Return the name of the profile that fits `device` most closely, None if none fits.

    The closest has most letters of the name. Of equals one of the station's `own` is taken before one that was shipped.
    A scanner at another computer fits by the name that it has there.
    """
    names = (device, _ON_ANOTHER_COMPUTER.sub("", device))
    fitting = [name for name, profile in profiles.items() if any(fnmatchcase(each, profile.match) for each in names)]
    return max(fitting, key=lambda name: (_letters(profiles[name].match), name in own, name), default=None)


def _letters(pattern: str) -> int:
    return len(pattern) - pattern.count("*") - pattern.count("?")
