"""Which commune a book is of, as an operator says it."""

from pathlib import Path

from tests.conftest import Cli

BOOK = ("book", "add", "KS", "--volume", 1, "--year")


def test_a_bare_code_is_of_the_list_that_was_in_use_in_the_books_year(cli: Cli, station: Path) -> None:
    before = cli(*BOOK, 2010, "--unit", "14758", station=station)
    assert before.code == 0 and "Phường Đông Thọ 14758@2025-06-30" in before.err
    since = cli(*BOOK, 2026, "--unit", "14758", station=station)
    assert since.code == 0 and "Phường Hàm Rồng 14758@2025-07-01" in since.err


def test_where_both_lists_fit_it_is_asked_unless_the_station_says_which(cli: Cli, station: Path) -> None:
    asked = cli(*BOOK, 2025, "--unit", "14758", station=station)
    assert asked.code == 2
    assert "14758@2025-06-30 (Phường Đông Thọ)" in asked.err and "14758@2025-07-01 (Phường Hàm Rồng)" in asked.err
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace('unit_list = ""', 'unit_list = "2025-07-01"'))
    assert "Phường Hàm Rồng 14758@2025-07-01" in cli(*BOOK, 2025, "--unit", "14758", station=station).err


def test_no_book_is_opened_for_a_unit_that_was_not_there_in_its_year(cli: Cli, station: Path) -> None:
    refused = cli(*BOOK, 2010, "--unit", "14758@2025-07-01", station=station)
    assert refused.code == 2
    assert "was not in use in 2010" in refused.err and "--unit 14758@2025-06-30" in refused.err
    gone = cli(*BOOK, 2026, "--unit", "14755", station=station)
    assert gone.code == 2 and "[[units]]" in gone.err and "14755@2025-06-30" not in gone.err
    assert cli("book", "list", "--json", station=station).json == []


def test_an_unknown_list_in_the_settings_is_refused_with_its_line(cli: Cli, station: Path) -> None:
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace('unit_list = ""', 'unit_list = "2024"'))
    refused = cli("status", station=station)
    assert refused.code == 10 and "key unit_list" in refused.err


def test_a_list_that_nobody_knows_opens_no_book_without_a_name(cli: Cli, station: Path) -> None:
    refused = cli(*BOOK, 2010, "--unit", "14758@2025-13-01", station=station)
    assert refused.code == 2
    assert "2025-13-01" in refused.err and "--unit 14758@2025-06-30" in refused.err
    assert cli("book", "list", "--json", station=station).json == []


def test_a_unit_of_the_stations_own_needs_no_list(cli: Cli, station: Path) -> None:
    settings = station / "station.toml"
    settings.write_text(settings.read_text() + '\n[[units]]\ncode = "14755"\nlist = "1999"\nname = "Xã Cũ"\n')
    assert "Xã Cũ 14755@1999" in cli(*BOOK, 1999, "--unit", "14755", station=station).err


def test_units_are_found_by_their_names(cli: Cli) -> None:
    found = cli("unit", "find", "dong", "tho", "thanh", "hoa", "--json")
    assert "14758@2025-06-30" in {row["unit"] for row in found.json}
    shown = cli("unit", "find", "14758")
    assert shown.code == 0 and "Phường Hàm Rồng" in shown.out and "Phường Đông Thọ" in shown.out
    assert [row["unit"] for row in cli("unit", "find", "14758@2025-06-30", "--json").json] == ["14758@2025-06-30"]
    assert cli("unit", "find", "nowhere at all").code == 2
