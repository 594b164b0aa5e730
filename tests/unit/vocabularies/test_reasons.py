import pytest

from scanpipe.messages import language_context
from scanpipe.package.reports.manifest import PageChange
from scanpipe.vocabularies.reasons import REASONS, reason_text


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_is_put_into_words(code: str) -> None:
    with language_context("vi"):
        assert reason_text(code) not in ("", code)


def test_a_reason_of_an_older_journal_stays_as_it_was_written() -> None:
    assert reason_text("wet") == "wet"


def test_why_a_page_was_made_anew_is_told_in_the_language_of_the_paper() -> None:
    change = PageChange(page="3", decision="rescan", reason="cut-off", person="Lan", ticket="CV 17")
    assert change.why == "cut off (Lan, CV 17)"
    with language_context("vi"):
        assert change.why == "bị cắt mất (Lan, CV 17)"


def test_the_note_of_whoever_sent_a_page_back_is_told_with_the_reason() -> None:
    change = PageChange(page="3", decision="redo", reason="faded", note="the name", person="Lan", ticket="CV 17")
    assert change.why == "faded, the name (Lan, CV 17)"
    assert PageChange(page="3", note="the name").why == "the name"
