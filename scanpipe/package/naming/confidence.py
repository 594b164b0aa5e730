"""How sure a convention is, as people read it."""

from scanpipe.messages import _


def confidence_text(confidence: str) -> str:
    """Return how sure a convention is, in the language spoken where it is a text of the shipped ones."""
    shipped = {
        "evidence, not confirmed": _("evidence, not confirmed"),
        "evidence for part 3 (volume), part 5 (number) and the workbook; parts 1, 2 and 4 are a guess": _(
            "evidence for part 3 (volume), part 5 (number) and the workbook; parts 1, 2 and 4 are a guess"
        ),
        "the form file-code.number.pdf is sure; what the code is made of differs from archive to archive": _(
            "the form file-code.number.pdf is sure; what the code is made of differs from archive to archive"
        ),
    }
    return shipped.get(confidence, confidence)
