"""Packages that are as they should be, of every kind and drawn by lot, pass verification without a word."""

from pathlib import Path

import pytest

from scanpipe.package.verify.package import verify_package
from tests.thorough import tried
from tests.unit.package.valid_package import make_valid_package

VALID_ONES, BATCH = tried(150, 1000), 50


@pytest.mark.parametrize("batch", range(VALID_ONES // BATCH))
def test_valid_packages_of_every_kind_pass_with_no_finding(tmp_path: Path, batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        folder = tmp_path / str(seed)
        folder.mkdir()
        made = make_valid_package(folder, seed)
        found = verify_package(made.zips[-1], convention=made.convention).findings
        assert not found, (seed, [str(finding) for finding in found])
