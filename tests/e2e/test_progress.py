"""What stations did together, on the command line: each tells its own, anybody merges them."""

import json
from pathlib import Path

import openpyxl

from tests.conftest import Cli
from tests.e2e.conftest import BOOK


def share_of(station: Path, share: Path) -> None:
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace('share = ""', f'share = "{share}"', 1))


def test_a_delivery_tells_the_share_and_all_stations_become_a_page_and_a_workbook(
    cli: Cli, delivered: Path, tmp_path: Path
) -> None:
    (share := tmp_path / "share").mkdir()
    share_of(delivered, share)
    assert cli("deliver", BOOK, station=delivered).code == 0
    expected, page, workbook, stations = (tmp_path / name for name in ("all.csv", "all.html", "all.xlsx", "keys.csv"))
    expected.write_text("unit,kind,years,books,cases\n14758,KS,2006-2015,2,8\n")
    words = ("progress", share, "--stations", stations, "-o", page, "--xlsx", workbook, "--expected", expected)
    done = cli(*words)
    assert done.code == 0, done.err
    assert "trusted from now on" in done.err and stations.exists()
    assert "Accepted: 2 of 8 cases (25.0 %)" in page.read_text() and "Đông Thọ" in page.read_text()
    sheet = openpyxl.load_workbook(workbook)["Units"]
    headers, row = ([cell.value for cell in line] for line in sheet.iter_rows(max_row=2))
    cells = dict(zip(headers, row, strict=True))
    assert (cells["Unit"], cells["Cases expected"], cells["Accepted, billable"]) == ("14758@2025-06-30", 8, 2)
    assert cells["Share accepted"] == 0.25
    assert cli(*words).code == 2, "files are not overwritten"
    assert cli(*words, "--force").code == 0
    (told,) = json.loads(cli("progress", share, "--stations", stations, "--json").out)[-2]["rows"]
    assert told[2] == 1


def test_a_share_that_is_away_is_a_warning(cli: Cli, delivered: Path, tmp_path: Path) -> None:
    share_of(delivered, tmp_path / "away")
    for words in (("deliver", BOOK), ("nightly",)):
        done = cli(*words, station=delivered)
        assert (done.code, "Warning" in done.err) == (0, True), done.err
    refused = cli("progress", "--write", station=delivered)
    assert (refused.code, "was not written" in refused.err) == (2, True)
