"""What a page can be flagged for: one row for each flag.

A flag asks a person to look at the page. A policy may tolerate it (`tolerated_flags` in station.toml), unless it means
that a part of the page may be lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from scanpipe.messages import LazyText, joined, lazy

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
    Flag(
        code="too_dark",
        origin=("capture",),
        text=lazy("The picture is too dark. Check the lamp and the brightness of the scanner. Scan the page again."),
    ),
    Flag(
        code="overexposed",
        origin=("capture",),
        text=lazy("The picture is too light and the writing has faded. Reduce the brightness. Scan the page again."),
    ),
    Flag(code="blank", origin=("capture", "enhance"), text=lazy("No writing was found on the page.")),
    Flag(
        code="blurred",
        origin=("capture",),
        text=lazy("The page is blurred. Scan it again if it is hard to read."),
    ),
    Flag(
        code="edge_cut",
        origin=("capture",),
        text=lazy(
            "Writing runs into the edge of the picture. A part of the page may be missing. Move the sheet and scan the "
            "page again."
        ),
    ),
    Flag(
        code="askew",
        origin=("capture",),
        text=lazy(
            "The page lies askew. Check that no corner is missing. Straighten the sheet and scan the page again."
        ),
    ),
    Flag(
        code="upside_down",
        origin=("capture",),
        text=lazy("The page seems to be upside down. Turn the sheet and scan the page again."),
    ),
    Flag(
        code="two_sheets",
        origin=("capture",),
        text=lazy(
            "An edge of paper crosses the picture, or the picture is too long. Check whether two sheets were fed at "
            "once, or the sheet is folded."
        ),
    ),
    Flag(
        code="wrong_size",
        origin=("capture",),
        text=lazy("The picture has another size than the pages before. Check that the whole page is on it."),
    ),
    Flag(
        code="duplicate",
        origin=("capture",),
        text=lazy("The page looks like an earlier page of the book. Check whether a page was scanned twice."),
    ),
    Flag(
        code="dust_line",
        origin=("capture",),
        text=lazy("The last pages all have a line at the same place. Clean the glass of the scanner."),
    ),
    Flag(
        code="tone_drift",
        origin=("capture",),
        text=lazy(
            "The colour of the paper has changed since the first pages. Check the lamp, clean the glass and calibrate "
            "the scanner."
        ),
    ),
    Flag(
        code="number_gap",
        origin=("capture",),
        text=lazy(
            "The page number on the paper does not follow the number before it. Check whether a page was skipped."
        ),
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
    return str(explained(codes))


def explained(codes: Iterable[str]) -> LazyText | str:
    """Return the meaning of several flags, to be put into words later."""
    return joined(*(FLAGS[code].text if code in FLAGS else code for code in codes))
