"""Every text a person reads goes through here: English source, catalogues in `locale/`.

The catalogue is bound as gettext's default domain, so click's own texts ("Usage:", "Missing argument") come from
it too.
"""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DOMAIN = "scanpipe"
LOCALES = Path(__file__).parent / "locale"
PAPER_LANGUAGE = "vi"
"""What is signed and filed is Vietnamese, whoever makes it."""

gettext.bindtextdomain(DOMAIN, str(LOCALES))
gettext.textdomain(DOMAIN)

_ = gettext.gettext
ngettext = gettext.ngettext


def use_language(language: str) -> None:
    """Make `language` (e.g. "vi") the one that texts are shown in, here and in every process started from here."""
    os.environ["LANGUAGE"] = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Show texts in `language` within the block, whatever the person's is."""
    before = os.environ.get("LANGUAGE")
    use_language(language)
    try:
        yield
    finally:
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def language() -> str:
    """Return the code of the language that texts are shown in, "en" where no catalogue fits."""
    translations = gettext.translation(DOMAIN, str(LOCALES), fallback=True)
    return str(translations.info().get("language") or "en")
