"""What a key means on the screen of a book. Pure."""

from collections.abc import Iterator, Mapping

from scanpipe.console.effects import Arrow, Digit, Event, Pressed
from scanpipe.console.state import BookState
from scanpipe.separator import MARK

_ALT = "alt+"
_TYPED = "fFbB" + MARK[0]  # pages before and after the body; a hand-held reader begins with its mark


def meanings(
    keys: tuple[str, ...], character: str | None, *, actions: Mapping[str, str], state: BookState, across: int
) -> tuple[Event, ...]:
    """Return what a key means.

    Args:
        keys: the names of the key.
        character: its sign, if any.
        actions: the action of each key.
        state: what the console knows of the book.
        across: how many cells a row of the map has.
    """
    alone = next((key.removeprefix(_ALT) for key in keys if key.startswith(_ALT)), "")
    if alone and actions.get("escape") == "stop" and _is_for_stop(state, _action(keys, actions)):
        return (Pressed(action="stop"), *_meant((alone,), alone, actions, across))
    return tuple(_meant(keys, character, actions, across))


def _is_for_stop(state: BookState, action: str) -> bool:
    """Whether Esc and a key, or Alt and a key, means Esc: it must never be taken for a choice of a profile."""
    if state.busy or state.question or state.carried:
        return True
    number = action.removeprefix("profile_")
    lacking = number.isdecimal() and int(number) > len(state.profiles)
    return state.notice is not None and (not action or lacking)


def _action(keys: tuple[str, ...], actions: Mapping[str, str]) -> str:
    return next((actions[key] for key in keys if key in actions), "")


def _meant(keys: tuple[str, ...], character: str | None, actions: Mapping[str, str], across: int) -> Iterator[Event]:
    moves = {"left": -1, "right": 1, "up": -across, "down": across}
    moves |= {"pageup": -across * 5, "pagedown": across * 5}
    if action := _action(keys, actions):
        yield Pressed(action=action)
    elif keys[0] in moves:
        yield Arrow(by=moves[keys[0]])
    elif keys[0] in ("home", "end"):
        yield Arrow(by=int(keys[0] == "end"), to_end=True)
    elif character and (character.isdecimal() or character in _TYPED):
        yield Digit(text=character)
