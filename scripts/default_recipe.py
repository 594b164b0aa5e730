"""Write the values of `configs/recipes/default.toml` anew from the defaults of their classes: `make docs`.

Comments and order stay as they are.
"""

from pathlib import Path
from typing import Any

import msgspec
import tomlkit

from scanpipe.enhance.parameters import STEPS, Guard, MaskParams, ScoreThresholds

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "configs" / "recipes" / "default.toml"
TABLES = {"guard": Guard, "mask": MaskParams, "score": ScoreThresholds}


def with_defaults(text: str) -> str:
    """Return a recipe file in which each key that it states has the default of its class."""
    document = tomlkit.parse(text)
    for name, kind in TABLES.items():
        _set_defaults(document[name], kind())
    for step in document["steps"]:
        _set_defaults(step, STEPS[step["step"]]())
    return tomlkit.dumps(document)


def _set_defaults(table: Any, defaults: msgspec.Struct) -> None:
    for key, value in msgspec.structs.asdict(defaults).items():
        if key in table and table[key] != value:
            table[key] = value


def main() -> None:
    """Write the file."""
    RECIPE.write_text(with_defaults(RECIPE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
