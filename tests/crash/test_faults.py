"""One system call fails, or the process is killed at it: nothing acknowledged is lost, every error has a name, one end.

By default a sample of the calls; all of them with SCANPIPE_FAULTS_EACH=1.
"""

import os
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanpipe.errors import ScanpipeError
from scanpipe.raster.codecs import encode_png
from tests.conftest import SMALL_DPI, make_small_station
from tests.crash.conftest import assert_sound, content, masters_and_versions
from tests.crash.faulty import ERRORS, KINDS, Fault, FaultyCommands
from tests.page_drawings import LINES, draw_page
from tests.thorough import tried

BOOK = "KS.2010.01"
EACH = bool(os.environ.get("SCANPIPE_FAULTS_EACH"))
SAMPLE = tried(4, 12)  # of each command
COMMANDS = ("capture", "process", "deliver")


def named(kind: type[ScanpipeError] = ScanpipeError) -> Iterator[int]:
    """Yield the exit codes of the errors that scanpipe has names for."""
    for each in kind.__subclasses__():
        yield each.exit_code
        yield from named(each)


CODES = {0, 1, *named()} - {50}


@dataclass(frozen=True)
class Scene:
    """A station before a command, what the command's words are, and how the station is after it."""

    station: Path
    words: tuple[str, ...]
    pages: list[tuple[str, ...]]
    published: dict[str, str]
    calls: dict[str, int]


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyCommands]:
    with closing(FaultyCommands(tmp_path_factory.mktemp("faults"))) as running:
        yield running


@pytest.fixture(scope="module")
def scenes(commands: FaultyCommands, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    folder = tmp_path_factory.mktemp("scenes")
    scans = folder / "scans"
    scans.mkdir()
    for number, line in enumerate(LINES[:2], 1):
        page = draw_page((line,), size_mm=(101.6, 50.8), dpi=SMALL_DPI)
        (scans / f"{number}.png").write_bytes(encode_png(page.image))
    station = make_small_station(folder / "empty")
    add = "book add KS --year 2010 --volume 1 --unit 14758 --pages 2 --cases 2 --rule pages:1"
    assert commands.run(station, *add.split()).code == 0
    words = {"capture": ("capture", BOOK, "--from", str(scans)), **{name: (name, BOOK) for name in COMMANDS[1:]}}
    found = {}
    for name in COMMANDS:
        before, after = station, folder / f"after-{name}"
        shutil.copytree(before, after)
        done = commands.run(after, *words[name])
        assert done.code == 0, done.text
        found[name] = Scene(
            station=before,
            words=words[name],
            pages=masters_and_versions(after),
            published=content(after / "out"),
            calls=done.calls,
        )
        station = after
        if name == "process":
            assert commands.run(station, "accept", BOOK).code == 0
    return found


def faults(calls: dict[str, int], seed: str) -> list[Fault]:
    """Return every fault that may be met, or, by lot, a sample with each kind of call and each way to fail in turn."""
    every = [
        Fault(kind=kind, number=number, how=how)
        for kind in KINDS
        for number in range(1, calls[kind] + 1)
        for how in ERRORS
    ]
    return every if EACH else random.Random(seed).sample(every, min(SAMPLE, len(every)))


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_fault_the_library_changes_nothing(
    command: str, scenes: dict[str, Scene], commands: FaultyCommands, tmp_path: Path
) -> None:
    scene = scenes[command]
    station = Path(shutil.copytree(scene.station, tmp_path / "station"))
    ended = commands.run(station, *scene.words)
    assert (ended.code, ended.fired) == (0, False)
    assert all(scene.calls[kind] for kind in ("open", "write", "sync"))
    assert masters_and_versions(station) == scene.pages
    assert content(station / "out") == scene.published


@pytest.mark.timeout(7200 if EACH else 300)
@pytest.mark.parametrize("command", COMMANDS)
def test_one_failing_call_loses_nothing(
    command: str, scenes: dict[str, Scene], commands: FaultyCommands, tmp_path: Path
) -> None:
    scene = scenes[command]
    wrong = []
    for turn, fault in enumerate(faults(scene.calls, command)):
        station = Path(shutil.copytree(scene.station, tmp_path / f"station{turn}"))
        wrong += [f"{fault}: {what}" for what in met(commands, scene, station, fault)]
        shutil.rmtree(station)
    assert not wrong, "\n".join(wrong)


def met(commands: FaultyCommands, scene: Scene, station: Path, fault: Fault) -> Iterator[str]:
    """Yield what is wrong after a command that met a fault, and after the same command again."""
    ended = commands.run(station, *scene.words, fault=fault)
    if fault.how != "killed" or ended.code >= 0:  # a child may be the one that was killed
        if ended.code not in CODES:
            yield f"ended with {ended.code}: {ended.text}"
        if "Traceback" in ended.text or "no name yet" in ended.text:
            yield f"no name for {ended.text}"
    acknowledged = len(re.findall(r"^page \d", ended.text, re.MULTILINE))
    if scene.words[0] == "capture" and acknowledged > len(masters_and_versions(station)):
        yield f"a page is lost that was acknowledged: {ended.text}"
    visible = {name: digest for name, digest in content(station / "out").items() if "/.tmp-" not in name}
    if visible not in ({}, scene.published):
        yield f"half published: {sorted(visible)}"
    again = commands.run(station, *scene.words)
    if again.code:
        yield f"the second run ended with {again.code}: {again.text}"
    if masters_and_versions(station) != scene.pages:
        yield "other masters or versions"
    if content(station / "out") != scene.published:
        yield "another package"
    assert_sound(station)
