"""The keys of the console: a wrong one is refused with file, line and key."""

from pathlib import Path

import pytest

from scanpipe.errors import ConfigError
from scanpipe.settings.console import ConsoleKeys
from scanpipe.settings.station import StationSettings
from scanpipe.settings.toml_files import load


def read(folder: Path, text: str) -> StationSettings:
    path = folder / "station.toml"
    path.write_text(f'operator = "a"\n[console.keys]\n{text}\n')
    return load(path, StationSettings)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('scann = "f5"', "console.keys.scann", "unknown key"),
        ('scan = "f5"', "console.keys.scan", "that of rescan"),
        ('scan = "p"\nfeed = "p"', "console.keys.feed", "that of scan"),
        ('scan = "left"', "console.keys.scan", "chooses a page"),
        ('scan = "7"', "console.keys.scan", "chooses a page"),
        ('scan = "Ctrl and A"', "console.keys.scan", "form"),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_its_line(tmp_path: Path, text: str, key: str, reason: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, text)
    assert f"key {key}:" in str(refused.value)
    assert f"line {2 + len(text.splitlines())}" in str(refused.value)
    assert reason in str(refused.value)


def test_two_actions_may_change_keys(tmp_path: Path) -> None:
    keys = read(tmp_path, 'scan = "f5"\nrescan = "space"').console.keys
    assert (keys.scan, keys.rescan) == ("f5", "space")


def test_no_two_actions_have_one_key() -> None:
    keys = ConsoleKeys()
    assert len({getattr(keys, action) for action in keys.__struct_fields__}) == len(keys.__struct_fields__)
