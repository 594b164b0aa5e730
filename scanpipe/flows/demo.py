"""The whole path on the sample book: a station of its own, a scanner without hardware."""

import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import msgspec

from scanpipe.errors import DeviceMissing, StateError
from scanpipe.flows.book.books import BookDetails, add_book
from scanpipe.flows.capture.events import CaptureEvent, FilesIgnored
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.capture.scan import capture_scanner
from scanpipe.flows.capture.scanners import find_devices
from scanpipe.flows.delivery.deliver import Delivered, deliver
from scanpipe.flows.process.run import PageDone, PageFailed, Started, process
from scanpipe.flows.process.verdicts import apply_policy
from scanpipe.flows.station import SETTINGS, Station, create_station, open_station
from scanpipe.flows.verify import verify
from scanpipe.messages import lazy
from scanpipe.model import Book
from scanpipe.package.findings import Report
from scanpipe.raster.codecs import encode_pnm
from scanpipe.raster.files import read_frames
from scanpipe.settings import toml_files
from scanpipe.system.fsio import write_atomic

DEVICE = "pnm:0"
_MARK = ".scanpipe-demo"
_FEED, _SANE = "feeder", "sane"


class SampleUnit(msgspec.Struct, frozen=True):
    """The commune of the sample book."""

    code: str
    list_version: str
    name: str


class SampleBook(msgspec.Struct, frozen=True):
    """What the sample manifest states about its book."""

    kind: str
    year: int
    volume: int
    unit: SampleUnit
    front: int
    back: int
    pages: int
    cases: int
    opened: date
    first_number: int
    index: str


class SamplePage(msgspec.Struct, frozen=True):
    """The image file of a sample page."""

    file: str


class SampleManifest(msgspec.Struct, frozen=True):
    """The part of samples/manifest.toml that the demo needs."""

    book: SampleBook
    page: tuple[SamplePage, ...]


@contextmanager
def demo_station(folder: Path, *, force: bool = False) -> Iterator[Station]:
    """Yield a new station in `folder`, with a feeder full of sample pages.

    Raises:
        StateError: the folder holds something that no demo made, or an earlier demo (unless `force`).
    """
    folder = folder.resolve()
    _clear(folder, force=force)
    create_station(folder)
    manifest = sample_manifest()
    _fill_feeder(folder / _FEED, manifest)
    _write_settings(folder, manifest.book)
    before = os.environ.get("SANE_CONFIG_DIR")
    os.environ["SANE_CONFIG_DIR"] = str(folder / _SANE)
    try:
        with open_station(folder, purpose="demo") as station:
            yield station
    finally:
        if before is None:
            del os.environ["SANE_CONFIG_DIR"]
        else:
            os.environ["SANE_CONFIG_DIR"] = before


def sample_manifest() -> SampleManifest:
    """Return what is stated about the sample book."""
    text = (toml_files.data_folder("samples") / "manifest.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), type=SampleManifest)


def open_sample_book(station: Station) -> Book:
    """Open the sample book as its manifest states it."""
    book = sample_manifest().book
    details = BookDetails(
        opened=book.opened,
        pages=book.pages,
        cases=book.cases,
        first_number=book.first_number,
        front=book.front,
        back=book.back,
        rule=f"index:{toml_files.data_folder('samples') / book.index}",
    )
    unit = f"{book.unit.code}@{book.unit.list_version}"
    return add_book(station, kind=book.kind, year=book.year, volume=book.volume, unit=unit, details=details)


def no_scanner() -> str:
    """Return why nothing can be scanned here, in words; "" where libsane answers."""
    try:
        find_devices()
    except DeviceMissing as error:
        return str(error.text)
    return ""


def scan(station: Station, book: Book) -> Iterator[CaptureEvent]:
    """Scan the sample book through libsane's pnm backend."""
    return capture_scanner(station, book.id.label)


def import_samples(station: Station, book: Book) -> Iterator[CaptureEvent]:
    """Take the sample book from its image files; the programs that draw them lie beside them."""
    with closing(capture_folder(station, book.id.label, toml_files.data_folder("samples"))) as events:
        yield from (event for event in events if not isinstance(event, FilesIgnored))


def process_all(station: Station) -> Iterator[Started | PageDone | PageFailed]:
    """Enhance and read what was scanned."""
    return process(station)


def accept_all(station: Station, book: Book) -> int:
    """Accept by the written policy; return how many pages."""
    return len(apply_policy(station, book.id.label))


def deliver_book(station: Station, book: Book) -> Delivered:
    """Publish the sample book."""
    return deliver(station, book.id.label)


def verify_delivery(delivered: Delivered) -> Report:
    """Verify the published package as its receiver would."""
    return verify(delivered.archives[0], workbook=delivered.workbook, convention="default")


def _clear(folder: Path, *, force: bool) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise StateError(
                lazy("{folder} contains files that no demo made.", folder=folder),
                remedy=lazy("Choose another folder: scanpipe demo DIR"),
            )
        if not force:
            raise StateError(
                lazy("{folder} contains an earlier demo with all later work.", folder=folder),
                remedy=lazy("Choose another folder, or use --force to replace the demo."),
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _fill_feeder(feeder: Path, manifest: SampleManifest) -> None:
    feeder.mkdir()
    for page in manifest.page:
        source = toml_files.data_folder("samples") / page.file
        frame = next(iter(read_frames(source)))
        write_atomic(feeder / f"{source.stem}.ppm", encode_pnm(frame.raster))


def _write_settings(folder: Path, book: SampleBook) -> None:
    sane = folder / _SANE
    sane.mkdir()
    write_atomic(sane / "dll.conf", b"pnm\n")
    profile = f'match = "pnm:*"\ndpi = 300\nfeed = "{folder / _FEED}"\n'
    write_atomic(folder / "scanners" / "demo.toml", profile.encode())
    text = (folder / SETTINGS).read_text(encoding="utf-8")
    text = text.replace('device = ""', f'device = "{DEVICE}"').replace('profile = ""', 'profile = "demo"')
    # One sample is faded; enhanced, it can be read.
    text = text.replace("tolerated_flags = []", 'tolerated_flags = ["faint"]')
    unit = f'\n[[units]]\ncode = "{book.unit.code}"\nlist = "{book.unit.list_version}"\nname = "{book.unit.name}"\n'
    write_atomic(folder / SETTINGS, (text + unit).encode())
