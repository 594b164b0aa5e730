"""Bring the Vietnamese catalogue up to date with the source: `make catalogue`.

Texts come from scanpipe's modules and templates and from click, whose own texts ("Usage:", "Missing argument") are
looked up in the same domain. New texts come in empty, texts that are gone go out, the rest stays as translated; nothing
is guessed. Neither dates nor line numbers are written, so the files change only when a text does.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "scanpipe"
CLICK = Path(click.__file__).parent
PO = SOURCE / "locale" / "vi" / "LC_MESSAGES" / "scanpipe.po"
WIDTH = 110

KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None, "counted": (1, 2), "lazy_counted": (1, 2)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
# As the templates' environment is set: where it trims, the texts differ.
TEMPLATES = {
    "extensions": "jinja2.ext.i18n",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "keep_trailing_newline": "true",
    "silent": "false",
}
OPTIONS = {"**/templates/**.html": TEMPLATES}
# Windows consoles, shells and progress bars are not what an operator sees of click.
CLICK_METHODS = [
    ("_*.py", "ignore"),
    ("shell_completion.py", "ignore"),
    ("testing.py", "ignore"),
    ("**.py", "python"),
]
# What click looks up without writing it where it can be found.
CLICK_BY_VALUE = ("required",)


class StableCatalogue(Catalog):
    """A catalogue whose header says nothing but what gettext needs."""

    @property  # type: ignore[misc]  # babel's can be set, too; nobody does
    def mime_headers(self) -> list[tuple[str, str]]:
        """The lines of the header."""
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def new_catalogue() -> StableCatalogue:
    """Return an empty Vietnamese catalogue."""
    return StableCatalogue(locale="vi", domain="scanpipe", header_comment="# Texts of scanpipe.", fuzzy=False)


def source_texts() -> Catalog:
    """Return the texts of scanpipe's modules and templates, without translations."""
    catalogue = new_catalogue()
    _collect(catalogue, SOURCE, METHODS, OPTIONS)
    return catalogue


def all_texts() -> Catalog:
    """Return the texts of scanpipe and of the installed click, without translations."""
    catalogue = source_texts()
    _collect(catalogue, CLICK, CLICK_METHODS, {})
    for text in CLICK_BY_VALUE:
        catalogue.add(text, locations=[("click", 0)])
    return catalogue


def _collect(
    catalogue: Catalog, folder: Path, methods: list[tuple[str, str]], options: dict[str, dict[str, str]]
) -> None:
    found = sorted(extract_from_dir(folder, methods, options, KEYWORDS), key=lambda text: (text[0], text[1]))
    for name, _line, message, comments, context in found:
        place = (f"{folder.name}/{name}", 0)
        catalogue.add(message, locations=[place], auto_comments=comments, context=context)


def read_catalogue(path: Path) -> Catalog:
    """Read a catalogue, an empty one where there is no file."""
    if not path.exists():
        return new_catalogue()
    with path.open("rb") as stream:
        return read_po(stream, locale="vi", domain="scanpipe")


def translated(texts: Catalog, known: Catalog) -> Catalog:
    """Return `texts` with the translations that `known` has for exactly these texts."""
    catalogue = new_catalogue()
    for text in _texts_of(texts):
        old = known.get(text.id, context=text.context)
        _add(catalogue, text, old.string if old is not None and _complete(old) else None)
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue as gettext reads it, without the texts that have no translation."""
    ready = new_catalogue()
    for text in _texts_of(catalogue):
        if _complete(text):
            _add(ready, text, text.string)
    stream = io.BytesIO()
    write_mo(stream, ready)
    return stream.getvalue()


def written(catalogue: Catalog) -> bytes:
    """Return the catalogue as people read it, in the order of the texts."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=WIDTH, sort_output=True, include_lineno=False)
    return stream.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts that have no translation, or only a fuzzy one."""
    return [str(text.id) for text in _texts_of(catalogue) if not _complete(text)]


def _texts_of(catalogue: Catalog) -> Iterator[Message]:
    return (text for text in catalogue if text.id)


def _complete(text: Message) -> bool:
    strings = text.string if isinstance(text.string, tuple | list) else [text.string]
    return not text.fuzzy and all(strings)


def _add(catalogue: Catalog, text: Message, string: str | Sequence[str] | None) -> None:
    catalogue.add(
        text.id,
        string if string is None or isinstance(string, str) else tuple(string),
        locations=text.locations,
        flags=text.flags - {"fuzzy"},
        auto_comments=text.auto_comments,
        context=text.context,
    )


def main() -> None:
    """Rewrite the catalogue and its compiled form, and say what is left to translate."""
    catalogue = translated(all_texts(), read_catalogue(PO))
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(written(catalogue))
    PO.with_suffix(".mo").write_bytes(compiled(catalogue))
    missing = untranslated(catalogue)
    print(f"{PO.relative_to(ROOT)}: {len(catalogue)} texts, {len(missing)} to translate", file=sys.stderr)


if __name__ == "__main__":
    main()
