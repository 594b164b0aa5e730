from importlib.resources import files

import pytest

from scanpipe.package.naming.units import (
    BEFORE_2025,
    LISTS,
    SINCE_2025,
    listed_units,
    lists_of,
    related_units,
    search_units,
)


def test_the_lists_are_those_of_the_country() -> None:
    counts = {version: sum(1 for found, _code in listed_units() if found == version) for version in LISTS}
    assert counts[SINCE_2025] == 3321 and 10_000 <= counts[BEFORE_2025] <= 10_100
    assert len({unit.province for (version, _code), unit in listed_units().items() if version == SINCE_2025}) == 34
    assert len({unit.province for (version, _code), unit in listed_units().items() if version == BEFORE_2025}) == 63
    assert all(len(code) == 5 and code.isdigit() for _version, code in listed_units())


def test_a_code_that_was_used_again_stands_for_two_units() -> None:
    assert listed_units()[BEFORE_2025, "14758"].name == "Phường Đông Thọ"
    assert listed_units()[SINCE_2025, "14758"].name == "Phường Hàm Rồng"
    assert listed_units()[BEFORE_2025, "14755"].full_name == "Phường Hàm Rồng, thành phố Thanh Hóa, tỉnh Thanh Hóa"
    assert (SINCE_2025, "14755") not in listed_units()


def test_what_became_of_a_unit_and_what_it_came_from_agree() -> None:
    for unit in listed_units().values():
        assert all(unit in related_units(other) for other in related_units(unit))
    (now,) = related_units(listed_units()[BEFORE_2025, "14755"])
    assert (now.code, now.name) == ("14758", "Phường Hàm Rồng")


def test_leading_zeros_are_part_of_the_code() -> None:
    assert listed_units()[SINCE_2025, "00004"].name == "Phường Ba Đình"
    assert [unit.code for unit in search_units("00004")] == ["00004", "00004"]
    assert search_units("4") == ()
    assert [unit.label for unit in search_units("14758@2025-06-30")] == ["14758@2025-06-30"]
    assert search_units("14758@1999") == ()


@pytest.mark.parametrize("text", ["đông thọ thanh hóa", "dong tho thanh hoa", "Đông Thọ, Thành phố Thanh Hóa"])
def test_names_whose_words_stand_together_come_first(text: str) -> None:
    assert search_units(text)[0].label == "14758@2025-06-30"


def test_accents_that_were_typed_put_their_name_first() -> None:
    assert search_units("Đông Thọ")[0].name.endswith("Đông Thọ")


@pytest.mark.parametrize(
    "text", ["Hàm Rồng Thanh Hóa", "ham rong, thanh hoa", "HÀM RỒNG THANH HOÁ", "Ha\u0300m Rồng Hoá Thanh"]
)
def test_accents_capitals_and_spellings_do_not_count(text: str) -> None:
    assert {unit.label for unit in search_units(text)} >= {"14755@2025-06-30", "14758@2025-07-01"}


@pytest.mark.parametrize("text", ["", " ", "xyz", "99999", "Hàm Rồng Hà Nội"])
def test_what_fits_nothing_finds_nothing(text: str) -> None:
    assert search_units(text) == ()


def test_most_of_2025_and_all_before_went_by_the_old_list() -> None:
    assert [lists_of(year) for year in (1975, 2025, 2026)] == [(BEFORE_2025,), LISTS, (SINCE_2025,)]


def test_the_lists_carry_the_licence_that_lets_them_be_copied() -> None:
    text = files("scanpipe.package.naming").joinpath("unit_lists.tsv").read_text(encoding="utf-8")
    head = " ".join(line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#"))
    assert "Copyright (c) 2025 Tran Ngoc Minh Hieu" in head
    assert "this permission notice shall be included in all copies" in head
