"""Values that were used last, within so many bytes."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values by key, those used last, as many as fit into so many bytes, the last in any case; for one thread."""

    def __init__(self, most_bytes: int, size: Callable[[V], int]) -> None:
        self._most, self._size = most_bytes, size
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return what is kept, and keep it longer; None where it was forgotten."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value, and forget those used longest ago."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and sum(map(self._size, self._kept.values())) > self._most:
            self._kept.popitem(last=False)
