"""When a revision is due, when none is made, and what a crash just before its row leaves."""

import shutil
import sqlite3
from pathlib import Path

import openpyxl
import pytest

from scanpipe.errors import DeliveryRefused, PackageRefused
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.undo import redo_last, undo_last
from scanpipe.flows.delivery import deliver as delivering
from scanpipe.flows.delivery.deliver import deliver
from scanpipe.flows.delivery.revision import Revision
from scanpipe.flows.process.run import process
from scanpipe.flows.process.verdicts import accept, reject
from scanpipe.flows.review.case_rows import type_into
from scanpipe.flows.station import Station, open_station
from scanpipe.package.findings import Report
from scanpipe.package.reports.delivery_record import read_delivery_record
from tests.small_books import BOOK, for_ticket
from tests.unit.package.packages import type_in


@pytest.fixture(scope="module")
def accepted_once(one_page_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(one_page_once, tmp_path_factory.mktemp("accepted") / "station"))
    with open_station(folder, purpose="test") as station:
        list(process(station))
        accept(station, BOOK, ["1"])
    return folder


@pytest.fixture
def folder(accepted_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(accepted_once, tmp_path / "station"))


def test_a_book_that_is_not_ready_is_refused_with_every_reason(station: Station) -> None:
    with pytest.raises(DeliveryRefused, match="unprocessed: pages 1"):
        deliver(station, BOOK)


def test_an_unchanged_book_gives_no_further_revision(folder: Path) -> None:
    with open_station(folder, purpose="test") as station:
        first, again = deliver(station, BOOK), deliver(station, BOOK)
        assert (first.new, first.revision, again.new, again.revision) == (True, 1, False, 1)
        assert (again.archives, again.figures, again.cases) == (first.archives, first.figures, 1)
        assert len(book_facts(station, BOOK).deliveries) == 1


def test_a_published_folder_without_a_row_is_adopted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with open_station(folder, purpose="test") as station:
        with monkeypatch.context() as crash:
            crash.setattr(delivering, "record_delivery", killed)
            with pytest.raises(KeyboardInterrupt):
                deliver(station, BOOK)
        assert book_facts(station, BOOK).deliveries == ()
        assert (deliver(station, BOOK).new, len(book_facts(station, BOOK).deliveries)) == (False, 1)


def test_a_published_folder_that_was_changed_is_not_adopted(folder: Path) -> None:
    with open_station(folder, purpose="test") as station:
        published = deliver(station, BOOK)
        published.archives[0].write_bytes(b"another ZIP")
    journal = sqlite3.connect(folder / "journal.sqlite")
    journal.executescript("DROP TRIGGER delivery_no_delete; DELETE FROM delivery;")
    journal.close()
    with open_station(folder, purpose="test") as station, pytest.raises(PackageRefused, match=r"KS\.2010\.01\.zip"):
        deliver(station, BOOK)


def test_pages_judged_while_a_package_is_made_keep_it_from_being_published(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = delivering.write_revision

    def judged_meanwhile(station: Station, revision: Revision, staged: Path) -> Report:
        report = write(station, revision, staged)
        reject(station, BOOK, ["1"], reason="faded")
        return report

    with open_station(folder, purpose="test") as station:
        monkeypatch.setattr(delivering, "write_revision", judged_meanwhile)
        with pytest.raises(DeliveryRefused, match="a verdict changed"):
            deliver(station, BOOK)
        assert (book_facts(station, BOOK).deliveries, list(station.out.rglob("*.zip"))) == ((), [])


def test_the_papers_say_which_pages_were_accepted_by_who_scanned_them(folder: Path) -> None:
    with open_station(folder, purpose="test") as station:
        done = deliver(station, BOOK)
        assert "Accepted by the person who scanned them, not by another one: pages 1." in done.report.read_text()
        assert read_delivery_record(done.note.with_suffix(".json")).own == ("1",)
    with open_station(folder, purpose="test", person="Hoa") as opened:
        station = for_ticket(opened)
        reject(station, BOOK, ["1"], reason="faded", redo="plain")
        list(process(station))
        accept(station, BOOK, ["1"])
        again = deliver(station, BOOK)
        assert "the person who scanned" not in again.report.read_text()
        assert read_delivery_record(again.note.with_suffix(".json")).own == ()


def names_typed(station: Station, revision: int) -> list[str]:
    """Return the names in the workbook of a revision."""
    folder = station.folder / book_facts(station, BOOK).deliveries[revision - 1].folder
    rows = list(openpyxl.load_workbook(folder / "KS.2010.01.xlsx").worksheets[0].values)
    place = rows[0].index("nksHoTen")
    return [str(row[place] or "") for row in rows[1:]]


def test_what_was_typed_beside_the_pages_is_delivered_once_and_undone_even_then(folder: Path) -> None:
    with open_station(folder, purpose="test") as station:
        type_into(station, 1, "1", "nksHoTen", value="Lan", shown="")
        assert deliver(station, BOOK).new
        assert not deliver(station, BOOK).new
        type_into(station, 1, "1", "nksHoTen", value="Lan Anh", shown="Lan")
        assert deliver(station, BOOK).revision == 2
        undo_last(station, BOOK)
        assert deliver(station, BOOK).revision == 3
        assert not deliver(station, BOOK).new
        redo_last(station, BOOK)
        assert deliver(station, BOOK).revision == 4
        assert [names_typed(station, number) for number in (1, 2, 3, 4)] == [["Lan"], ["Lan Anh"], ["Lan"], ["Lan Anh"]]


def test_what_was_typed_into_the_workbook_later_stands(folder: Path) -> None:
    with open_station(folder, purpose="test") as station:
        type_into(station, 1, "1", "nksHoTen", value="Lan", shown="")
        published = deliver(station, BOOK).workbook
        type_in(published, {(2, "nksHoTen"): "Hoa"})
        type_into(station, 1, "1", "ghiChu", value="xem lại", shown="")
        assert deliver(station, BOOK).conflicts == ()
        assert names_typed(station, 2) == ["Hoa"]
