"""Books of a few small pictures on a station, processed as far as verdicts, places and papers look at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from scanpipe.flows.book.books import BookDetails, BookFacts, add_book, book_facts
from scanpipe.flows.book.plan import ProcessedPage
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.processing_spec import book_spec
from scanpipe.flows.station import Station, create_station, open_station

BOOK = "KS.2010.01"


@contextmanager
def small_book(folder: Path, **details: object) -> Iterator[Station]:
    """A station with the book KS.2010.01 that states these terms; nothing is captured."""
    create_station(folder / "station")
    with open_station(folder / "station", purpose="test") as station:
        add_book(station, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails(**details))  # type: ignore[arg-type]
        yield station


def capture_pages(station: Station, folder: Path, count: int, *, first: int = 1) -> None:
    """Capture small pictures, each of another colour, named by their numbers: 01.png."""
    folder.mkdir(exist_ok=True)
    for number in range(first, first + count):
        picture = Image.new("RGB", (300, 400), (255 - number, 230, 200))
        for line in range(40, 360, 40):
            picture.paste((20, 20, 60), (40, line, 260, line + 8))
        picture.save(folder / f"{number:02}.png", dpi=(300, 300))
    list(capture_folder(station, BOOK, folder))


def read_pages(station: Station, *, flags: str = "[]") -> BookFacts:
    """Give every page a version under its effective recipe, as if it had been enhanced and read."""
    facts = book_facts(station, BOOK)
    own = book_spec(station, facts.book)
    station.journal.add_recipe(own.id, name=own.name, body=own.body)
    for state in facts.captured:
        if not isinstance(state, ProcessedPage):
            made = station.store.put(f"{state.facts.digest} {state.recipe}".encode())
            blobs = dict.fromkeys(("image", "mask", "words", "text_layer"), made)
            made_from = {"capture": state.facts.capture, "region": state.facts.region, "recipe": state.recipe}
            facts_of = {"dpi": 300.0, "confidence": None, "flags": flags, "report": "{}", "tools": "{}"}
            station.journal.add_version(**made_from, **blobs, **facts_of)
    return book_facts(station, BOOK)


def statuses(station: Station) -> dict[str, str]:
    """Return where each page of the book stands."""
    return {state.page.label: str(state.status) for state in book_facts(station, BOOK).pages}
