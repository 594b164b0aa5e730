"""What about a scanner a person should look at, by what a scan of the target sheet told."""

from dataclasses import dataclass
from typing import Final

from scanpipe.capture.target.measure import TargetReport
from scanpipe.messages import LazyText, lazy
from scanpipe.raster import MM_PER_INCH

_DPI_SHARE, _SKEW_DEG, _SQUARE_DEG, _KEYSTONE_PERCENT = 0.01, 2.0, 0.3, 0.5
_UNEVEN_PERCENT, _STREAK_LEVELS, _NOISE_LEVELS, _COLOUR_ERROR = 10.0, 4.0, 6.0, 15.0
_LEAST_RESOLVED = 0.35  # of the finest detail that the resolution allows
_LEAST_RANGE = 140

_TEXTS: Final = {
    "dpi_across": lazy("The resolution across is wrong. Print the target at 100 %, or have the scanner adjusted."),
    "dpi_down": lazy("The resolution down is wrong. Print the target at 100 %, or have the feed rollers cleaned."),
    "skew_deg": lazy("The sheet lies askew. Straighten it, or adjust the paper guides."),
    "square_deg": lazy("The corners are no right angles. Clean the feed rollers."),
    "keystone_percent": lazy("Opposite sides have different lengths. Lay the sheet flat."),
    "mtf50_across": lazy("The picture is not sharp across. Clean the glass and lay the sheet flat."),
    "mtf50_down": lazy("The picture is not sharp down. Clean the glass and lay the sheet flat."),
    "greys": lazy("Black and white are too close. Check brightness and contrast of the scanner."),
    "uneven_percent": lazy("The light is uneven. Clean the glass and calibrate the scanner."),
    "streak_levels": lazy("There is a streak {place} mm from the left edge. Clean the glass."),
    "band_levels": lazy("There is a band across the page. Check the lamp and the feed."),
    "noise_levels": lazy("The picture is noisy. Let the scanner warm up and calibrate it."),
    "colour_error": lazy("The colours are wrong. Calibrate the scanner, or print the target anew."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A value of the report that is not as it should be, and what to do."""

    measure: str
    text: LazyText


def complaints(report: TargetReport) -> tuple[Complaint, ...]:
    """Return what is not as it should be."""
    finest = report.stated_dpi / MM_PER_INCH / 2
    wrong = {
        "dpi_across": abs(report.dpi_across / report.stated_dpi - 1) > _DPI_SHARE,
        "dpi_down": abs(report.dpi_down / report.stated_dpi - 1) > _DPI_SHARE,
        "skew_deg": abs(report.skew_deg) > _SKEW_DEG,
        "square_deg": abs(report.square_deg) > _SQUARE_DEG,
        "keystone_percent": report.keystone_percent > _KEYSTONE_PERCENT,
        "mtf50_across": report.mtf50_across < _LEAST_RESOLVED * finest,
        "mtf50_down": report.mtf50_down < _LEAST_RESOLVED * finest,
        "greys": report.greys[0] - report.greys[-1] < _LEAST_RANGE,
        "uneven_percent": report.uneven_percent > _UNEVEN_PERCENT,
        "streak_levels": report.streak_levels > _STREAK_LEVELS,
        "band_levels": report.band_levels > _STREAK_LEVELS,
        "noise_levels": report.noise_levels > _NOISE_LEVELS,
        "colour_error": report.colour_error > _COLOUR_ERROR,
    }
    return tuple(
        Complaint(
            measure=name, text=_TEXTS[name].format(place=report.streak_mm) if name == "streak_levels" else _TEXTS[name]
        )
        for name, is_wrong in wrong.items()
        if is_wrong
    )
