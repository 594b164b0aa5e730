import pytest

from scanpipe.messages import language_context
from scanpipe.package.reports.numbers import number


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (0, "0", "0"),
        (1234567, "1.234.567", "1,234,567"),
        (1234.5, "1.234,50", "1,234.50"),
        (0.004, "0,00", "0.00"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value: float, vietnamese: str, english: str) -> None:
    with language_context("vi"):
        assert number(value) == vietnamese
        assert number(98.76, decimals=1) == "98,8"
    assert number(value) == english
