import pytest

from scanpipe.messages import language_context
from scanpipe.vocabularies.obstacles import NOTED, OBSTACLES, STOPPING, Obstacle, obstacle


def test_no_code_has_two_rows() -> None:
    assert len(OBSTACLES) == len(STOPPING) + len(NOTED)
    assert all(row.stops for row in STOPPING) and not any(row.stops for row in NOTED)


def test_a_code_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        obstacle("odd")


def test_an_obstacle_reads_in_the_language_of_whoever_reads_it() -> None:
    missing = obstacle("case-repeated", number="12/2010")
    assert str(missing) == "case number 12/2010 occurs more than once"
    with language_context("vi"):
        assert str(missing) == "số đăng ký 12/2010 xuất hiện nhiều lần"


@pytest.mark.parametrize("code", OBSTACLES)
def test_every_row_says_what_to_do(code: str) -> None:
    assert OBSTACLES[code].remedy.endswith(".")
    assert Obstacle(code=code).row.code == code
