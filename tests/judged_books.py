"""A book that was processed and waits for a person: real pictures, masks, words and seals, but drawn at once."""

from pathlib import Path

import numpy as np

from scanpipe.capture.checks.values import Mark
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.processing_spec import book_spec
from scanpipe.flows.qa.plan_lots import plan_lots
from scanpipe.flows.station import SETTINGS, Station, open_station
from scanpipe.model import Word
from scanpipe.ocr.words import encode_words
from scanpipe.raster import Raster
from scanpipe.raster.codecs import decode_master, encode_mask
from scanpipe.state.journal import json_text
from tests.conftest import SMALL_DPI
from tests.followed_books import HEIGHT, WIDTH, keep, make_followed
from tests.small_books import BOOK, drawing_samples

SEAL = {"kind": "round", "colour": "red", "box_px": [200, 150, 300, 250], "confidence": 0.9}


def make_judged(
    folder: Path, pages: int = 6, *, flagged: tuple[int, ...] = (2, 4), marks: tuple[Mark, ...] = ()
) -> Path:
    """Make a station with a book of 20 pages, of which so many were scanned and processed; return its folder."""
    station = make_followed(folder)
    settings = station / SETTINGS
    settings.write_text(settings.read_text(encoding="utf-8").replace('method = "off"', 'method = "share"'))
    for number in range(1, pages + 1):
        keep(station, str(number), flags=("blurred",) if number in flagged else (), marks=marks)
    with open_station(station, purpose="test") as opened:
        process_drawn(opened)
    return station


def draw_twice(station: Path) -> None:
    """Have all pages of the book shown to two people."""
    with open_station(station, purpose="test") as opened:
        plan_lots(drawing_samples(opened, share=1.0, twice=1.0), BOOK, seed="a")


def write_delivery(station: Path) -> None:
    """Write the row of a delivery of the book as it is now."""
    with open_station(station, purpose="test") as opened:
        facts = book_facts(opened, BOOK)
        read = facts.newest
        known = {"newest_verdict": read.verdict, "newest_statement": read.statement, "newest_placement": read.placement}
        made = {"revision": 1, "zip_digest": "", "folder": "", "members": "{}", "person": "Lan", "workbook": ""}
        opened.journal.add_fact("delivery", book=facts.row, **made, **known)


def process_drawn(station: Station) -> None:
    """Give every page of the book that has none a version, as if it had been enhanced and read."""
    facts = book_facts(station, BOOK)
    spec = book_spec(station, facts.book)
    station.journal.add_recipe(spec.id, name=spec.name, body=spec.body)
    for place, state in enumerate(facts.captured, 1):
        scan = decode_master(station.store.get(state.facts.digest), dpi=SMALL_DPI)
        grey = scan.pixels.min(axis=2) if scan.colour else scan.pixels
        mask = Raster(pixels=np.where(grey < 128, 0, 255).astype(np.uint8), dpi=SMALL_DPI)
        words = [Word(text=f"trang{place}", left=20, top=20, width=90, height=20, confidence=91.0, line=0)]
        report = {"size_px": [WIDTH, HEIGHT], "seals": [SEAL], "score": {"overall": 90.0 - place}}
        station.journal.add_version(
            capture=state.facts.capture,
            region=state.facts.region,
            recipe=state.recipe,
            image=state.facts.digest,
            mask=station.store.put(encode_mask(mask)),
            words=station.store.put(encode_words(words)),
            text_layer=station.store.put(b"no text"),
            dpi=float(SMALL_DPI),
            confidence=91.0,
            flags="[]",
            report=json_text(report),
            tools="{}",
        )
