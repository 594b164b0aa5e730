"""What a recipe file may say: a whole recipe, or only in what it differs from the one that it is based on; pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanpipe.enhance.parameters import STEPS, MaskParams, Step
from scanpipe.enhance.recipe import Recipe
from scanpipe.messages import _

_TABLES = ("guard", "given", "mask", "score")
_Table = Mapping[str, Any]


class RecipeFile(Recipe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recipe file: as a recipe, but with a base, and the steps of the base that are left out."""

    based_on: str = ""
    without: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def wrong_keys(content: _Table, base: Recipe | None) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the keys of a recipe file that its types alone would not refuse, or not in helpful words, and why.

    Args:
        content: the file's tables, which nobody checked yet.
        base: what it is based on, if it is.
    """
    yield from _old_names(content)
    if base is None and "steps" not in content and set(content) <= set(RecipeFile.__struct_fields__):
        yield (), _("the key {key} is missing").format(key="steps")
    known = {step.name for step in base.steps} if base else set()
    without = content.get("without", ())
    for name in without if isinstance(without, list) else ():
        if name not in known:
            yield ("without",), _("the base recipe has no step {step!r}").format(step=name)


def _old_names(content: _Table) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the keys that have another name today."""
    steps, mask = content.get("steps"), content.get("mask")
    tables = [(("steps", str(at)), step) for at, step in enumerate(steps if isinstance(steps, list) else ())]
    for place, table in (*tables, (("mask",), mask)):
        if isinstance(table, dict):
            kind = MaskParams if table is mask else STEPS.get(str(table.get("step")))
            for name, recorded in kind.RECORDED_AS.items() if kind else ():
                if recorded in table:
                    yield (*place, recorded), _("this key now has the name {name}").format(name=name)


def recipe_of(content: _Table, base: Recipe | None) -> Recipe:
    """Return the recipe that a file means.

    Args:
        content: the file's tables, as checked against `RecipeFile`.
        base: what it is based on: what the file does not say is as there.
    """
    said = {key: value for key, value in content.items() if key not in ("based_on", "without")}
    if base is None:
        return msgspec.convert(said, type=Recipe)
    plain = msgspec.to_builtins(base)
    kept = [step for step in plain["steps"] if step["step"] not in content.get("without", ())]
    tables = {key: {**plain[key], **said.get(key, {})} for key in _TABLES}
    steps = _merged(kept, said.get("steps", ()))
    return msgspec.convert({"name": said["name"], "steps": steps, **tables}, type=Recipe)


def _merged(base: Sequence[_Table], changes: Sequence[_Table]) -> list[_Table]:
    """Return the steps of the base with what the file says of each; a new one before the next that the base has."""
    unmatched, places = [step["step"] for step in base], []
    for step in changes:
        place = unmatched.index(step["step"]) if step["step"] in unmatched else None
        if place is not None:
            unmatched[place] = None
        places.append(place)
    merged: dict[int, list[_Table]] = defaultdict(list, {at: [step] for at, step in enumerate(base)})
    following = len(base)
    for step, place in reversed(list(zip(changes, places, strict=True))):
        if place is None:
            merged[following].insert(0, step)
        else:
            merged[place][-1] = {**merged[place][-1], **step}
            following = place
    return [step for at in range(len(base) + 1) for step in merged[at]]
