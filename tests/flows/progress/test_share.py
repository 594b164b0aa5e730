"""Progress files on a share: only what a known station signed counts, and a share that is away stops nothing."""

import json
import shutil
from pathlib import Path

import pytest

from scanpipe.errors import UsageError, WorkbookError
from scanpipe.flows.progress.expected import read_expected
from scanpipe.flows.progress.figures import BookLine
from scanpipe.flows.progress.own import station_books
from scanpipe.flows.progress.share import progress_told, read_share, write_progress
from scanpipe.flows.progress.stations import read_stations, write_stations
from scanpipe.flows.station import open_station
from scanpipe.state.moves import add_move
from tests.small_books import capture_pages, small_book


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a book of two captured pages."""
    folder = tmp_path_factory.mktemp("scanned")
    with small_book(folder, pages=2, cases=2, rule="pages:1") as station:
        capture_pages(station, folder / "pictures", 2)
    return folder / "station"


def with_share(scanned: Path, folder: Path, share: object) -> Path:
    """Copy the station, and give it a share."""
    station = shutil.copytree(scanned, folder / "station")
    settings = station / "station.toml"
    text = settings.read_text().replace('share = ""', f'share = "{share}"', 1)
    settings.write_text(text.replace('name = ""    ', 'name = "trạm 1"    ', 1))
    return station


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (folder := tmp_path / "share").mkdir()
    return folder


@pytest.fixture
def written(scanned: Path, tmp_path: Path, share: Path) -> Path:
    with open_station(with_share(scanned, tmp_path, share), purpose="test") as station:
        return write_progress(station)


def reason(share: Path, known: dict[str, str] | None) -> str:
    (left_out,) = read_share(share, known).left_out
    return str(left_out.reason)


def test_a_station_tells_figures_and_no_person(written: Path, share: Path) -> None:
    (file,) = read_share(share, None).files
    assert file.station == "trạm 1"
    (book,) = file.books
    assert (book.id.label, book.state) == ("KS.2010.01", "scanning")
    assert (book.pages, book.scanned, book.cases_scanned) == (2, 2, 2)
    assert sum(book.weeks.values()) == 2
    named = json.loads(written.read_bytes().partition(b"\n")[0])
    assert set(named["books"][0]) <= set(BookLine.__struct_fields__)
    assert "person" not in str(named) and "operator" not in str(named)


def test_it_writes_over_its_own_file_with_the_same_key(tmp_path: Path, written: Path, share: Path) -> None:
    with open_station(tmp_path / "station", purpose="test") as station:
        assert write_progress(station) == written
    assert [path.name for path in share.iterdir()] == [written.name]
    assert (tmp_path / "station" / "progress.key").stat().st_mode & 0o077 == 0


def test_a_book_that_was_exported_is_in_transit(scanned: Path, tmp_path: Path) -> None:
    with open_station(with_share(scanned, tmp_path, ""), purpose="test") as station:
        add_move(station.journal, 1, "out", facts="", host="h", person="p")
        (book,) = station_books(station)
    assert (book.state, book.scanned) == ("transit", 2)


def test_what_was_changed_on_the_way_is_left_out(written: Path, share: Path) -> None:
    whole = written.read_bytes()
    written.write_bytes(whole.replace(b'"scanned":2', b'"scanned":9'))
    assert reason(share, None) == "its signature is wrong"
    for broken in (b"", whole[:100], b"{}\n{}\n", whole.replace(b'"form":1', b'"form":2'), b"[" * 100_000):
        written.write_bytes(broken)
        assert "cannot be read" in reason(share, None) or "signature" in reason(share, None)


def test_the_first_use_trusts_all_and_later_only_those(tmp_path: Path, written: Path, share: Path) -> None:
    listed = tmp_path / "stations.csv"
    assert read_stations(listed) is None
    first = read_share(share, None)
    assert list(first.new) == ["trạm 1"]
    write_stations(listed, first.new)
    known = read_stations(listed)
    assert known == first.new
    again = read_share(share, known)
    assert (len(again.files), again.new, again.left_out) == (1, {}, ())
    assert "no key in the list" in reason(share, {})
    assert read_share(share, {}, trust_new=True).new == first.new
    assert "not that of the station" in reason(share, {"trạm 1": "0" * 64})


def test_another_key_under_a_known_name_is_left_out(tmp_path: Path, written: Path, share: Path) -> None:
    known = read_share(share, None).new
    (tmp_path / "station" / "progress.key").unlink()
    with open_station(tmp_path / "station", purpose="test") as station:
        write_progress(station)
    found = read_share(share, known)
    assert (len(found.files), len(found.left_out)) == (1, 1)


def test_a_share_that_is_away_is_told_and_stops_nothing(scanned: Path, tmp_path: Path) -> None:
    with open_station(with_share(scanned, tmp_path, tmp_path / "away"), purpose="test") as station:
        assert "was not written" in str(progress_told(station))
    with pytest.raises(UsageError):
        read_share(tmp_path / "away", None)


def test_the_table_of_what_is_expected_is_read_in_both_languages(tmp_path: Path) -> None:
    table = tmp_path / "expected.csv"
    titles = "Mã đơn vị;Loại sổ;Năm;Số quyển;Số trường hợp\n"
    table.write_text(titles + "14758;ks;1999-2005;12;3.400\n14758@2025-07-01;KT;2025;1;9\n")
    first, second = read_expected(table)
    assert (first.unit, first.kind, first.era, first.books, first.cases) == (
        *(("14758", "2025-06-30"), "KS", "1999-2005", 12, 3400),
    )
    assert second.unit == ("14758", "2025-07-01")
    table.write_text("unit,kind,cases\n14758,KS,many\n")
    with pytest.raises(WorkbookError, match="row 2"):
        read_expected(table)
    table.write_text("a,b\n")
    with pytest.raises(WorkbookError, match="titles"):
        read_expected(table)
