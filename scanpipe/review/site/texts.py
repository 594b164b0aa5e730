"""What the scripts of the review site say, in the language that is spoken."""

import gettext
from typing import Final

from scanpipe.messages import lazy
from scanpipe.review.site.words import REMEDIES

_PAGES: Final = {
    "alt": lazy("Picture of {title}"),
    "altScan": lazy("Scan of {title}"),
    "place": lazy("{place} of {total}"),
    "notScanned": lazy("This page is not scanned."),
    "notProcessed": lazy("This page is not processed. You see the scan."),
    "unreadable": lazy("The stored picture cannot be read."),
    "noMore": lazy("There is no further page."),
    "end": lazy("That was the last page."),
    "taken": lazy("{person} has this page open. You cannot judge it."),
    "accepted": lazy("{title}: accepted"),
    "saidOf": lazy("{title}: {reason}, {remedy}"),
    "cannotAccept": lazy("A page that is not processed cannot be accepted."),
    "undone": lazy("Undone. {title}"),
    "lost": lazy("The connection to scanpipe is lost. What you said last was not saved: {title}."),
    "refused": lazy("{title}: {why}"),
    "by": lazy("{verdict} ({person})"),
    "score": lazy("legibility {score}"),
    "words": lazy("words {confidence}"),
    "recipe": lazy("recipe {recipe}"),
    "chooseRemedy": lazy("{reason}: what is to be done?"),
    "chooseReason": lazy("Scan again: why?"),
    "chooseRecipe": lazy("Process again: which recipe?"),
    **REMEDIES,
    "reject": lazy("let it wait for a person"),
    "making": lazy("The page is processed with the recipe {recipe}. This takes a few seconds."),
    "made": lazy("At the left as it is, at the right with the recipe {recipe}. Enter takes it, Esc does not."),
    "seal": lazy("seal"),
    "signature": lazy("signature by hand"),
    "nothing": lazy("Nothing to look at in particular."),
    "blind": lazy("Another person judged this page. What was said is not shown: judge for yourself."),
    "noSecond": lazy("No page waits for a second opinion of yours."),
    "changed": lazy("Somebody changed this book meanwhile. You see it as it is now."),
}


def page_texts() -> dict[str, str]:
    """Return what the page view says, by names that its script knows; it fills in what stands in braces."""
    return {name: gettext.gettext(text.source) for name, text in _PAGES.items()}
