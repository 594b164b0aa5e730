"""Why a person sends a page back: codes for the journal and for scripts, texts for people."""

from typing import Final

from scanpipe.messages import _

REASONS: Final = ("faded", "smudged", "blurred", "cut-off", "skewed", "folded", "covered", "wrong-page", "other")


def reason_text(code: str) -> str:
    """Return what a reason means, in the language spoken; one that is not known stays as it was written."""
    texts = {
        "faded": _("faded"),
        "smudged": _("smudged"),
        "blurred": _("blurred"),
        "cut-off": _("cut off"),
        "skewed": _("skewed"),
        "folded": _("folded"),
        "covered": _("covered by something"),
        "wrong-page": _("another page"),
        "other": _("another reason"),
    }
    return texts.get(code, code)
