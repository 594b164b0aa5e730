"""Recipe files that state only in what they differ from another, and those that use a key's former name."""

from pathlib import Path

import pytest

from scanpipe.enhance.parameters import ContrastParams, DeskewParams, FlattenParams, StainsParams
from scanpipe.enhance.recipe import Recipe
from scanpipe.errors import ConfigError
from scanpipe.flows.recipes import load_recipe

BASE = """name = "base"
[guard]
ink = 0.1
[[steps]]
step = "deskew"
range_deg = 5.0
[[steps]]
step = "flatten"
[[steps]]
step = "contrast"
target_contrast = 0.7
noise_floor = 4.0
"""


def based(folder: Path, text: str, base: str = BASE) -> Recipe:
    (folder / "base.toml").write_text(base)
    (folder / "own.toml").write_text(f'name = "own"\nbased_on = "{folder / "base.toml"}"\n{text}')
    recipe = load_recipe(str(folder / "own.toml"))
    assert isinstance(recipe, Recipe)
    return recipe


def test_what_a_file_does_not_say_is_as_in_its_base(tmp_path: Path) -> None:
    own = based(tmp_path, '[guard]\nseals = 0.5\n[[steps]]\nstep = "contrast"\nnoise_floor = 2.0\n')
    assert own.name == "own"
    assert (own.guard.ink, own.guard.seals) == (0.1, 0.5)
    assert own.steps == (
        DeskewParams(range_deg=5.0),
        FlattenParams(),
        ContrastParams(target_contrast=0.7, noise_floor=2.0),
    )


def test_steps_keep_the_order_of_the_base_and_a_new_one_goes_before_the_next(tmp_path: Path) -> None:
    own = based(tmp_path, '[[steps]]\nstep = "stains"\n[[steps]]\nstep = "contrast"\n[[steps]]\nstep = "deskew"\n')
    assert [step.name for step in own.steps] == ["deskew", "flatten", "stains", "contrast"]
    last = based(tmp_path, '[[steps]]\nstep = "flatten"\n[[steps]]\nstep = "stains"\n')
    assert last.steps[-1] == StainsParams()


def test_of_a_step_that_stands_twice_each_is_changed_in_turn(tmp_path: Path) -> None:
    twice = 'name = "base"\n[[steps]]\nstep = "deskew"\n[[steps]]\nstep = "flatten"\n[[steps]]\nstep = "deskew"\n'
    said = '[[steps]]\nstep = "deskew"\nrange_deg = 1.0\n[[steps]]\nstep = "deskew"\nrange_deg = 2.0\n'
    assert based(tmp_path, said, base=twice).steps == (
        DeskewParams(range_deg=1.0),
        FlattenParams(),
        DeskewParams(range_deg=2.0),
    )


def test_steps_are_left_out_by_name(tmp_path: Path) -> None:
    own = based(tmp_path, 'without = ["flatten", "contrast"]\n')
    assert own.steps == (DeskewParams(range_deg=5.0),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('without = ["stains"]\n', r"own\.toml, line 3, key without: .*no step 'stains'"),
        ('[[steps]]\nstep = "contrast"\nspeed = 1\n', r"own\.toml, line 5, key steps\.0\.speed"),
        ('[[steps]]\nstep = "contrast"\nnoise_floor = 99.0\n', r"own\.toml, line 5, key steps\.0\.noise_floor"),
        ('steps = "contrast"\nmask = 3\nwithout = 1\n', r"own\.toml, line \d"),
        (
            '[[steps]]\nstep = "contrast"\nwanted = 0.5\n',
            r"line 5, key steps\.0\.wanted: .* has the name target_contrast",
        ),
        (
            '[[steps]]\nstep = "contrast"\nevenness = 0.5\n',
            r"line 5, key steps\.0\.evenness: .* has the name uniformity",
        ),
        ('[[steps]]\nstep = "contrast"\naround_mm = 5.0\n', r"line 5, .*\.around_mm: .* has the name neighbourhood_mm"),
        ('[[steps]]\nstep = "contrast"\nquiet = 3.0\n', r"line 5, key steps\.0\.quiet: .* has the name noise_floor"),
        ('[[steps]]\nstep = "flatten"\ncast = 0.1\n', r"line 5, key steps\.0\.cast: .* has the name max_colour_cast"),
        ("[mask]\nwanted = 0.5\n", r"own\.toml, line 4, key mask\.wanted: .* has the name target_contrast"),
    ],
)
def test_what_is_wrong_is_told_by_file_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        based(tmp_path, text)


def test_a_fault_in_the_base_is_told_of_the_base(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"base\.toml, line 2, key speed"):
        based(tmp_path, "", base='name = "base"\nspeed = 1\n')


@pytest.mark.parametrize("base", ["auto", "own.toml"])
def test_rules_or_the_recipe_itself_are_no_base(tmp_path: Path, base: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f'name = "own"\nbased_on = "{path if base == "own.toml" else base}"\n')
    with pytest.raises(
        ConfigError, match="based on itself" if base == "own.toml" else r"own\.toml: .*auto\.toml, which only chooses"
    ):
        load_recipe(str(path))


def test_a_recipe_without_a_base_states_its_steps(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('name = "own"\n')
    with pytest.raises(ConfigError, match="the key steps is missing"):
        load_recipe(str(tmp_path / "own.toml"))
