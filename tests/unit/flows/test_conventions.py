from pathlib import Path

import pytest

from scanpipe.errors import ConfigError
from scanpipe.flows.conventions import load_convention


def written(station: Path, name: str, text: str) -> None:
    (station / "conventions").mkdir(exist_ok=True)
    (station / "conventions" / f"{name}.toml").write_text(text)


def test_what_a_convention_does_not_say_is_as_in_the_one_it_is_based_on(tmp_path: Path) -> None:
    text = """name = "ours"
based_on = "long"
confidence = "a letter of the Department"
[limits]
kb_per_a4 = 80
[kinds.NCN]
vietnamese = "Nuôi con nuôi"
english = "Adoptions"
evidence = "sure"
"""
    written(tmp_path, "ours", text)
    ours, longer = load_convention("ours", tmp_path), load_convention("long")
    assert (ours.names, ours.workbook, ours.limits.min_dpi) == (longer.names, longer.workbook, longer.limits.min_dpi)
    assert (ours.limits.kb_per_a4, ours.confidence) == (80, "a letter of the Department")
    assert ours.kinds.keys() - longer.kinds.keys() == {"NCN"}


def test_a_wrong_key_is_named_with_its_line_in_the_file_that_holds_it(tmp_path: Path) -> None:
    written(tmp_path, "ours", 'name = "ours"\nbased_on = "default"\nconfidence = "x"\n[zip]\nmax_gb = 4\n')
    with pytest.raises(ConfigError, match=r"ours\.toml, line 5, key zip\.max_gb"):
        load_convention("ours", tmp_path)


def test_conventions_that_are_based_on_each_other_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "a", 'name = "a"\nbased_on = "b"\nconfidence = "x"\n')
    written(tmp_path, "b", 'name = "b"\nbased_on = "a"\nconfidence = "x"\n')
    with pytest.raises(ConfigError, match="based on itself"):
        load_convention("a", tmp_path)


def test_a_base_that_is_not_there_is_named(tmp_path: Path) -> None:
    written(tmp_path, "ours", 'name = "ours"\nbased_on = "nowhere"\nconfidence = "x"\n')
    with pytest.raises(ConfigError, match="nowhere"):
        load_convention("ours", tmp_path)
