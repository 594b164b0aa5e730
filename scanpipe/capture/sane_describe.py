"""What options a scanner has, as it describes them when it lies open."""

from contextlib import suppress

from scanpipe.capture.sane_handle import SaneHandle
from scanpipe.capture.sane_protocol import Described, DescribedOption, Fault
from scanpipe.capture.sane_settings import WORD, Constraint, Option, OptionType, set_and_verify
from scanpipe.capture.scanner import OptionValue

_UNITS = ("", "px", "bit", "mm", "dpi", "%", "us")  # SANE_Unit of the SANE standard, 4.2.9.2


def describe(handle: SaneHandle, source: str) -> Described:
    """Return the options of an open scanner, after `source` was chosen where one is named.

    Raises:
        Fault: "refused": the scanner has no such source.
    """
    if source:
        set_and_verify(handle, "source", source)
    return Described([_described(handle, name) for name in handle.described()])


def _described(handle: SaneHandle, name: str) -> DescribedOption:
    option = handle.option(name)
    assert option is not None
    return DescribedOption(
        name=name,
        title=str(option.title),
        kind=OptionType(option.type).name.lower(),
        unit=_UNITS[option.unit] if option.unit < len(_UNITS) else "",
        value=_value(handle, option, name),
        values=_values(option.constraint),
        bounds=_bounds(option.constraint),
        settable=bool(option.is_active() and option.is_settable()),
    )


def _value(handle: SaneHandle, option: Option, name: str) -> OptionValue | None:
    numbers = option.type in (OptionType.INT, OptionType.FIXED) and option.size != WORD
    if not option.is_active() or numbers:  # a list of numbers, of which python-sane reads the first
        return None
    with suppress(Fault, AttributeError, TypeError):
        value = handle.get(name)
        if isinstance(value, bool | int | float | str):
            return bool(value) if option.type == OptionType.BOOL else value
    return None


def _values(constraint: Constraint) -> list[OptionValue]:
    return list(constraint) if isinstance(constraint, list) else []


def _bounds(constraint: Constraint) -> tuple[float, float] | None:
    return (float(constraint[0]), float(constraint[1])) if isinstance(constraint, tuple) else None
