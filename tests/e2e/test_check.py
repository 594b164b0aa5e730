"""A check of a large station: a part of it at a time, a share of its files, and from where one was stopped."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Cli


def read(cli: Cli, station: Path, *words: str) -> dict[str, object]:
    result = cli("check", "--json", *words, station=station)
    report: dict[str, object] = json.loads(result.out)
    return report


def names(station: Path) -> list[str]:
    return sorted(path.name for path in (station / "store").glob("??/*"))


def test_all_shares_together_are_all_files(cli: Cli, captured: Path) -> None:
    counts = [read(cli, captured, "--share", f"{number}/4")["blobs"] for number in range(1, 5)]
    assert sum(counts) == len(names(captured)) > 1  # type: ignore[arg-type]


def test_a_check_goes_on_behind_the_file_where_one_was_stopped(cli: Cli, captured: Path) -> None:
    first, *others = names(captured)
    assert read(cli, captured, "--after", first)["blobs"] == len(others)


def test_a_part_alone_tells_nothing_of_the_others(cli: Cli, captured: Path) -> None:
    shutil.rmtree(captured / "store" / names(captured)[0][:2])
    assert cli("check", "--only", "journal", station=captured).code == 0
    assert cli("check", "--only", "journal", "--only", "packages", station=captured).code == 0
    lost = cli("check", "--only", "store", station=captured)
    assert (lost.code, "missing: " in (lost.out + lost.err)) == (37, True)


@pytest.mark.parametrize("share", ["0/3", "4/3", "x", "1/0", "1/99999"])
def test_a_share_that_is_none_is_refused(cli: Cli, captured: Path, share: str) -> None:
    refused = cli("check", "--share", share, station=captured)
    assert refused.code == 2
    assert share in refused.err
