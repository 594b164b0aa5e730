"""Which commune a book is of, as an operator says it."""

from pathlib import Path

from tests.conftest import Cli

BOOK = ("book", "add", "KS", "--volume", 1, "--year")


def test_a_book_has_the_name_of_its_unit_and_the_other_meaning_of_the_code_is_told(cli: Cli, station: Path) -> None:
    today = cli(*BOOK, 2010, "--unit", "14758", station=station)
    assert today.code == 0 and "Phường Hàm Rồng 14758@2025-07-01" in today.err
    assert "in the list 2025-06-30 the code is that of Phường Đông Thọ" in today.err
    assert "--unit 14758@2025-06-30" in today.err
    then = cli(*BOOK, 2011, "--unit", "14758@2025-06-30", station=station)
    assert "Phường Đông Thọ 14758@2025-06-30" in then.err and "To be noted" not in then.err
    units = [book["unit"] for book in cli("book", "list", "--json", station=station).json]
    assert units == ["14758@2025-06-30 Phường Đông Thọ", "14758@2025-07-01 Phường Hàm Rồng"]


def test_a_code_that_the_list_does_not_know_is_refused_with_what_it_was(cli: Cli, station: Path) -> None:
    refused = cli(*BOOK, 2010, "--unit", "14755", station=station)
    assert refused.code == 2 and "--unit 14755@2025-06-30" in refused.err and "[[units]]" in refused.err
    assert cli("book", "list", "--json", station=station).json == []


def test_a_list_that_nobody_knows_opens_no_book_without_a_name(cli: Cli, station: Path) -> None:
    refused = cli(*BOOK, 2010, "--unit", "14758@2025-13-01", station=station)
    assert refused.code == 2
    assert "--unit 14758@2025-06-30" in refused.err and "--unit 14758@2025-07-01" in refused.err
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
