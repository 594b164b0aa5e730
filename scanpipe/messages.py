"""Every text a person reads goes through here: English source, catalogues in `locale/`.

The catalogue is bound as gettext's default domain, so click's own texts ("Usage:", "Missing argument") come from
it too.
"""

import gettext
import os
from pathlib import Path

DOMAIN = "scanpipe"
LOCALES = Path(__file__).parent / "locale"

gettext.bindtextdomain(DOMAIN, str(LOCALES))
gettext.textdomain(DOMAIN)

_ = gettext.gettext
ngettext = gettext.ngettext


def use_language(language: str) -> None:
    """Make `language` (e.g. "vi") the one that texts are shown in, here and in every process started from here."""
    os.environ["LANGUAGE"] = language


def language() -> str:
    """Return the code of the language that texts are shown in, "en" where no catalogue fits."""
    translations = gettext.translation(DOMAIN, str(LOCALES), fallback=True)
    return str(translations.info().get("language") or "en")
