"""The self-test of a scanner: its target sheet printed, scanned, measured, and compared with the time before."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Final

import msgspec
import segno

from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.target import layout
from scanpipe.capture.target.complaints import Complaint, complaints
from scanpipe.capture.target.measure import TargetReport, measure_target
from scanpipe.errors import ImageRefused
from scanpipe.flows.capture.scanners import scanner_setup
from scanpipe.flows.station import Station
from scanpipe.messages import language, lazy
from scanpipe.package.reports.printing import fill_in, print_pdf
from scanpipe.raster import Raster
from scanpipe.raster.codecs import encode_master
from scanpipe.raster.files import Reading, read_frames
from scanpipe.state.journal import json_text
from scanpipe.state.selftests import newest_selftest

_FILE: Final = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """A self-test that was made: what was measured, the one before on this device, and what is wrong."""

    device: str
    report: TargetReport
    earlier: TargetReport | None
    earlier_at: str
    complaints: tuple[Complaint, ...]

    @property
    def changes(self) -> dict[str, float]:
        """By how much each value differs from the time before; empty where there was none."""
        if self.earlier is None:
            return {}
        return {
            field.name: round(getattr(self.report, field.name) - getattr(self.earlier, field.name), 3)
            for field in fields(TargetReport)
            if field.name != "greys"
        }


def target_pdf() -> bytes:
    """Return the target sheet as a PDF of one A4 page, to be printed at 100 %.

    Raises:
        ToolMissing: Pango, which sets the type, is not installed.
    """
    code = segno.make(layout.TARGET_ID, error="m").svg_data_uri(border=0)
    return print_pdf(fill_in("selftest-target.html", layout=layout, code=code, language=language()))


def selftest_from_file(station: Station, path: Path) -> SelfTest:
    """Measure a picture of the target sheet that lies in a file; its device is named "folder".

    Raises:
        ImageRefused: it is no picture, or the target is not on it.
    """
    frame = next(iter(read_frames(path, Reading(default_dpi=station.settings.process.default_dpi))), None)
    if frame is None:
        raise ImageRefused(lazy("{name} contains no page.", name=path.name))
    return _kept(station, frame.raster, device=_FILE, profile="")


def selftest_from_scanner(station: Station, *, device: str = "", profile: str = "", dpi: int | None = None) -> SelfTest:
    """Scan the target sheet with the scanner of the station, and measure it.

    Raises:
        DeviceError: one of its kinds.
        ImageRefused: the target is not on the picture.
    """
    scanner = SaneScanner(spool=station.spool)
    setup = scanner_setup(station, scanner, device=device, profile=profile, dpi=dpi)
    with scanner.open(setup.settings) as session:
        picture = session.scan(1).raster
    return _kept(station, picture, device=setup.settings.device, profile=setup.profile.stem)


def selftest_due(station: Station, device: str, today: date) -> bool:
    """Whether a self-test of this device is to be made today, by `[checks] selftest`; "" is any device."""
    if station.settings.checks.selftest != "daily":
        return False
    row = newest_selftest(station.journal, device)
    return row is None or datetime.fromisoformat(row.at).astimezone().date() < today


def _kept(station: Station, picture: Raster, *, device: str, profile: str) -> SelfTest:
    report = measure_target(picture)
    before = newest_selftest(station.journal, device)
    digest = station.store.put(encode_master(picture))
    station.journal.add_fact(
        "selftest",
        device=device,
        profile=profile,
        dpi=report.stated_dpi,
        report=json_text(asdict(report)),
        digest=digest,
        person=station.person,
    )
    return SelfTest(
        device=device,
        report=report,
        earlier=_read(before.report) if before else None,
        earlier_at=before.at if before else "",
        complaints=complaints(report),
    )


def _read(report: str) -> TargetReport | None:
    """Return a report of the journal, None where another version of scanpipe measured something else."""
    try:
        return msgspec.json.decode(report, type=TargetReport)
    except msgspec.ValidationError:
        return None
