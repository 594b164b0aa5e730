"""The Vietnamese catalogue is complete, says the same as the source, and is compiled."""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from scripts.catalogue import (
    PO,
    all_texts,
    compiled,
    new_catalogue,
    read_catalogue,
    source_texts,
    translated,
    untranslated,
    written,
)
from tests.conftest import run_scanpipe

PERCENT = re.compile(r"%(?:\(\w+\))?[sdr]")
# What a person types is the same in every language: options, quoted commands, the command of an example.
TYPED = re.compile(r"--[a-z][a-z-]*|'scan[^']*'|(?<=\n\n)(?:Example|Ví dụ): (.*)")


def test_every_text_of_the_source_is_translated() -> None:
    assert not untranslated(translated(source_texts(), read_catalogue(PO)))


def test_the_catalogue_has_no_gap_and_nothing_fuzzy() -> None:
    assert not untranslated(read_catalogue(PO))


def test_the_catalogue_is_as_make_catalogue_writes_it() -> None:
    # Its texts of click are those of the version it was made with, which need not be the installed one.
    catalogue = read_catalogue(PO)
    assert written(translated(catalogue, catalogue)) == PO.read_bytes()


def test_no_text_is_kept_that_nothing_shows() -> None:
    shown = {text.id for text in all_texts()}
    kept = [text for text in read_catalogue(PO) if text.id not in shown]
    assert all(name.startswith("click/") for text in kept for name, _line in text.locations)


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert PO.with_suffix(".mo").read_bytes() == compiled(read_catalogue(PO))


def placeholders(text: str) -> Counter[str]:
    """Return what is filled in later; a text that is no format string has percent signs at most."""
    found = Counter(PERCENT.findall(text))
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return found
    for _literal, name, spec, conversion in fields:
        if name is not None:
            found[f"{{{name}!{conversion}:{spec}}}"] += 1
    return found


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Yield source and translation; Vietnamese has one form, which stands for the plural."""
    sources = [message.id] if isinstance(message.id, str) else [message.id[-1]]
    strings = [message.string] if isinstance(message.string, str) else list(message.string)
    yield from zip(sources, strings, strict=True)


def test_a_translation_fills_in_what_its_source_fills_in() -> None:
    different = [
        f"{source!r} -> {there!r}"
        for message in read_catalogue(PO)
        if message.id
        for source, there in pairs(message)
        if set(placeholders(source)) != set(placeholders(there))
    ]
    assert not different


def test_a_translation_begins_and_ends_as_its_source_does() -> None:
    different = [
        f"{source!r} -> {there!r}"
        for message in read_catalogue(PO)
        if message.id
        for source, there in pairs(message)
        if (source[:1].isspace(), source[-1:].isspace()) != (there[:1].isspace(), there[-1:].isspace())
        or source.endswith(("\n", ":")) != there.endswith(("\n", ":"))
    ]
    assert not different


def typed(text: str) -> set[str]:
    """Return what a text tells a person to type."""
    return {found[1] or found[0] for found in TYPED.finditer(text)}


def test_a_translation_tells_to_type_what_its_source_tells() -> None:
    different = [
        f"{source!r} -> {there!r}"
        for message in read_catalogue(PO)
        if message.id
        for source, there in pairs(message)
        if typed(source) != typed(there)
    ]
    assert not different


def test_one_thing_has_one_name() -> None:
    """A row is "dòng", a workbook "bảng tính"."""
    strings = [there for message in read_catalogue(PO) if message.id for _source, there in pairs(message)]
    assert not [there for there in strings if re.search(r"\bhàng\b|excel", there, re.IGNORECASE)]


def test_translations_are_in_normal_form() -> None:
    """Tables line up by counting letters, so a letter with its accents must be one."""
    strings = [there for message in read_catalogue(PO) if message.id for _source, there in pairs(message)]
    assert all(unicodedata.is_normalized("NFC", there) for there in strings)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("page {page!r} of {book}", {"{page!r:}", "{book!None:}"}),
        ("%(count)s pages, 100 %", {"%(count)s"}),
        ("{{no}} field", set()),
        ("{0:02d}", {"{0!None:02d}"}),
        ("an open { brace, %s", {"%s"}),
    ],
)
def test_placeholders_are_found(source: str, found: set[str]) -> None:
    assert set(placeholders(source)) == found


def test_a_changed_source_text_needs_a_new_translation() -> None:
    known, texts = new_catalogue(), new_catalogue()
    known.add("Page {page} is gone.", "Trang {page} đã mất.")
    texts.add("Page {page} is lost.")
    assert untranslated(translated(texts, known)) == ["Page {page} is lost."]


def test_help_and_usage_errors_are_vietnamese() -> None:
    """Click's words come in the operator's language too."""
    vietnamese = {"LANGUAGE": "vi"}
    shown = run_scanpipe("--help", env=vietnamese).out
    assert not [word for word in ("Usage:", "Options:", "Commands:", "Show this message") if word in shown]
    assert "[bắt buộc]" in " ".join(run_scanpipe("reject", "--help", env=vietnamese).out.split())
    assert "No such" not in run_scanpipe("no-such-command", env=vietnamese).err
    assert "Missing" not in run_scanpipe("book", "show", env=vietnamese).err
