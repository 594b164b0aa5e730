from pathlib import Path

import pytest

from scanpipe.errors import ConfigError
from scanpipe.settings.station import StationSettings
from scanpipe.settings.toml_files import data_folder, find, load, top


def write(folder: Path, text: str) -> Path:
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_station_file_shows_the_defaults() -> None:
    assert load(data_folder("configs") / "station.toml", StationSettings) == StationSettings()


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("colour = 1\n", 1, "colour"),
        ("[process]\n\nattempts = 99\n", 3, "process.attempts"),
        ('[process]\nengine = "cluster"\n', 2, "process.engine"),
        ('[accept]\nby = "policy"\nspeed = 2\n', 3, "accept.speed"),
        ('[accept]\ntolerated_flags = ["fiant"]\n', 2, "accept.tolerated_flags"),
        ('[accept]\nby = "policy"\ntolerated_flags = ["faint", "damaged"]\n', 3, "accept.tolerated_flags"),
        ('[[units]]\ncode = "x"\nlist = "a"\nname = "b"\n', 2, "units.0.code"),
        ('[[units]]\ncode = "12"\nlist = "a"\nname = "b"\n\n[[units]]\ncode = "x"\n', 7, "units.1.code"),
    ],
)
def test_a_wrong_value_is_refused_with_file_line_and_key(tmp_path: Path, text: str, line: int, key: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path, StationSettings)
    assert f"{path}, line {line}, key {key}:" in str(caught.value.text)


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, "language = \n")
    with pytest.raises(ConfigError, match=str(path)):
        load(path, StationSettings)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml", StationSettings)


def test_a_stations_own_file_goes_before_the_shipped_one(tmp_path: Path) -> None:
    assert find("recipes", "default", tmp_path) == data_folder("configs") / "recipes" / "default.toml"
    own = tmp_path / "recipes" / "default.toml"
    own.parent.mkdir()
    own.touch()
    assert find("recipes", "default", tmp_path) == own


def test_an_unknown_name_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="default"):
        find("recipes", "magic", tmp_path)


def test_a_byte_order_mark_before_the_text_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'operator = "Lan"\n')
    assert load(path, StationSettings).operator == "Lan"
    assert top(path) == {"operator": "Lan"}
