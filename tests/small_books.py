"""Books of a few small pages on a station: pictures that no one can read, or printed pages that can be processed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
from PIL import Image

from scanpipe.flows.book.books import BookDetails, BookFacts, add_book, book_facts, convention_of
from scanpipe.flows.book.plan import ProcessedPage
from scanpipe.flows.book.tickets import add_ticket
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.flows.delivery.documents import Document
from scanpipe.flows.delivery.revision import Revision, RevisionPlan
from scanpipe.flows.processing_spec import book_spec
from scanpipe.flows.station import Station, open_station
from scanpipe.flows.workbook.workbooks import Workbook, WorkbookForm, issued_rows
from scanpipe.messages import LazyText
from scanpipe.model import Placement
from scanpipe.package.workbook.merge import TypedCells
from scanpipe.raster.codecs import encode_png
from scanpipe.state import views
from tests.conftest import SMALL_DPI, make_one_person_station, make_small_station
from tests.page_drawings import draw_page

BOOK = "KS.2010.01"


@contextmanager
def small_book(folder: Path, **details: object) -> Iterator[Station]:
    """A station of one person with the book KS.2010.01 that states these terms; nothing is captured."""
    make_one_person_station(folder / "station")
    with open_station(folder / "station", purpose="test") as station:
        add_book(station, kind="KS", year=2010, volume=1, unit="14758", details=BookDetails(**details))  # type: ignore[arg-type]
        yield station


@contextmanager
def printed_book(folder: Path) -> Iterator[Station]:
    """A station for small pages with the book KS.2010.01, whose one printed page is captured."""
    with open_station(make_small_station(folder / "station"), purpose="test") as station:
        add_printed_book(station, folder / "scans")
        yield station


def add_printed_book(station: Station, folder: Path, *, volume: int = 1, stated: int | None = 1) -> str:
    """Add a book of which so many pages are stated, capture one printed page into it, and return its name."""
    details = BookDetails(pages=stated, cases=1, rule="pages:1")
    book = add_book(station, kind="KS", year=2010, volume=volume, unit="14758", details=details)
    folder.mkdir()
    (folder / "1.png").write_bytes(encode_png(draw_page(size_mm=(101.6, 76.2), dpi=SMALL_DPI).image))
    list(capture_folder(station, book.id.label, folder))
    return book.id.label


def read_book(folder: Path) -> Path:
    """Make a station with a book of two pages that were read; return its folder."""
    with small_book(folder, pages=2) as station:
        capture_pages(station, folder / "scans", 2)
        read_pages(station)
    return folder / "station"


def write_scans(folder: Path, *names: str, shade: int = 0) -> Path:
    """Write small pictures, each of another grey; a name that begins with ! is no picture."""
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        if name.startswith("!"):
            (folder / name[1:]).write_bytes(b"no picture")
        else:
            Image.new("RGB", (60, 80), (200 + number, 200, 200 - shade)).save(folder / name, dpi=(300, 300))
    return folder


def capture_pages(station: Station, folder: Path, count: int, *, first: int = 1) -> None:
    """Capture small pictures, each of another colour, named by their numbers: 01.png."""
    folder.mkdir(exist_ok=True)
    for number in range(first, first + count):
        picture = Image.new("RGB", (300, 400), (255 - number, 230, 200))
        for line in range(40, 360, 40):
            picture.paste((20, 20, 60), (40, line, 260, line + 8))
        picture.save(folder / f"{number:02}.png", dpi=(300, 300))
    list(capture_folder(station, BOOK, folder))


def write_capture(station: Station, name: str, placements: list[Placement]) -> int:
    """Write a capture as a scan writes it, on these pages."""
    row = book_facts(station, name).row
    page = placements[0].page if placements else None
    sheet = station.journal.open_sheet(row, page, source="test:0", operator="lan")
    size = {"digest": station.store.put(str(sheet).encode()), "width": 1, "height": 1, "dpi": 300.0}
    facts = {"side": "single", "device": "test:0", "flags": "[]", "checks": "{}"}
    return station.journal.add_capture(row, placements, sheet=sheet, operator="lan", **size, **facts)  # type: ignore[arg-type]


def read_pages(station: Station, *, name: str = BOOK, flags: str = "[]") -> BookFacts:
    """Give every page a version under its effective recipe, as if it had been enhanced and read."""
    facts = book_facts(station, name)
    own = book_spec(station, facts.book)
    station.journal.add_recipe(own.id, name=own.name, body=own.body)
    for state in facts.captured:
        if not isinstance(state, ProcessedPage):
            made = station.store.put(f"{state.facts.digest} {state.recipe}".encode())
            blobs = dict.fromkeys(("image", "mask", "words", "text_layer"), made)
            made_from = {"capture": state.facts.capture, "region": state.facts.region, "recipe": state.recipe}
            facts_of = {"dpi": 300.0, "confidence": None, "flags": flags, "report": "{}", "tools": "{}"}
            station.journal.add_version(**made_from, **blobs, **facts_of)
    return book_facts(station, name)


def drawing_samples(station: Station, **settings: object) -> Station:
    """Return the station with samples of half of each lot and its two worst pages, or other settings under [qa]."""
    wanted = {"method": "share", "share": 0.5, "worst": 2, **settings}
    qa = msgspec.structs.replace(station.settings.qa, **wanted)
    return replace(station, settings=msgspec.structs.replace(station.settings, qa=qa))


def statuses(station: Station) -> dict[str, str]:
    """Return where each page of the book stands."""
    return {state.page.label: str(state.status) for state in book_facts(station, BOOK).pages}


def state_delivered(station: Station) -> None:
    """Write the row of a delivery of the book as it is now; nothing is made."""
    facts, read = book_facts(station, BOOK), views.newest(station.journal)
    known = {f"newest_{table}": getattr(read, table) for table in ("verdict", "statement", "placement", "edit")}
    made = {"revision": 1 + len(facts.deliveries), "zip_digest": "", "folder": "", "members": "{}", "person": "Lan"}
    station.journal.add_fact("delivery", book=facts.row, workbook="", **made, **known)


def record_tickets(station: Station, *numbers: str) -> None:
    """Record tickets of the book."""
    for number in numbers:
        add_ticket(station, BOOK, number=number, dated=date(2026, 3, 5), approved_by="Trần Văn Bình")


def for_ticket(station: Station, number: str = "CV 1") -> Station:
    """Return the station as one has it open who changes the delivered book for a ticket, which is recorded."""
    record_tickets(station, number)
    return replace(station, ticket=number)


def next_revision(
    station: Station, *, documents: Sequence[Document] = (), conflicts: Sequence[LazyText] = ()
) -> Revision:
    """Return the next revision of the book with these PDFs, into whose workbook nothing was typed."""
    facts = book_facts(station, BOOK)
    convention = convention_of(station, facts.book)
    plan = RevisionPlan(
        facts=facts,
        convention=convention,
        documents=tuple(documents),
        rows=issued_rows(facts, convention.workbook),
        number=1 + len(facts.deliveries),
        iso_sizes=False,
    )
    form = WorkbookForm(book=facts.book.id, rules=convention.workbook, rows=plan.rows, typed=TypedCells())
    content = form.rendered(plan.number)
    return Revision.of(plan, Workbook(form=form, content=content, conflicts=tuple(conflicts), imported={}))
