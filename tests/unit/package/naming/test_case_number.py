import pytest

from scanpipe.package.naming.case_number import normal_number, number_order


@pytest.mark.parametrize(("text", "normal"), [("012", "12"), (" 12A ", "12a"), ("12 bis", "12bis"), ("000001", "1")])
def test_padding_blanks_and_capitals_do_not_make_another_number(text: str, normal: str) -> None:
    assert normal_number(text) == normal


@pytest.mark.parametrize("text", ["", "0", "000", "a12", "12-a", "12đ", "1.0", "-1", "١٢", "1234567", "12abcd"])
def test_what_is_no_case_number_is_none(text: str) -> None:
    assert normal_number(text) is None


def test_numbers_sort_by_value_and_then_by_letters() -> None:
    assert sorted(["100", "12b", "2", "12", "12a"], key=number_order) == ["2", "12", "12a", "12b", "100"]
