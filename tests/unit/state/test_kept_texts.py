"""What went wrong is kept as what its words are made of, and told in the language of whoever reads."""

from pathlib import Path

import pytest

from scanpipe.engine.base import Failure
from scanpipe.errors import PackageError
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.book.readiness import blockers
from scanpipe.flows.capture.import_files import capture_folder
from scanpipe.messages import language_context, lazy, lazy_counted, text_from_json, text_to_json
from scanpipe.state.page_facts import page_facts
from tests.small_books import BOOK, capture_pages, small_book


def test_a_text_goes_through_json_with_the_texts_in_it() -> None:
    text = lazy("{file}: {reason}", file="quét \udcff.tif", reason=lazy_counted("{n} page", "{n} pages", 3))
    assert text_from_json(text_to_json(text)) == text
    assert text_to_json(text).isascii()


def test_words_of_an_older_journal_stay_as_they_were_written() -> None:
    for kept in ("the disk failed", "", "12", "[1]", '{"text": 1}', '{"a": "b"}'):
        assert text_from_json(kept) == kept


def test_a_failure_kept_in_english_reads_vietnamese(tmp_path: Path) -> None:
    with small_book(tmp_path / "station") as station:
        capture_pages(station, tmp_path / "pages", 1)
        page = page_facts(station.journal, 1)[0]
        failure = Failure.of(
            PackageError(lazy("the file or folder does not exist"), remedy=lazy("Give the name of a file."))
        )
        station.journal.add_recipe("r", name="r", body="{}")
        station.journal.add_fact(
            "failure", capture=page.capture, region=page.region, recipe="r", code=failure.code, message=failure.text
        )
        (_recipe, message), *_more = page_facts(station.journal, 1)[0].failures
        assert str(message) == "the file or folder does not exist Give the name of a file."
        with language_context("vi"):
            assert str(message).startswith("tệp hoặc thư mục không tồn tại")


@pytest.mark.parametrize(
    ("name", "content", "english"),
    [("1.tif", b"", "it is empty"), ("1.pdf", b"%PDF-1.7\nnothing more", "it is a damaged PDF")],
)
def test_a_refusal_kept_in_english_reads_vietnamese(tmp_path: Path, name: str, content: bytes, english: str) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / name).write_bytes(content)
    with small_book(tmp_path / "station") as station:
        list(capture_folder(station, BOOK, scans))
        facts = book_facts(station, BOOK)
        assert any(f"{name}: {english}" in str(line) for line in blockers(facts))
        with language_context("vi"):
            told = "\n".join(map(str, blockers(facts)))
        assert name in told and english not in told
