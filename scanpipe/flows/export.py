"""Masters out of the store, as files that any program reads."""

from collections.abc import Iterator
from pathlib import Path

from scanpipe.flows.books import book_facts
from scanpipe.flows.plan import PageState
from scanpipe.flows.station import Station
from scanpipe.outputs import Output, Outputs
from scanpipe.raster.codecs import decode_master, encode_tiff


def export(station: Station, name: str, target: Path, *, enhanced: bool = False, force: bool = False) -> Iterator[Path]:
    """Write the master, or the enhanced picture, of every page of the book as a lossless TIFF and yield its path.

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
    for name, (digest, dpi) in pictures.items():
        yield outputs.write(name, encode_tiff(decode_master(station.store.get(digest), dpi=dpi)))


def _picture(state: PageState, *, enhanced: bool) -> tuple[str, float] | None:
    """Return digest and resolution of what is asked for of a page, None where the page has none."""
    if enhanced:
        return (state.version.image, state.version.dpi) if state.version else None
    return (state.facts.digest, state.facts.dpi) if state.facts else None
