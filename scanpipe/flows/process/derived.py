"""What was made of a master can be made again: damaged files of page versions are put out of the way of new ones.

A version that lost a file is due again by itself (`flows/book/books.py`), so it is enough to find the damage.
"""

from collections.abc import Callable, Iterator

from scanpipe.errors import BlobDamaged, OcrFailed
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.counts import book_memo
from scanpipe.flows.station import Station
from scanpipe.ocr.text_layer import require_whole
from scanpipe.ocr.words import decode_words
from scanpipe.state.page_facts import VersionRow


def retire_damaged(station: Station, facts: BookFacts) -> bool:
    """Retire every damaged file of the versions that count in a book; return whether there was any.

    A file is damaged whose content is not what its name promises, or that was stored incomplete.
    """
    damaged = {
        digest for state in facts.processed for digest in _damaged(station, state.version)
    }  # a capture may stand on several pages
    for digest in damaged:
        station.store.retire(digest)
    if damaged:
        book_memo(station).forget(facts.row)  # no fact tells of it
    return bool(damaged)


def _damaged(station: Station, version: VersionRow) -> Iterator[str]:
    checks: tuple[tuple[str, Callable[[bytes], object]], ...] = (
        (version.image, len),
        (version.mask, len),
        (version.words, decode_words),
        (version.text_layer, require_whole),
        *(((version.writing, len),) if version.writing else ()),
    )
    for digest, check in checks:
        try:
            check(station.store.get(digest))
        except (BlobDamaged, OcrFailed):
            yield digest
