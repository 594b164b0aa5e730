"""Which pages of a lot a person looks at: pure, and the same for the same seed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import TypeVar

Item = TypeVar("Item", bound=object)


def drawn(items: Iterable[Item], number: int, *, seed: str) -> tuple[Item, ...]:
    """Return so many of the items, each as likely as any other: by the digests of their texts with the seed."""
    return tuple(sorted(items, key=lambda item: hashlib.sha256(f"{seed} {item}".encode()).digest())[:number])


def share_of(number: int, share: float) -> int:
    """Return how many items a share of them is, one at least."""
    return max(1, ceil(number * share - 1e-9)) if number else 0


def worst(scores: Mapping[Item, float], number: int) -> Sequence[Item]:
    """Return the items with the lowest scores, the lowest first."""
    return sorted(scores, key=lambda item: scores[item])[:number]
