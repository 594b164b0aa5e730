"""Masters out of the store, as files that any program reads."""

from collections.abc import Iterator
from pathlib import Path

from scanpipe.flows.books import book_facts
from scanpipe.flows.station import Station
from scanpipe.fsio import write_atomic
from scanpipe.raster.codecs import decode_master, encode_tiff


def export(station: Station, name: str, target: Path, *, enhanced: bool = False) -> Iterator[Path]:
    """Write the master, or the enhanced picture, of every page of the book as a lossless TIFF and yield its path.

    Raises:
        BookUnknown: there is no such book.
        BlobDamaged: a master is gone or was changed.
        DiskFull: no room.
    """
    facts = book_facts(station, name)
    target.mkdir(parents=True, exist_ok=True)
    for order, state in enumerate(facts.pages, 1):
        if state.facts is None or (enhanced and state.version is None):
            continue
        digest, dpi = state.facts.digest, state.facts.dpi
        if enhanced and state.version:
            digest, dpi = state.version.image, state.version.dpi
        path = target / f"{facts.book.id.label}-{order:04d}-{state.page.label}.tif"
        write_atomic(path, encode_tiff(decode_master(station.store.get(digest), dpi=dpi)))
        yield path
