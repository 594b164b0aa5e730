"""In which order facts of several tables came, as far as their rows tell: a clock may stand still or jump back."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar


class Fact(Protocol):
    """A row of what `kind` it is, its columns, and when it was written."""

    @property
    def kind(self) -> str:
        """What it tells of."""

    @property
    def at(self) -> str:
        """When it was written."""

    @property
    def values(self) -> dict[str, Any]:
        """Its columns; `row` is its number."""


FactT = TypeVar("FactT", bound=Fact)


def in_order(facts: Sequence[FactT]) -> list[FactT]:
    """Return facts in the order in which they came; where no row tells which was first, by their times."""
    left = sorted(facts, key=lambda fact: fact.at)
    before = {
        place: {other for other, earlier in enumerate(left) if other != place and came_before(earlier, fact)}
        for place, fact in enumerate(left)
    }
    order: list[FactT] = []
    while before:
        place = next((place for place, earlier in before.items() if not earlier & before.keys()), next(iter(before)))
        del before[place]
        order.append(left[place])
    return order


def came_before(one: Fact, other: Fact) -> bool:
    """Whether rows tell that one fact came before another: rows are only added, and name what was there."""
    first, then = one.values, other.values
    if one.kind == other.kind and "row" in first:
        return bool(first["row"] < then["row"])
    if first.get("edit") and then.get("edit"):
        return bool(first["edit"] < then["edit"])
    if "delivered" in (one.kind, other.kind):
        read = _read(first, one.kind, then) if other.kind == "delivered" else _read(then, other.kind, first)
        return read is (other.kind == "delivered")
    return _follows(one.kind, first, other.kind, then)


def _follows(kind: str, first: Mapping[str, Any], other: str, then: Mapping[str, Any]) -> bool:
    """Whether a fact is about what another one made."""
    match kind, other:
        case "captured", "processed" | "not_processed" | "placed" | "judged":
            return bool(first["capture"] == then["capture"])
        case "failed", "captured":
            return bool(first["row"] < then["sheet"])
        case "captured", "failed":
            return bool(first["sheet"] < then["row"])
        case "processed", "judged":
            return bool(first["row"] == then["version"])
        case "not_processed", "judged":
            return then["newest_failure"] is not None and bool(first["row"] <= then["newest_failure"])
        case "judged", "not_processed":
            return first["newest_failure"] is not None and bool(first["newest_failure"] < then["row"])
        case "judged", "second_opinion":
            return bool(first["row"] == then["verdict"])
    return False


def _read(fact: Mapping[str, Any], kind: str, delivery: Mapping[str, Any]) -> bool | None:
    """Whether a delivery had read a fact; None where nobody knows."""
    newest = {"judged": "newest_verdict", "placed": "newest_placement"}.get(kind)
    if fact.get("edit") and delivery["newest_edit"] is not None:
        return bool(fact["edit"] <= delivery["newest_edit"])
    if newest and delivery[newest] is not None:
        return bool(fact["row"] <= delivery[newest])
    return None
