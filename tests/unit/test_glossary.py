"""The Vietnamese texts use the words of docs/glossary.md, and none that it forbids."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "scanpipe" / "locale" / "vi" / "LC_MESSAGES" / "scanpipe.po"

Row = tuple[str, str, str, str]


def shown_to_people() -> list[Row]:
    """Return the rows of the tables that have a column for words to leave out."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines() if line[:1] == "|"]
    return [row for row in rows if len(row) == 4 and row[0] != "English" and set(row[0]) != {"-"}]  # type: ignore[misc]


def texts() -> str:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="vi")
    strings = [message.string for message in catalogue if message.id]
    return "\n".join(s if isinstance(s, str) else "\n".join(s) for s in strings).lower()


def test_every_word_that_people_are_to_read_stands_in_the_catalogue() -> None:
    words = [word for row in shown_to_people() for word in row[1].split(", ")]
    assert len(words) > 50
    catalogue = texts()
    assert [word for word in words if not re.search(rf"\b{re.escape(word.lower())}\b", catalogue)] == []


@pytest.mark.parametrize("word", [row[3] for row in shown_to_people() if row[3]])
def test_what_the_glossary_leaves_out_stands_nowhere(word: str) -> None:
    assert word.lower() not in texts()


def test_no_english_word_has_two_meanings() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)
    english = [word for word in first_cells if word != "English"]
    assert len(english) > 80
    assert sorted(english) == sorted(set(english))
