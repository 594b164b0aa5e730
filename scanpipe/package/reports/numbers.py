"""Numbers and ranges of pages, as people write them."""

from collections.abc import Sequence

from scanpipe.messages import language
from scanpipe.model import Page

_VIETNAMESE = str.maketrans(",.", ".,")


def number(value: float, *, decimals: int = 2) -> str:
    """Return a number as the language that is spoken writes it: 1.234,50 in Vietnamese; whole ones without decimals."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.{decimals}f}"
    return text.translate(_VIETNAMESE) if language() == "vi" else text


def page_range(pages: Sequence[Page]) -> str:
    """Return pages compactly: "3-5, 9"."""
    runs: list[list[Page]] = []
    for page in pages:
        last = runs[-1][-1] if runs else None
        if last and last.part is page.part and page.number == last.number + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(run[0].label if len(run) == 1 else f"{run[0].label}-{run[-1].label}" for run in runs)
