"""Kill -9 at many moments of each command: nothing lost, nothing twice, nothing torn, and the same end."""

from pathlib import Path

import pytest

from tests.crash.conftest import KILLS, Killer, assert_sound, content, copy_station, masters_and_versions, shares

BOOK = "KS.2010.01"
WORDS = {
    "capture": ("capture", BOOK),
    "process": ("process", BOOK),
    "deliver": ("deliver", BOOK),
    "nightly": ("nightly",),
}
BEFORE = {
    "capture": (),
    "process": ("capture",),
    "deliver": ("capture", "process", "accept"),
    "nightly": ("capture",),
}


@pytest.mark.timeout(900 + 6 * KILLS)
@pytest.mark.parametrize("command", list(WORDS))
def test_a_second_run_finishes_with_the_same_bytes(command: str, killer: Killer, tmp_path: Path) -> None:
    for step in BEFORE[command]:
        killer.finish(step, BOOK)
    reference = copy_station(killer.station, tmp_path / "reference")
    duration = reference.finish(*WORDS[command])
    published, pages = content(reference.station / "out"), masters_and_versions(reference.station)
    kills = 0
    for turn, share in enumerate(shares()):
        victim = copy_station(killer.station, tmp_path / f"victim{turn}")
        if victim.kill(*WORDS[command], after_s=share * duration):
            kills += 1
        else:
            duration *= 0.9  # it was done before it could be killed
        assert_nothing_half_published(victim.station, published)
        victim.finish(*WORDS[command])
        assert masters_and_versions(victim.station) == pages
        assert content(victim.station / "out") == published
        assert_sound(victim.station)
        if kills == KILLS:
            return
    pytest.fail(f"only {kills} commands were still at work when they were to be killed")


def assert_nothing_half_published(station: Path, published: dict[str, str]) -> None:
    """Whatever lies under a final name is whole."""
    visible = {name: digest for name, digest in content(station / "out").items() if "/.tmp-" not in name}
    assert visible in ({}, published)
