"""From where on something is told of a capture, as station.toml says."""

from dataclasses import fields

from scanpipe.capture.checks import CheckLimits
from scanpipe.settings.station import CheckSettings


def check_limits(settings: CheckSettings) -> CheckLimits:
    """Return the limits of a station's `[checks]`."""
    return CheckLimits(**{field.name: getattr(settings, field.name) for field in fields(CheckLimits)})
