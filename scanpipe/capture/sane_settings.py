"""Putting settings in force: every option is looked up, set, and read back; at the end all are read back again.

python-sane takes an unknown option for an attribute of its own and says nothing; libsane moves an out-of-range value
to the nearest it has and says nothing; and an option set later may change one set before.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from scanpipe.capture.sane_protocol import Fault, Open, fault
from scanpipe.capture.scanner import Intent, Options, OptionValue

FIXED_STEP = 1e-4
AREA_TOLERANCE_MM = 1.0

_AREA = {"tl-x": 0, "tl-y": 1, "br-x": 0, "br-y": 1}
WORD = 4


class OptionType(IntEnum):
    """SANE_Value_Type of the SANE standard, 4.2.9.1."""

    BOOL = 0
    INT = 1
    FIXED = 2
    STRING = 3
    BUTTON = 4
    GROUP = 5


Constraint = None | tuple[float, float, float] | list[float] | list[str]


class Option(Protocol):
    """What is used of python-sane's description of an option; `size` is in bytes."""

    type: int
    unit: int
    size: int
    constraint: Constraint

    def is_active(self) -> bool:
        """Whether it can be used in the present mode."""
        ...

    def is_settable(self) -> bool:
        """Whether software can set it."""
        ...


class Handle(Protocol):
    """An open scanner whose failures come as Fault."""

    def option(self, name: str) -> Option | None:
        """Return the description of an option as it is now."""
        ...

    def names(self) -> list[str]:
        """Return the names of the options that can be set now."""
        ...

    def get(self, name: str) -> OptionValue:
        """Read an option's value."""
        ...

    def put(self, name: str, value: OptionValue) -> None:
        """Set an option's value."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The settings as the scanner gave them back, and the intents that it has no option for."""

    settings: dict[str, OptionValue]
    lacking: tuple[Intent, ...]


def apply(handle: Handle, wanted: Open) -> InForce:
    """Put `wanted` in force.

    Source comes first, since it decides what the rest may be; the area last, since resolution and source bound it.

    Raises:
        Fault: "refused", with the option, the value asked and got, and what the scanner offers; "lacking", with the
            intent that is required and that it has no option for.
    """
    asked = _scalars(handle, wanted)
    for name, value in asked:
        set_and_verify(handle, name, value)
    lacking = []
    for intent, options in wanted.intents.items():
        taken = _take(handle, options)
        asked.extend(taken.items())
        if not taken:
            lacking.append(intent)
    for intent in wanted.required:
        if intent in lacking or intent not in wanted.intents:
            raise fault("lacking", option=intent)
    for name, value in wanted.options.items():
        set_and_verify(handle, name, value)
        asked.append((name, value))
    edges = _edges(handle, wanted.page_mm)
    for name, value in edges:
        set_and_verify(handle, name, value)
    settings = {name: _verified(handle, name, value) for name, value in [*asked, *edges]}
    return InForce(settings=settings, lacking=tuple(lacking))


def _take(handle: Handle, options: Options) -> dict[str, OptionValue]:
    """Set those of an intent's options that the scanner has, in the order written: one may make the next usable."""
    taken = {}
    for name, value in options.items():
        if offers(handle.option(name), value):
            set_and_verify(handle, name, value)
            taken[name] = value
    return taken


def offers(option: Option | None, value: OptionValue) -> bool:
    """Say whether the scanner has an option, lets it be set now, and knows the word for what is asked of it."""
    if option is None or not option.is_active() or not option.is_settable():
        return False
    return not isinstance(value, str) or not isinstance(option.constraint, list) or value in option.constraint


def watched(handle: Handle, names: tuple[str, ...]) -> dict[str, int]:
    """Return the values of those of the named options that the scanner has and that are whole numbers."""
    there = {name: handle.option(name) for name in names}
    values = {name: handle.get(name) for name, option in there.items() if option is not None and option.is_active()}
    return {name: value for name, value in values.items() if isinstance(value, int)}


