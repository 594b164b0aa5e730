"""What station.toml says of the operator's console: its sounds, its thumbnail, and the key of each action."""

from typing import Annotated, Literal

import msgspec

from scanpipe.errors import WrongKey
from scanpipe.messages import _

Key = Annotated[str, msgspec.Meta(pattern=r"^((ctrl|alt|shift)\+)*([a-z][a-z0-9_]*|[!-~])$")]
"""A key as Textual names it: "f5", "space", "ctrl+z", "alt+1", or one sign."""


class ConsoleKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The key of each action of the book's screen. A pedal or a programmable key pad sends keys like these.

    Digits and arrow keys are not here: they choose a page on the map.
    """

    scan: Key = "space"
    feed: Key = "enter"
    stop: Key = "escape"
    rescan: Key = "f5"
    replace: Key = "f4"
    insert_before: Key = "f2"
    insert_after: Key = "f3"
    move: Key = "f6"
    blank: Key = "f7"
    damaged: Key = "f8"
    missing: Key = "f9"
    finish: Key = "f12"
    undo: Key = "ctrl+z"
    redo: Key = "ctrl+y"
    duplex: Key = "ctrl+d"
    spread: Key = "ctrl+s"
    live: Key = "ctrl+l"
    help: Key = "f1"
    profile_1: Key = "alt+1"
    profile_2: Key = "alt+2"
    profile_3: Key = "alt+3"
    profile_4: Key = "alt+4"
    profile_5: Key = "alt+5"
    profile_6: Key = "alt+6"
    profile_7: Key = "alt+7"
    profile_8: Key = "alt+8"
    profile_9: Key = "alt+9"

    def __post_init__(self) -> None:
        """Refuse, as WrongKey, a key that two actions have, or that chooses pages."""
        taken: dict[str, str] = {}
        for action in self.__struct_fields__:
            key = getattr(self, action)
            if key in _MAP_KEYS or key.isdecimal():
                raise WrongKey(action, _("the key '{key}' chooses a page on the map").format(key=key))
            if key in taken:
                changed = action if key != _default(action) else taken[key]
                other = taken[key] if changed == action else action
                raise WrongKey(changed, _("the key '{key}' is that of {other}, too").format(key=key, other=other))
            taken[key] = action


_MAP_KEYS = frozenset({"left", "right", "up", "down", "home", "end", "pageup", "pagedown"})


def _default(action: str) -> str:
    fields = ConsoleKeys.__struct_fields__
    return str(ConsoleKeys.__struct_defaults__[fields.index(action)])


class ConsoleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The console: `sound` plays short sounds where the computer can, else rings the terminal's bell.

    `thumbnail` shows the newest capture as a small picture where the terminal can.
    """

    sound: Literal["on", "bell", "off"] = "on"
    thumbnail: bool = True
    keys: ConsoleKeys = ConsoleKeys()
