"""Masters out of the store, as files that any program reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage
from scanpipe.flows.station import Station
from scanpipe.raster.codecs import decode_master, encode_tiff
from scanpipe.system.outputs import Output, Outputs


def export(station: Station, name: str, target: Path, *, enhanced: bool = False, force: bool = False) -> Iterator[Path]:
    """Write the master, or the enhanced picture, of every page of the book as a lossless TIFF and yield its path.

    The TIFF of a page that came from a damaged file says so, and is damaged to whoever imports it again.

    Raises:
        UsageError: files are there already (unless `force`); nothing was written.
        BookUnknown: there is no such book.
        BlobDamaged: a master is gone or was changed.
        DiskFull: no room.
    """
    facts = book_facts(station, name)
    pictures = {
        f"{facts.book.id.label}-{order:04d}-{state.page.label}.tif": picture
        for order, state in enumerate(facts.pages, 1)
        if (picture := _picture(state, enhanced=enhanced))
    }
    outputs = Outputs(folder=target, force=force)
    outputs.check(Output(name=name, source=name) for name in pictures)
    target.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        raster = decode_master(station.store.get(picture.digest), dpi=picture.dpi)
        yield outputs.write(name, encode_tiff(raster, damaged=picture.damaged))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    digest: str
    dpi: float
    damaged: bool


def _picture(state: PageState, *, enhanced: bool) -> _Picture | None:
    """Return what is asked for of a page, None where the page has none."""
    damaged = "damaged" in state.flags
    match state:
        case ProcessedPage() if enhanced:
            return _Picture(digest=state.version.image, dpi=state.version.dpi, damaged=damaged)
        case CapturedPage() if not enhanced:
            return _Picture(digest=state.facts.digest, dpi=state.facts.dpi, damaged=damaged)
    return None
