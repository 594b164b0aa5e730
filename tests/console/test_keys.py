"""What a terminal sends for keys, and what they mean: Esc followed at once by a key looks like Alt and that key."""

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from scanpipe.console.effects import Arrow, Digit, Event, Pressed
from scanpipe.console.key_meanings import meanings
from scanpipe.console.state import BookState, Doing, Notice
from scanpipe.console.terminal_keys import learn_pairs
from scanpipe.model import Book, BookId
from scanpipe.settings.console import ConsoleKeys

IDLE = BookState(book=Book(id=BookId(unit_code="14758", kind="KS", year=2010, volume=1)), profiles=("colour", "grey"))
BUSY = BookState(book=IDLE.book, profiles=IDLE.profiles, doing=Doing.MOVING)
TOLD = BookState(book=IDLE.book, profiles=IDLE.profiles, notice=Notice(tone="good", text="done"))
STOP = Pressed(action="stop")
ACTIONS = {getattr(ConsoleKeys(), action): action for action in ConsoleKeys.__struct_fields__}


def meant(state: BookState, key: str, character: str | None = None) -> tuple[Event, ...]:
    return meanings((key,), character, actions=ACTIONS, state=state, across=10)


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b3", ["alt+3"]),
        ("\x1bf", ["alt+f"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b ", ["escape", "space"]),
        ("\x1b[A", ["up"]),
    ],
)
def test_no_esc_is_lost(sent: str, keys: list[str]) -> None:
    learn_pairs()
    assert [event.key for event in XTermParser().feed(sent) if isinstance(event, Key)] == keys


def test_a_digit_right_behind_esc_stops_the_scanner_and_is_a_digit() -> None:
    assert meant(BUSY, "alt+1") == (STOP, Digit(text="1"))
    assert meant(TOLD, "alt+7") == (STOP, Digit(text="7"))


def test_alt_and_a_digit_is_the_profile_where_there_is_one_and_nothing_to_stop() -> None:
    assert meant(IDLE, "alt+1") == meant(TOLD, "alt+1") == (Pressed(action="profile_1"),)
    assert meant(IDLE, "alt+x") == ()


def test_other_keys_choose_pages() -> None:
    assert meant(IDLE, "pagedown") == (Arrow(by=50),)
    assert meant(IDLE, "F", "F") == (Digit(text="F"),)
