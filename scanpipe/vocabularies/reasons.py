"""Why a person sends a page back: one row for each reason."""

from dataclasses import dataclass
from typing import Final, Literal

from scanpipe.messages import LazyText, _, lazy

Fault = Literal["paper", "capture", "processing"]
Remedy = Literal["redo", "rescan", "renumber", "accept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One row.

    Attributes:
        code: how records and scripts write it.
        key: the key that stands for it on the review page, and its number in lists.
        text: what people read.
        definition: from where on it holds, so that two people say the same.
        fault: what is at fault. What the paper is like is delivered with a note; the rest is mended.
        remedy: what is usually done: another recipe, a new scan, the right page or case, or it is accepted as it is.
        recipe: the recipe of "redo".
        defect: whether it counts against whoever scanned the page.
    """

    code: str
    key: str
    text: LazyText
    definition: LazyText
    fault: Fault
    remedy: Remedy
    recipe: str = ""
    defect: bool = False


_ROWS: Final = (
    Reason(
        code="blurred",
        key="1",
        text=lazy("blurred"),
        definition=lazy("Small letters (2 mm) cannot be told apart, though they are clear on the paper."),
        fault="capture",
        remedy="rescan",
        defect=True,
    ),
    Reason(
        code="cut-off",
        key="2",
        text=lazy("cut off"),
        definition=lazy("Writing, a number, a signature or a seal is not whole on the picture, but is on the paper."),
        fault="capture",
        remedy="rescan",
        defect=True,
    ),
    Reason(
        code="skewed",
        key="3",
        text=lazy("skewed"),
        definition=lazy("The lines of the page slope by more than 2 degrees, or the page stands on its side or head."),
        fault="capture",
        remedy="rescan",
        defect=True,
    ),
    Reason(
        code="wrong-page",
        key="4",
        text=lazy("another page"),
        definition=lazy("The picture shows another page than its number says, or the page is there twice."),
        fault="capture",
        remedy="renumber",
        defect=True,
    ),
    Reason(
        code="faded",
        key="5",
        text=lazy("faded"),
        definition=lazy("Writing is so pale that a part of it cannot be read, on the paper as well."),
        fault="paper",
        remedy="redo",
        recipe="faded",
    ),
    Reason(
        code="smudged",
        key="6",
        text=lazy("smudged"),
        definition=lazy("A stain or smeared ink covers writing, on the paper as well."),
        fault="paper",
        remedy="redo",
        recipe="smudged",
    ),
    Reason(
        code="torn",
        key="7",
        text=lazy("torn"),
        definition=lazy("A part of the paper is missing, torn, burnt or eaten, and writing with it."),
        fault="paper",
        remedy="accept",
    ),
    Reason(
        code="folded",
        key="8",
        text=lazy("folded"),
        definition=lazy("A fold or a curled edge hides writing that is there when the paper is laid flat."),
        fault="capture",
        remedy="rescan",
        defect=True,
    ),
    Reason(
        code="covered",
        key="9",
        text=lazy("covered"),
        definition=lazy("A finger, a slip of paper or another sheet covers a part of the page."),
        fault="capture",
        remedy="rescan",
        defect=True,
    ),
    Reason(
        code="too-dark",
        key="d",
        text=lazy("too dark"),
        definition=lazy("The paper is so dark that writing on it is hard to read, though the paper itself is light."),
        fault="capture",
        remedy="rescan",
        defect=True,
    ),
    Reason(
        code="too-light",
        key="l",
        text=lazy("too light"),
        definition=lazy("Pale writing that is on the paper is lost in white on the picture."),
        fault="capture",
        remedy="rescan",
        defect=True,
    ),
    Reason(
        code="dirty-glass",
        key="g",
        text=lazy("dirty glass"),
        definition=lazy("A line or spots of dust on the glass cross writing; they are not on the paper."),
        fault="capture",
        remedy="rescan",
        defect=True,
    ),
    Reason(
        code="strokes-lost",
        key="s",
        text=lazy("strokes lost"),
        definition=lazy(
            "A stroke, an accent, a seal or a signature that the scan shows is gone on the processed page."
        ),
        fault="processing",
        remedy="redo",
        recipe="plain",
    ),
    Reason(
        code="other",
        key="o",
        text=lazy("another reason"),
        definition=lazy("None of the others holds; the note says what is wrong."),
        fault="processing",
        remedy="rescan",
    ),
)

POLICY: Final = "policy"
"""Who accepts, and why, where it is no person but the written policy of the station."""
REASONS: Final = {row.code: row for row in _ROWS}
DAMAGE: Final = frozenset(code for code, row in REASONS.items() if row.fault == "paper")
"""The reasons that tell of paper in a bad state."""
DEFECTS: Final = frozenset(code for code, row in REASONS.items() if row.defect)
"""The reasons that count against whoever scanned the page."""


def reason_text(code: str) -> str:
    """Return what a reason means, in the language spoken; one that is not known stays as it was written."""
    if code == POLICY:
        return _("by the written policy")
    return str(REASONS[code].text) if code in REASONS else code
