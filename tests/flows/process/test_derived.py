"""What was made of a master is made again where it is damaged, by itself and without a rescan."""

from pathlib import Path

import pytest
from pytesseract import pytesseract as runner

from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.counts import all_book_counts
from scanpipe.flows.book.plan import PageState, Status
from scanpipe.flows.delivery.deliver import deliver
from scanpipe.flows.process import page_task
from scanpipe.flows.process.derived import retire_damaged
from scanpipe.flows.process.run import PageDone, PageFailed, process
from scanpipe.flows.process.verdicts import accept
from scanpipe.flows.station import Station
from scanpipe.ocr.tesseract import Reading, require_language
from tests.small_books import BOOK


def page(station: Station) -> PageState:
    (state,) = book_facts(station, BOOK).pages
    return state


def processed(station: Station) -> list[PageDone | PageFailed]:
    return [event for event in process(station, [BOOK], reread=True) if isinstance(event, PageDone | PageFailed)]


def damage(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"?")


@pytest.mark.parametrize("part", ["image", "text_layer"])
def test_a_damaged_file_is_made_again_and_the_page_stays_accepted(station: Station, part: str) -> None:
    processed(station)
    accept(station, BOOK, [])
    before = page(station)
    digest = getattr(before.version, part)
    damage(station.store.path(digest))
    assert len(processed(station)) == 1
    assert page(station) == before
    assert station.store.get(digest)
    assert [path.name.split("-")[0] for path in (station.store.folder / "damaged").iterdir()] == [digest]
    assert processed(station) == []


def test_a_page_whose_file_was_put_away_is_counted_as_due_also_where_nobody_went_on(station: Station) -> None:
    def due() -> int:
        return sum(counts.due for _row, counts in all_book_counts(station))

    processed(station)
    assert due() == 0
    version = page(station).version
    assert version is not None
    damage(station.store.path(version.image))
    assert retire_damaged(station, book_facts(station, BOOK))
    assert due() == 1


def test_a_delivery_makes_damaged_files_again(station: Station) -> None:
    processed(station)
    accept(station, BOOK, [])
    version = page(station).version
    assert version is not None
    damage(station.store.path(version.mask))
    assert deliver(station, BOOK).new


def test_a_text_layer_that_was_stored_cut_short_is_made_again(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        whole = page_task.read_page
        cut.setattr(page_task, "read_page", lambda *args, **options: shortened(whole(*args, **options)))
        processed(station)
    accept(station, BOOK, [])
    assert deliver(station, BOOK).new
    assert page(station).status is Status.ACCEPTED


def shortened(reading: Reading) -> Reading:
    return Reading(text_layer=reading.text_layer[:500], words=reading.words)


def test_a_damaged_master_is_no_loss_of_the_version(station: Station) -> None:
    processed(station)
    facts = page(station).facts
    assert facts is not None
    damage(station.store.path(facts.digest))
    assert processed(station) == []


def test_a_page_that_ocr_fails_on_goes_on_without_text(
    station: Station, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    require_language("vie")
    failing = tmp_path / "tesseract"
    failing.write_text('#!/bin/sh\n[ "$1" = --version ] && exec tesseract "$@"\necho no memory >&2; exit 1\n')
    failing.chmod(0o755)
    with monkeypatch.context() as without:
        without.setattr(runner, "tesseract_cmd", str(failing))
        (done,) = processed(station)
    assert isinstance(done, PageDone)
    assert "no_text" in done.flags
    version = page(station).version
    assert version is not None
    assert "no memory" in version.report
    accept(station, BOOK, [])
    assert deliver(station, BOOK).new
