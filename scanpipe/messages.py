"""Every text a person reads goes through here: English source, catalogues in `locale/`.

The catalogue is bound as gettext's default domain, so click's own texts ("Usage:", "Missing argument") come from
it too.
"""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DOMAIN = "scanpipe"
LOCALES = Path(__file__).parent / "locale"
PAPER_LANGUAGE = "vi"
"""What is signed and filed is Vietnamese, whoever makes it."""

gettext.bindtextdomain(DOMAIN, str(LOCALES))
gettext.textdomain(DOMAIN)

_ = gettext.gettext


def counted(one: str, many: str, n: int, **values: object) -> str:
    """Return how many there are in words: `one` or `many`, in which {n} is the number."""
    return gettext.ngettext(one, many, n).format(n=n, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of the catalogue with its values, put into words when it is read, in the language spoken then."""

    source: str
    values: tuple[tuple[str, object], ...]

    def __str__(self) -> str:
        return gettext.gettext(self.source).format(**dict(self.values))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def later(source: str, /, **values: object) -> Text:
    """Return a text that people of more than one language will read; its values may be such texts."""
    return Text(source=source, values=tuple(values.items()))


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
