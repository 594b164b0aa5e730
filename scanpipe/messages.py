"""Every text a person reads goes through here: English source, catalogues in `locale/`.

The catalogue is bound as gettext's default domain, so click's own texts ("Usage:", "Missing argument") come from
it too.
"""

import gettext
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

DOMAIN = "scanpipe"
LOCALES = Path(__file__).parent / "locale"
PAPER_LANGUAGE = "vi"
"""What is signed and filed is Vietnamese, whoever makes it."""

gettext.bindtextdomain(DOMAIN, str(LOCALES))
gettext.textdomain(DOMAIN)

_ASKED = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def _(source: str) -> str:
    """Return a text in the language that is spoken."""
    return _catalogue().gettext(source)


def _catalogue() -> gettext.NullTranslations:
    """Return the catalogue of the language; gettext itself looks for the file at each text."""
    return _found(*map(os.environ.get, _ASKED))


@cache
def _found(*_asked: str | None) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(LOCALES), fallback=True)


def counted(one: str, many: str, n: int, **values: object) -> str:
    """Return how many there are in words: `one` or `many`, in which {n} is the number."""
    return _catalogue().ngettext(one, many, n).format(n=n, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyText:
    """A text of the catalogue with its values, put into words when it is read, in the language spoken then.

    Attributes:
        source: the English text, of one thing where it counts.
        values: what stands in it, by name.
        many: the English text of several things, empty where it does not count.
    """

    source: str
    values: "tuple[tuple[str, str | int | float | LazyText], ...]" = ()
    many: str = ""

    def __str__(self) -> str:
        values = dict(self.values)
        if self.many:
            return _catalogue().ngettext(self.source, self.many, int(str(values["n"]))).format(**values)
        return _catalogue().gettext(self.source).format(**values)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def format(self, **values: object) -> "LazyText":
        """Return the text with these values in it."""
        return replace(self, values=(*self.values, *_plain(values)))


def lazy(source: str, /, **values: object) -> LazyText:
    """Return a text that is put into words when it is read; its values may be such texts."""
    return LazyText(source=source, values=_plain(values))


def lazy_counted(one: str, many: str, n: int, **values: object) -> LazyText:
    """Return how many there are, put into words when it is read: `one` or `many`, in which {n} is the number."""
    return LazyText(source=one, many=many, values=_plain({"n": n, **values}))


def joined(*texts: LazyText | str, by: str = " ") -> LazyText | str:
    """Return texts one after the other, put into words when they are read; empty ones are left out."""
    parts = [text for text in texts if text]
    if len(parts) < 2:
        return parts[0] if parts else ""
    named = {f"part{place}": part for place, part in enumerate(parts)}
    return LazyText(source=by.join(f"{{{name}}}" for name in named), values=_plain(named))


def text_to_json(text: LazyText | str) -> str:
    """Return a text as it is kept and sent: what it is made of, not the words of one language; ASCII only."""
    return json.dumps(_tree(text))


def text_from_json(kept: str) -> LazyText | str:
    """Return a text that was kept; one that was kept in words, as older journals have them, stays as it is."""
    try:
        text = _text(json.loads(kept))
    except ValueError:
        return kept
    return text if isinstance(text, LazyText | str) else kept


def _tree(value: object) -> object:
    if not isinstance(value, LazyText):
        return value
    return {"text": value.source, "many": value.many, "values": {name: _tree(part) for name, part in value.values}}


def _text(tree: Any) -> Any:
    match tree:
        case {"text": str(source), "many": str(many), "values": dict(values)}:
            return LazyText(
                source=source, many=many, values=tuple((name, _text(part)) for name, part in values.items())
            )
        case str() | int() | float():
            return tree
    raise ValueError(f"{tree!r} is not a text")


def _plain(values: Mapping[str, object]) -> tuple[tuple[str, str | int | float | LazyText], ...]:
    kept = (str, int, float, LazyText)
    return tuple((name, value if isinstance(value, kept) else str(value)) for name, value in values.items())


def use_language(language: str) -> None:
    """Make `language` (e.g. "vi") the one that texts are shown in, here and in every process started from here."""
    os.environ["LANGUAGE"] = language


@contextmanager
def language_context(language: str) -> Iterator[None]:
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
    return str(_catalogue().info().get("language") or "en")
