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
        text=lazy("The file is damaged. A part of the page may be missing or wrong. Compare the page with the paper."),
        loss=True,
    ),
    Flag(
        code="cut_off",
        origin=("capture",),
        text=lazy("The end of the picture has only one colour; a part of the file may be lost. Scan the page again."),
        loss=True,
    ),
    Flag(
        code="black",
        origin=("capture",),
        text=lazy("The page is almost entirely black. Check that a sheet was in the scanner."),
    ),
    Flag(code="blank", origin=("capture", "enhance"), text=lazy("No writing was found on the page.")),
    Flag(
        code="blurred",
        origin=("capture",),
        text=lazy("The page is blurred. Scan it again if it is hard to read."),
    ),
    Flag(
        code="repeated",
        origin=("capture",),
        text=lazy(
            "The picture is identical to the picture of another page of the book. Check whether a page was scanned "
            "twice."
        ),
    ),
    Flag(
        code="dpi_assumed",
        origin=("capture",),
        text=lazy("The file does not state its resolution. The default of the station was used."),
    ),
    Flag(
        code="low_dpi",
        origin=("capture",),
        text=lazy("The resolution is below the minimum of the convention. The package would be refused."),
    ),
    Flag(
        code="grey",
        origin=("capture",),
        text=lazy("The page has no colour, but the convention requires colour. The package would be refused."),
    ),
    Flag(
        code="low_contrast",
        origin=("capture", "enhance"),
        text=lazy("The writing is very faint. Scan the page again if it is not readable."),
        damage=True,
    ),
    Flag(
        code="orientation_unsure",
        origin=("enhance",),
        text=lazy("The page may be sideways or upside down. It was not turned. Check it."),
    ),
    Flag(
        code="gutter_unsure",
        origin=("enhance",),
        text=lazy(
            "The gutter of the spread was not found. The spread was split in the middle. Compare the pages with the "
            "scan."
        ),
    ),
    Flag(
        code="page_box_unsure",
        origin=("enhance",),
        text=lazy("The edges of the page are uncertain. The picture was not cropped."),
    ),
    Flag(
        code="skew_unsure",
        origin=("enhance",),
        text=lazy("The angle of the lines is uncertain. The page was not deskewed."),
    ),
    Flag(
        code="ink_lost",
        origin=("enhance",),
        text=lazy("A step removed writing and was undone. Compare the page with its scan."),
    ),
    Flag(
        code="seal_lost",
        origin=("enhance",),
        text=lazy("A step damaged a seal, stamp or signature and was undone. Compare the page with its scan."),
    ),
    Flag(
        code="soft",
        origin=("enhance",),
        text=lazy("The writing is blurred. Scan the page again if it is hard to read."),
    ),
    Flag(
        code="faint",
        origin=("enhance",),
        text=lazy("Parts of the writing are very faint. Check that they are readable."),
        damage=True,
    ),
    Flag(
        code="noisy",
        origin=("enhance",),
        text=lazy("The paper behind the writing is stained or noisy. Check that the writing is readable."),
        damage=True,
    ),
    Flag(
        code="clipped",
        origin=("enhance",),
        text=lazy("Writing touches the edge of the picture and may be cut off. Compare the page with the paper."),
    ),
    Flag(code="skewed", origin=("enhance",), text=lazy("The lines of the page are still skewed.")),
    Flag(
        code="hard_to_read",
        origin=("enhance",),
        text=lazy("The whole page is hard to read. Check it before you accept it."),
        damage=True,
    ),
    Flag(
        code="no_text",
        origin=("ocr",),
        text=lazy("OCR did not read the page, so the page has no searchable text. Check its picture."),
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
