"""Numbers on paper."""

from scanpipe.messages import language

_VIETNAMESE = str.maketrans(",.", ".,")


def number(value: float, *, decimals: int = 2) -> str:
    """Return a number as the language that is spoken writes it: 1.234,50 in Vietnamese; whole ones without decimals."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.{decimals}f}"
    return text.translate(_VIETNAMESE) if language() == "vi" else text