def _scalars(handle: Handle, wanted: Open) -> list[tuple[str, OptionValue]]:
    named: list[tuple[str, OptionValue]] = []
    if wanted.source:
        named.append(("source", wanted.source))
    named.extend(wanted.source_options.items())
    if wanted.mode:
        named.append(("mode", wanted.mode))
    # Without the option, or where the mode settles it, the parameters of the page are what is checked.
    depth = handle.option("depth")
    if depth is not None and depth.is_settable():
        named.append(("depth", wanted.depth))
    if wanted.dpi is not None:
        named.append(("resolution", wanted.dpi))
    return named


def _edges(handle: Handle, page_mm: tuple[float, float] | None) -> list[tuple[str, OptionValue]]:
    edges: list[tuple[str, OptionValue]] = []
    for name, axis in _AREA.items():
        option = handle.option(name)
        limits = _limits(option)
        if page_mm is None and limits is None:
            continue
        low, high = limits or (0.0, 0.0)
        if name.startswith("tl"):
            edges.append((name, low))
        else:
            edges.append((name, low + page_mm[axis] if page_mm else high))
    return edges


def _limits(option: Option | None) -> tuple[float, float] | None:
    if option is None or not option.is_active() or not option.is_settable() or not option.constraint:
        return None
    numbers = [number for number in option.constraint[:2] if isinstance(number, int | float)]
    if isinstance(option.constraint, list):
        numbers = [number for number in option.constraint if isinstance(number, int | float)]
    return (min(numbers), max(numbers)) if numbers else None


def set_and_verify(handle: Handle, name: str, value: OptionValue) -> None:
    """Set one option and see that it took the value.

    Raises:
        Fault: the scanner has no such option, or does not take the value as asked.
    """
    option = handle.option(name)
    if option is None:
        raise fault("refused", option=name, asked=str(value), got="", allowed_values=", ".join(handle.names()))
    if not option.is_active() or not option.is_settable() or not _fits(option, value):
        raise fault(
            "refused", option=name, asked=str(value), got=_now(handle, name), allowed_values=allowed_values(option)
        )
    handle.put(name, value)
    _verified(handle, name, value)


def _now(handle: Handle, name: str) -> str:
    """Return the present value as text; nothing for an option that cannot be read now, or ever."""
    try:
        return str(handle.get(name))
    except (Fault, AttributeError):
        return ""


def _fits(option: Option, value: OptionValue) -> bool:
    """Say whether python-sane can hand the value on at all; lists of numbers it would fill with stray memory."""
    if option.type == OptionType.STRING:
        return isinstance(value, str) and len(value) < option.size and all(ord(letter) < 256 for letter in value)
    if option.type not in (OptionType.BOOL, OptionType.INT, OptionType.FIXED) or option.size != WORD:
        return False
    if option.type == OptionType.FIXED:
        return not isinstance(value, str) and abs(value) < 2**15
    return isinstance(value, int) and abs(value) < 2**31


def _verified(handle: Handle, name: str, asked: OptionValue) -> OptionValue:
    got = handle.get(name)
    if not _same(name, asked, got):
        option = handle.option(name)
        words = allowed_values(option) if option else ""
        raise fault("refused", option=name, asked=str(asked), got=str(got), allowed_values=words)
    return got


def _same(name: str, asked: OptionValue, got: OptionValue) -> bool:
    if isinstance(asked, str) or isinstance(got, str):
        return asked == got
    tolerance = AREA_TOLERANCE_MM if name in _AREA else FIXED_STEP if isinstance(got, float) else 0
    return abs(asked - got) <= tolerance


def allowed_values(option: Option) -> str:
    """Say which values an option takes: `1 to 1200` or `Gray, Color`; nothing where it does not tell."""
    if isinstance(option.constraint, tuple):
        low, high, _step = option.constraint
        return f"{low:g} to {high:g}"
    return ", ".join(str(value) for value in option.constraint or ())
