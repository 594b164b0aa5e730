"""What scanpipe wants of a scanner, whatever the scanner calls it: in words, and of which lack people are told."""

from scanpipe.capture.scanner import Intent, ScanSettings
from scanpipe.messages import LazyText, lazy

WORDS: dict[Intent, LazyText] = {
    "double_feed": lazy("stop at a double feed"),
    "page_length": lazy("know the length of the sheets"),
    "endorser": lazy("print numbers on the sheets"),
    "crop_off": lazy("switch off cropping"),
    "blank_skip_off": lazy("switch off the removal of blank pages"),
    "deskew_off": lazy("switch off deskewing"),
    "rotation_off": lazy("switch off rotation"),
    "clean_up_off": lazy("switch off its own clean-up"),
    "read_ahead_off": lazy("draw in a sheet only when it is asked for"),
}
# A scanner without an option to crop does not crop: nothing is lost. These are lost where they cannot be asked for.
_MISSED: tuple[Intent, ...] = ("double_feed", "page_length", "endorser")


def intent_text(intent: str) -> LazyText | str:
    """Return an intent in words."""
    return next((text for known, text in WORDS.items() if known == intent), intent)


def missed(settings: ScanSettings, lacking: tuple[Intent, ...]) -> tuple[Intent, ...]:
    """Return what the operator should know that the scanner cannot do, where it matters: at a stack of sheets.

    Args:
        settings: how pages are scanned.
        lacking: the intents that the scanner has no option for.
    """
    if not settings.stack or settings.feed is not None:
        return ()
    unnamed: tuple[Intent, ...] = () if "double_feed" in settings.intents else ("double_feed",)
    return (*unnamed, *(intent for intent in _MISSED if intent in lacking))
