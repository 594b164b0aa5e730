"""Settings are refused where no page, path or paper could stand them: ranges of numbers, texts that become names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import inspect

from scanpipe.capture.profile import ScannerProfile
from scanpipe.enhance.recipe import Recipe, Rules
from scanpipe.errors import ConfigError
from scanpipe.flows.recipes import load_recipe
from scanpipe.package.naming.convention import Convention
from scanpipe.settings.station import StationSettings
from scanpipe.settings.toml_files import data_folder, find, load, names

UNIT = '[[units]]\ncode = "14758"\nlist = "{}"\nname = "{}"\n'


def unbounded(kind: inspect.Type, path: str, seen: frozenset[type] = frozenset()) -> Iterator[str]:
    """Yield the numbers of a settings type that may be as small or as large as a number can be."""
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        # "More than 0" is no bound: 1e-308 is more than 0.
        if kind.ge is None or (kind.le is None and kind.lt is None):
            yield path
    elif isinstance(kind, inspect.StructType) and kind.cls not in seen:
        for field in kind.fields:
            yield from unbounded(field.type, f"{path}.{field.name}", seen | {kind.cls})
    parts = (getattr(kind, name, ()) for name in ("types", "item_types", "item_type", "key_type", "value_type", "type"))
    for part in parts:
        for inner in part if isinstance(part, tuple) else (part,):
            yield from unbounded(inner, path, seen)


@pytest.mark.parametrize("kind", [StationSettings, Recipe, Rules, Convention, ScannerProfile])
def test_every_number_of_a_settings_file_has_bounds(kind: type) -> None:
    assert list(unbounded(inspect.type_info(kind), kind.__name__)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (UNIT.format("x/../../../evil", "Đông Thọ"), "key units.0.list"),
        (UNIT.format("..", "Đông Thọ"), "key units.0.list"),
        (UNIT.format("2025-07-01", "Đông\\u001b[31mThọ"), "control characters"),
        ('unit_list = "a/b"', "key unit_list"),
        ('operator = "Lan\\nroot"', "key operator: the text contains control characters"),
        ('operator = "Lan\\u202e"', "key operator: the text contains control characters"),
        ("min_free_gb = nan", "key min_free_gb: expected a finite number"),
        ("min_free_gb = inf", "key min_free_gb"),
        ("min_free_gb = 1e308", "key min_free_gb"),
        ("[process]\nworkers = 99999999999999999999999999", "key process.workers"),
        ("[accept]\nmin_word_confidence = -1e-308", "key accept.min_word_confidence"),
    ],
)
def test_a_setting_that_could_not_be_is_refused_by_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "station.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file, StationSettings)
    assert told in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_recipe_of_the_smallest_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text('name = "tiny"\nsteps = []\n[mask]\nedge = 1e-308\n')
    with pytest.raises(ConfigError, match=r"tiny\.toml, line 4, key mask\.edge"):
        load(tmp_path / "tiny.toml", Recipe)


@pytest.mark.parametrize("name", ["../station", "a/b", "../../etc/passwd", ".hidden", "x\x1b[2J", "..", "a\nb"])
@pytest.mark.parametrize("kind", ["recipes", "conventions", "scanners"])
def test_a_name_is_of_a_file_in_its_folder_only(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / kind).mkdir()
    (tmp_path / "station.toml").touch()
    with pytest.raises(ConfigError, match="There is no"):
        find(kind, name, tmp_path)


def test_what_is_shipped_is_within_its_bounds() -> None:
    for file in sorted((data_folder("configs") / "scanners").glob("*.toml")):
        load(file, ScannerProfile)
    for name in names("recipes"):
        load_recipe(name)
    load(data_folder("configs") / "station.toml", StationSettings)
