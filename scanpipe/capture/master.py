"""What a capture is, wherever it comes from: its master, and what was measured on it."""

from dataclasses import dataclass

from scanpipe.capture.checks import CaptureChecks


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """One picture as it came from a scanner or a file.

    Attributes:
        data: its file, lossless, as the store keeps it (`codecs.decode_master`).
        width: in pixels.
        height: in pixels.
        dpi: its resolution.
        dpi_assumed: whether that is only what the station takes for granted.
        checks: what was measured on it.
    """

    data: bytes
    width: int
    height: int
    dpi: float
    dpi_assumed: bool = False
    checks: CaptureChecks
