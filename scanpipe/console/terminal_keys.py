"""Keys that follow Esc at once: a terminal sends Alt and a key as Esc and that key. What is going on tells them apart.

Textual takes some of these pairs for signs of a Mac's keyboard, and forgets the Esc of others.
"""

from dataclasses import dataclass
from typing import Final

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import Keys


@dataclass(frozen=True, slots=True)
class _Key:
    """A key by its name, as the members of `Keys` are."""

    value: str


_PAIRS: Final = {
    **{f"\x1b{sign}": (_Key(f"alt+{sign}"),) for sign in "0123456789bf"},
    "\x1b\r": (Keys.Escape, Keys.Enter),
    "\x1b ": (Keys.Escape, Keys.Space),
}


def learn_pairs() -> None:
    """Have Textual read Esc and a digit as Alt and the digit, and Esc and Enter or Space as two keys."""
    ANSI_SEQUENCES_KEYS.update(_PAIRS)  # type: ignore[attr-defined]  # a dictionary, though typed as one to look at
