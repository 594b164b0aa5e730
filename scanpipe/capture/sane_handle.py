"""An open scanner through python-sane, whose failures come as Fault. Imported by the scanner's own process only."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from scanpipe.capture.sane_frame import Frame
from scanpipe.capture.sane_protocol import FoundDevices, fault
from scanpipe.capture.sane_settings import OptionType
from scanpipe.capture.sane_status import Phase, fault_of_status
from scanpipe.capture.scanner import OptionValue

try:
    import sane

    _SaneError: type[Exception] = sane._sane.error
    MISSING = ""
except ImportError as error:
    _SaneError = ImportError
    MISSING = str(error)


@contextmanager
def _statuses_named(phase: Phase) -> Iterator[None]:
    try:
        yield
    except _SaneError as error:
        raise fault_of_status(str(error), phase) from error


class SaneHandle:
    """An open scanner whose failures come as Fault."""

    def __init__(self, name: str) -> None:
        with _statuses_named("open"):
            self._device: Any = sane.open(name)

    def option(self, name: str) -> Any:
        """Return python-sane's description of an option, None if there is none of that name."""
        return self._device.opt.get(name.replace("-", "_"))

    def described(self) -> list[str]:
        """Return the names of all options that hold a value, whether they can be set now or not."""
        return [option.name for option in self._device.opt.values() if option.type < OptionType.BUTTON and option.name]

    def names(self) -> list[str]:
        """Return the names of the options that can be set now."""
        options = self._device.opt.values()
        return [o.name for o in options if o.is_active() and o.is_settable() and o.type < OptionType.BUTTON]

    def get(self, name: str) -> OptionValue:
        """Read an option's value."""
        with _statuses_named("option"):
            value: OptionValue = getattr(self._device, name.replace("-", "_"))
        return value

    def put(self, name: str, value: OptionValue) -> None:
        """Set an option's value; a value that libsane turns down is a refused option."""
        try:
            setattr(self._device, name.replace("-", "_"), int(value) if isinstance(value, bool) else value)
        except _SaneError as error:
            if str(error) == "Invalid argument":
                constraint = self.option(name).constraint or ()
                allowed_values = ", ".join(str(choice) for choice in constraint)
                raise fault(
                    "refused", option=name, asked=str(value), got=str(self.get(name)), allowed_values=allowed_values
                ) from error
            raise fault_of_status(str(error), "option") from error

    def frame(self) -> Frame:
        """Return what the scanner says it will send, or is sending."""
        with _statuses_named("start"):
            layout, last, (width, lines), depth, bytes_per_line = self._device.get_parameters()
        return Frame(
            layout=layout, last=bool(last), width=width, lines=lines, depth=depth, bytes_per_line=bytes_per_line
        )

    def start(self) -> None:
        """Begin a page."""
        with _statuses_named("start"):
            self._device.start()

    def snap(self) -> tuple[bytearray, int]:
        """Read the page to its end and return its bytes, one a sample, and its rows."""
        with _statuses_named("read"):
            # The call below `SaneDev.snap`, which would copy the page three times to make a PIL image of it.
            data, _width, height, _channels, _size = self._device.dev.snap(1, 0, None)
        return data, height

    def cancel(self) -> None:
        """End the page or stack under way; libsane allows it at any time, from any thread."""
        with suppress(_SaneError):
            self._device.cancel()

    def close(self) -> None:
        """Let go of the scanner."""
        self._device.close()


def open_scanner(name: str) -> SaneHandle:
    """Start libsane and open a scanner."""
    with _statuses_named("open"):
        sane.init()
    return SaneHandle(name)


def find_scanners() -> FoundDevices:
    """Start libsane and return the scanners that answer."""
    with _statuses_named("open"):
        sane.init()
        return FoundDevices(devices=[(name, vendor, model, kind) for name, vendor, model, kind in sane.get_devices()])
