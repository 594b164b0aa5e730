"""How long the merge of 10,000 stations' progress files takes: `python bench/progress.py [STATIONS] [BOOKS]`."""

import random
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time

import msgspec

from scanpipe.flows.progress.figures import STATES, BookLine, StationFile
from scanpipe.flows.progress.merge import merge
from scanpipe.flows.progress.share import read_share
from scanpipe.flows.progress.signature import sign
from scanpipe.flows.progress.words import summary, tables
from scanpipe.package.naming.units import listed_units
from scanpipe.package.reports.tables import tables_page, tables_workbook
from scanpipe.state.book_times import monday

TODAY = date(2026, 11, 29)


def write_stations(share: Path, stations: int, books: int) -> None:
    """Write signed files of stations with so many books each."""
    chance = random.Random(1)
    units = list(listed_units())
    for number in range(stations):
        home = share / f"home{number}"
        home.mkdir()
        listed, code = units[number % len(units)]
        lines = tuple(_book(chance, code, listed, volume) for volume in range(1, books + 1))
        content = StationFile(station=f"station {number}", at="2026-11-29T05:00:00+00:00", books=lines)
        body = msgspec.json.encode(content)
        key, signature = sign(home, body)
        seal = msgspec.json.encode({"key": key, "signature": signature})
        (share / f"{key[:16]}.progress").write_bytes(body + b"\n" + seal + b"\n")


def _book(chance: random.Random, code: str, listed: str, volume: int) -> BookLine:
    state, day = chance.choice(STATES), TODAY - timedelta(days=chance.randrange(90))
    cases = chance.randrange(80, 300)
    return BookLine(
        unit=code,
        list=listed,
        kind=chance.choice(("KS", "KH", "KT")),
        year=chance.randrange(1976, 2025),
        volume=volume,
        state=state,
        since=day,
        pages=cases + 2,
        cases=cases,
        scanned=cases + 2,
        processed=cases,
        accepted=cases,
        cases_scanned=cases,
        delivered=(day,) if state == "accepted" else (),
        weeks={monday(day - timedelta(weeks=week)): cases // 2 for week in range(2)},
    )


def main() -> None:
    """Measure each step."""
    stations, books = (int(word) for word in (*sys.argv[1:], *("10000", "10")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        share = Path(folder)
        write_stations(share, stations, books)
        last = perf_counter(), process_time()

        def step(name: str) -> None:
            nonlocal last
            now = perf_counter(), process_time()
            print(f"{name}: {now[0] - last[0]:.2f} s, {now[1] - last[1]:.2f} CPU s")
            last = now

        found = read_share(share, None)
        step(f"read and checked {len(found.files)} files")
        merged = merge(found.files, (), today=TODAY)
        step(f"merged {merged.total.all_books} books of {len(merged.by_unit)} units")
        shown = tables(merged, found.left_out, silent_days=7)
        page = tables_page("", summary(merged, silent_days=7), shown)
        step(f"page of {len(page) // 1000} kB")
        workbook = tables_workbook(shown)
        step(f"workbook of {len(workbook) // 1000} kB")


if __name__ == "__main__":
    main()
