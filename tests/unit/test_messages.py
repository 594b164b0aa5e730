"""Texts come from the catalogue of the operator's language, click's own among them."""

import gettext
import subprocess
import sys

import pytest

from scanpipe import messages
from scanpipe.messages import _, joined, language, language_context, lazy, text_from_json, text_to_json, use_language


def test_without_a_catalogue_the_source_text_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "xx")
    assert _("{label!r} is not a valid page.") == "{label!r} is not a valid page."


def test_joined_texts_are_put_into_words_when_they_are_read() -> None:
    text = joined("{a}", "", lazy("Delivery note"), lazy("the disk failed"), by="; ")
    assert str(text) == "{a}; Delivery note; the disk failed"
    with language_context("vi"):
        assert str(text_from_json(text_to_json(text))) == f"{{a}}; Biên bản giao nhận; {_('the disk failed')}"


def test_of_one_text_and_empty_ones_the_one_is_left() -> None:
    one = lazy("Delivery note")
    assert (joined(one, ""), joined("", one), joined("", "")) == (one, one, "")


def test_clicks_texts_come_from_the_same_catalogue() -> None:
    assert gettext.textdomain() == messages.DOMAIN
    assert gettext.bindtextdomain(messages.DOMAIN) == str(messages.LOCALES)


def test_the_language_is_passed_on_to_processes_started_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    use_language("vi")
    command = [sys.executable, "-c", "import os; print(os.environ['LANGUAGE'])"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "vi"


@pytest.mark.parametrize("before", ["en", None])
def test_a_paper_speaks_its_own_language_and_then_the_persons_is_back(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.delenv("LANGUAGE") if before is None else monkeypatch.setenv("LANGUAGE", before)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with pytest.raises(RuntimeError), language_context("vi"):
        assert (language(), _("Delivery note")) == ("vi", "Biên bản giao nhận")
        raise RuntimeError
    assert (language(), _("Delivery note")) == ("en", "Delivery note")
