"""A scanner's settings as data: `configs/scanners/*.toml`."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from scanpipe.capture.scanner import ScanSettings

_Millimetres = Annotated[float, msgspec.Meta(ge=1, le=2000)]
_Number = Annotated[float, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
_Whole = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]  # as SANE keeps its numbers
_Seconds = Annotated[float, msgspec.Meta(ge=1, le=3600)]


class ScannerProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to ask of the scanners whose device name fits `match` (a pattern with * and ?).

    Fields are those of `ScanSettings`; `feed` is a folder, empty for a device that scans paper.
    """

    match: str
    source: str = ""
    mode: str = ""
    dpi: Annotated[int, msgspec.Meta(ge=50, le=2400)] = 300
    depth: Literal[1, 8] = 8
    page_mm: tuple[_Millimetres, _Millimetres] | None = None
    duplex: bool = False
    options: dict[str, bool | _Whole | _Number | str] = {}
    feed: str = ""
    stall_s: Annotated[float, msgspec.Meta(ge=1, le=300)] = 30.0
    page_s: _Seconds = 180.0

    def settings(
        self, device: str, *, source: str | None = None, dpi: int | None = None, feed: Path | None = None
    ) -> ScanSettings:
        """Return these settings for `device`; what is given besides overrides the profile."""
        folder = feed or (Path(self.feed).expanduser() if self.feed else None)
        return ScanSettings(
            device=device,
            source=self.source if source is None else source,
            mode=self.mode,
            dpi=self.dpi if dpi is None else dpi,
            depth=self.depth,
            page_mm=self.page_mm,
            duplex=self.duplex,
            options=self.options,
            feed=folder,
            stall_s=self.stall_s,
            page_s=self.page_s,
        )


def profile_for(device: str, profiles: Mapping[str, ScannerProfile]) -> str | None:
    """Return the name of the profile that fits `device` most closely (the longest pattern), None if none fits."""
    fitting = [name for name, profile in profiles.items() if fnmatchcase(device, profile.match)]
    return max(fitting, key=lambda name: (len(profiles[name].match), name), default=None)
