"""The settings of a station: what station.toml may say."""

from typing import Annotated, Literal

import msgspec

from scanpipe.errors import WrongKey
from scanpipe.messages import _
from scanpipe.settings.backup import BackupSettings
from scanpipe.settings.cluster import ClusterSettings
from scanpipe.settings.console import ConsoleSettings
from scanpipe.settings.nightly import NightlySettings
from scanpipe.settings.progress import ProgressSettings
from scanpipe.settings.qa import QaSettings
from scanpipe.vocabularies.flags import TOLERABLE

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
    """The scanner at this station: empty means the only device there is, and the profile that fits it best.

    A feeder stops after `stop_after_bad` pages in a row that cannot be used as they are; 0: it never does.
    `profiles` are those that the operator chooses by Alt+1 to Alt+9.
    """

    profile: str = ""
    device: str = ""
    stop_after_bad: Annotated[int, msgspec.Meta(ge=0, le=999)] = 3
    profiles: Annotated[tuple[str, ...], msgspec.Meta(max_length=9)] = ()


class ProcessSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How captures become page versions.

    In a process of its own a page may take `page_seconds` of a processor, and `page_memory_mb` of address space; 0: it
    has no bound.
    """

    recipe: str = "default"
    language: str = "vie"
    engine: Literal["inline", "pool", "dask"] = "pool"
    workers: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    attempts: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    stop_at_failure_ratio: Ratio = 0.5
    default_dpi: Annotated[int, msgspec.Meta(ge=75, le=1200)] = 300
    page_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 600
    page_memory_mb: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 8000


class CheckSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From where on something is told of a capture; 0 switches a check off. See `capture.checks.CheckLimits`."""

    blank_ink_share: Ratio = 0.0003
    black_share: Ratio = 0.85
    dark_paper: Annotated[float, msgspec.Meta(ge=0, le=255)] = 120
    overexposed_contrast: Annotated[float, msgspec.Meta(ge=0, le=255)] = 180
    contrast: Annotated[float, msgspec.Meta(ge=0, le=255)] = 22
    blur_mm: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.35
    edge_strokes: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 6
    skew_deg: Annotated[float, msgspec.Meta(ge=0, le=12)] = 3
    upside_down: Annotated[float, msgspec.Meta(ge=0, le=100)] = 2.5
    sheet_edge: Annotated[float, msgspec.Meta(ge=0, le=255)] = 12
    size_mm: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 15
    duplicate: Ratio = 0.05
    dust_pages: Annotated[int, msgspec.Meta(ge=0, le=100)] = 5
    tone_drift: Annotated[float, msgspec.Meta(ge=0, le=255)] = 12
    page_numbers: bool = False
    selftest: Literal["daily", "off"] = "off"


class AcceptSettings(_Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The written policy by which pages are accepted without a person."""

    by: Literal["policy", "person"] = "policy"
    tolerated_flags: tuple[str, ...] = ()
    min_word_confidence: Annotated[float, msgspec.Meta(ge=0, le=100)] = 40

    def __post_init__(self) -> None:
        """Refuse, as WrongKey, a flag that there is not, or that no policy may tolerate."""
        for code in self.tolerated_flags:
            if code not in TOLERABLE:
                text = _("'{code}' is not a valid flag for a policy. Choose from: {known}")
                raise WrongKey("tolerated_flags", text.format(code=code, known=", ".join(sorted(TOLERABLE))))


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
    """The whole of station.toml; of a `practice` station nothing is delivered."""

    language: Literal["", "en", "vi"] = ""
    operator: str = ""
    unit_list: Literal["", "2025-06-30", "2025-07-01"] = ""
    min_free_gb: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 5
    stop_free_gb: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 1
    scanner: ScannerSettings = ScannerSettings()
    process: ProcessSettings = ProcessSettings()
    cluster: ClusterSettings = ClusterSettings()
    checks: CheckSettings = CheckSettings()
    accept: AcceptSettings = AcceptSettings()
    qa: QaSettings = QaSettings()
    deliver: DeliverSettings = DeliverSettings()
    nightly: NightlySettings = NightlySettings()
    handover: HandoverSettings = HandoverSettings()
    progress: ProgressSettings = ProgressSettings()
    backup: BackupSettings = BackupSettings()
    console: ConsoleSettings = ConsoleSettings()
    practice: bool = False
    units: tuple[UnitSettings, ...] = ()
