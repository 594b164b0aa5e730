"""Why a person sends a page back: one row for each reason."""

from dataclasses import dataclass
from typing import Final

from scanpipe.messages import LazyText, lazy


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One row: how records and scripts write it, what people read, and whether the paper itself is in a bad state."""

    code: str
    text: LazyText
    damage: bool = False


_ROWS: Final = (
    Reason(code="faded", text=lazy("faded"), damage=True),
    Reason(code="smudged", text=lazy("smudged"), damage=True),
    Reason(code="blurred", text=lazy("blurred")),
    Reason(code="cut-off", text=lazy("cut off")),
    Reason(code="skewed", text=lazy("skewed")),
    Reason(code="folded", text=lazy("folded")),
    Reason(code="covered", text=lazy("covered")),
    Reason(code="wrong-page", text=lazy("another page")),
    Reason(code="other", text=lazy("another reason")),
)

REASONS: Final = {row.code: row for row in _ROWS}
DAMAGE: Final = frozenset(code for code, row in REASONS.items() if row.damage)
"""The reasons that tell of paper in a bad state."""


def reason_text(code: str) -> str:
    """Return what a reason means, in the language spoken; one that is not known stays as it was written."""
    return str(REASONS[code].text) if code in REASONS else code
