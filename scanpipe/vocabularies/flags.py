"""What a page can be flagged for: one row for each flag.

A flag asks a person to look at the page. A policy may tolerate it (`tolerated_flags` in station.toml), unless it means
that a part of the page may be lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from scanpipe.messages import LazyText, lazy

Origin = Literal["capture", "enhance", "ocr"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One row.

    Attributes:
        code: how records and scripts write it.
        origin: where it is found: as a page is captured, as it is enhanced, or as it is read.
        text: what it means and what to look at.
        loss: a part of the page may be lost, so only a person accepts the page.
        damage: the paper itself is in a bad state, which the delivery note counts.
    """

    code: str
    origin: tuple[Origin, ...]
    text: LazyText
    loss: bool = False
    damage: bool = False


_ROWS: Final = (
    Flag(
        code="damaged",
        origin=("capture",),
        text=lazy("The file is damaged, part of the page may be missing or wrong. Compare it with the paper."),
        loss=True,
    ),
    Flag(
        code="cut_off",
        origin=("capture",),
        text=lazy("The picture ends in one colour, as where the rest of a file was lost. Scan the page again."),
        loss=True,
    ),
    Flag(
        code="black",
        origin=("capture",),
        text=lazy("The page is almost wholly black. Look whether a sheet was in the scanner."),
    ),
    Flag(code="blank", origin=("capture", "enhance"), text=lazy("No writing was found on the page.")),
    Flag(
        code="blurred",
        origin=("capture",),
        text=lazy("The page is blurred. Scan it again if it cannot be read with ease."),
    ),
    Flag(
        code="repeated",
        origin=("capture",),
        text=lazy("This is, to the bit, the picture of another page of the book. Check whether it was scanned twice."),
    ),
    Flag(
        code="dpi_assumed",
        origin=("capture",),
        text=lazy("The file does not say its resolution; the station's default was taken."),
    ),
    Flag(
        code="low_dpi",
        origin=("capture",),
        text=lazy("The resolution is below what the convention asks for; the package would be refused."),
    ),
    Flag(
        code="grey",
        origin=("capture",),
        text=lazy("The page has no colour, which the convention asks for; the package would be refused."),
    ),
    Flag(
        code="low_contrast",
        origin=("capture", "enhance"),
        text=lazy("The writing is very faint. Look whether it can be read, else scan the page again."),
        damage=True,
    ),
    Flag(
        code="orientation_unsure",
        origin=("enhance",),
        text=lazy("The page may lie on its side or upside down; it was not turned. Look at it."),
    ),
    Flag(
        code="gutter_unsure",
        origin=("enhance",),
        text=lazy("The fold of the open book was not found; its pages were cut apart at the middle. Compare."),
    ),
    Flag(
        code="page_box_unsure",
        origin=("enhance",),
        text=lazy("The page's edges were not found for sure; the picture was left uncropped."),
    ),
    Flag(
        code="skew_unsure",
        origin=("enhance",),
        text=lazy("The angle of the lines could not be measured for sure; the page was not turned."),
    ),
    Flag(
        code="ink_lost",
        origin=("enhance",),
        text=lazy("A step would have removed writing; it was undone. Compare the page with its scan."),
    ),
    Flag(
        code="seal_lost",
        origin=("enhance",),
        text=lazy("A step would have harmed a seal, stamp or signature; it was undone. Compare it with the scan."),
    ),
    Flag(
        code="soft",
        origin=("enhance",),
        text=lazy("The writing is blurred. Scan the page again if it cannot be read with ease."),
    ),
    Flag(
        code="faint",
        origin=("enhance",),
        text=lazy("Parts of the writing are very faint. Look whether they can be read."),
        damage=True,
    ),
    Flag(
        code="noisy",
        origin=("enhance",),
        text=lazy("The paper is stained or noisy behind the writing. Look whether the writing can be read."),
        damage=True,
    ),
    Flag(
        code="clipped",
        origin=("enhance",),
        text=lazy("Writing runs up to the edge of the picture; some may be cut off. Compare the page with its paper."),
    ),
    Flag(code="skewed", origin=("enhance",), text=lazy("The lines of the page still run aslant.")),
    Flag(
        code="hard_to_read",
        origin=("enhance",),
        text=lazy("The page as a whole is hard to read. Look at it before it is accepted."),
        damage=True,
    ),
    Flag(
        code="no_text",
        origin=("ocr",),
        text=lazy("The page could not be read by OCR, so it has no text to search. Look at its picture."),
    ),
)

FLAGS: Final = {row.code: row for row in _ROWS}
LOSSES: Final = frozenset(code for code, row in FLAGS.items() if row.loss)
"""The flags of pages that may not be all there."""
DAMAGE: Final = frozenset(code for code, row in FLAGS.items() if row.damage)
"""The flags of pages whose paper is in a bad state."""
TOLERABLE: Final = frozenset(FLAGS) - LOSSES
"""The flags that a policy may tolerate."""


def explain(code: str) -> str:
    """Return what a flag means and what to look at; one of another version of scanpipe stays as it was written."""
    return str(FLAGS[code].text) if code in FLAGS else code


def explain_all(codes: Iterable[str]) -> str:
    """Return the meaning of several flags in one line."""
    return " ".join(map(explain, codes))
