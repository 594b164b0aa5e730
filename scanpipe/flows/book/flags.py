"""What a flag on a page means, in the person's language."""

from collections.abc import Iterable

from scanpipe.enhance.report import explain as explain_enhanced
from scanpipe.messages import _


def explain(flag: str) -> str:
    """Return what a flag of a capture or of an enhanced page means and what to look at."""
    texts = {
        "damaged": _("The file is damaged, part of the page may be missing or wrong. Compare it with the paper."),
        "cut_off": _("The picture ends in one colour, as where the rest of a file was lost. Scan the page again."),
        "black": _("The page is almost wholly black. Look whether a sheet was in the scanner."),
        "blank": _("Nothing seems to be written on the page."),
        "blurred": _("The page is blurred. Scan it again if it cannot be read with ease."),
        "no_text": _("The page could not be read by OCR, so it has no text to search. Look at its picture."),
        "repeated": _(
            "This is, to the bit, the picture of another page of the book. Check whether it was scanned twice."
        ),
        "dpi_assumed": _("The file does not say its resolution; the station's default was taken."),
        "low_dpi": _("The resolution is below what the convention asks for; the package would be refused."),
        "grey": _("The page has no colour, which the convention asks for; the package would be refused."),
    }
    return texts.get(flag) or explain_enhanced(flag)


def explain_all(flags: Iterable[str]) -> str:
    """Return the meaning of several flags in one line."""
    return " ".join(explain(flag) for flag in flags)
